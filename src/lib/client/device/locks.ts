/**
 * Does `work` unless another tab of this device is at it; then the answer is null. Where there are no
 * locks (plain http), tabs may do the same twice, which everything that uses this stands.
 */
export async function alone<Value>(
	name: string,
	work: () => Promise<Value>
): Promise<Value | null> {
	if (!locks()) return work();
	return navigator.locks.request(`tandem:${name}`, { ifAvailable: true }, (lock) =>
		lock ? work() : null
	);
}

/** Says for as long as it is held that this tab has something open; the answer lets go. */
export function hold(name: string): () => void {
	if (!locks()) return () => {};
	let letGo = () => {};
	const held = new Promise<void>((resolve) => {
		letGo = resolve;
	});
	void navigator.locks.request(`tandem:${name}`, { mode: 'shared' }, () => held);
	return letGo;
}

// The types promise locks everywhere; browsers have them only on secure pages.
const locks = () => 'locks' in navigator && Boolean(navigator.locks);
