const LOOK_MS = 5_000;
/** Less of a core than this is rest. */
const RESTING = 0.05;

/**
 * Gives back what starting has left behind, half of a process's memory, as soon as it has nothing to do: V8
 * itself collects only while something is made, and keeps the room. Takes a fifth of a second, once. Nothing
 * happens without `--expose-gc`.
 */
export function collectAtFirstRest(): void {
	let used = process.cpuUsage();
	const timer = setInterval(() => {
		const { user, system } = process.cpuUsage(used);
		used = process.cpuUsage();
		if ((user + system) / 1000 > LOOK_MS * RESTING) return;
		clearInterval(timer);
		globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
	}, LOOK_MS);
	timer.unref();
}
