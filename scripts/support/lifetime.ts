/** Resolves when this process is told to end: Ctrl-C, a signal, or the death of whoever started it. */
export function untilStopped(): Promise<void> {
	return new Promise((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
			process.on(signal, () => resolve());
		if (process.channel) process.on('disconnect', () => resolve());
	});
}
