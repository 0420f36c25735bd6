import { on } from 'svelte/events';

/** Asks before the page is left, but only while there is a reason: the listener keeps a page out of the browser's back cache. */
export class LeaveGuard {
	#off: (() => void) | null = null;

	set(needed: boolean): void {
		if (needed) {
			this.#off ??= on(window, 'beforeunload', (event) => event.preventDefault());
		} else {
			this.#off?.();
			this.#off = null;
		}
	}
}
