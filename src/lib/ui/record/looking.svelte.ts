import { on } from 'svelte/events';
import type { SinceLooked } from '#lib/records/history.ts';

const BACK_MS = 4_000;

/**
 * What others did since I last looked at a record, as marks that stay while I read; and the notes to the
 * server that I have seen it: when the page opens, and when I leave it. What changes under my eyes is no
 * news; what changes while the page lies in the background is.
 */
export class Looking {
	#since = $state.raw<SinceLooked | null>(null);
	#address = '';
	/** Nobody is reading; until a moment after he has come back, so that what he missed arrives first. */
	#away = false;
	#back: ReturnType<typeof setTimeout> | undefined;

	constructor(first: SinceLooked | null) {
		this.#since = first;
	}

	get since(): SinceLooked | null {
		return this.#since;
	}

	/** Who changed this field since, and when; the newest. */
	markOf(field: string): SinceLooked['changes'][number] | null {
		return this.#since?.changes.find((change) => change.field === field) ?? null;
	}

	/** The page was loaded anew. */
	take(since: SinceLooked | null): void {
		if (!this.#away || !since) return;
		const fields = new Set(since.changes.map(({ field, name }) => `${field} ${name}`));
		const kept = this.#since?.changes.filter(({ field, name }) => !fields.has(`${field} ${name}`));
		const earlier = this.#since ?? since;
		this.#since = { ...earlier, changes: [...since.changes, ...(kept ?? [])] };
	}

	/** I have seen what is marked. */
	forget(): void {
		this.#since = null;
	}

	/** Starts to note looks at this address; the answer notes the last one. Call it from `onMount`. */
	start(address: string): () => void {
		this.#address = address;
		this.#away = document.hidden;
		this.look();
		const off = [
			on(document, 'visibilitychange', () => this.#turn()),
			on(window, 'pagehide', () => this.look())
		];
		return () => {
			for (const stop of off) stop();
			clearTimeout(this.#back);
			this.look();
			this.#address = '';
		};
	}

	/** Notes that what the page shows has been seen, if anybody can see it. */
	look(): void {
		if (!document.hidden && !this.#away) this.#note();
	}

	#turn(): void {
		clearTimeout(this.#back);
		if (document.hidden) {
			if (!this.#away) this.#note();
			this.#away = true;
		} else {
			this.#back = setTimeout(() => {
				this.#away = false;
				this.#note();
			}, BACK_MS);
		}
	}

	#note(): void {
		if (!this.#address) return;
		const headers = { 'x-sveltekit-action': 'true', accept: 'application/json' };
		const body = new FormData();
		// A look that is not noted marks a little too much next time.
		fetch(this.#address, { method: 'POST', body, headers, keepalive: true }).catch(() => {});
	}
}
