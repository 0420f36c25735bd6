import { SearchAnswer, type Hit } from './schema.ts';

const WAIT_MS = 120;

/** What is found while somebody types; the answer to an older text never replaces that to a newer one. */
export class GlobalSearch {
	#hits = $state.raw<readonly Hit[]>([]);
	#status = $state<'idle' | 'looking' | 'done' | 'failed'>('idle');
	#timer: ReturnType<typeof setTimeout> | undefined;
	#running: AbortController | undefined;

	get hits(): readonly Hit[] {
		return this.#hits;
	}

	get status() {
		return this.#status;
	}

	type(text: string): void {
		clearTimeout(this.#timer);
		this.#running?.abort();
		if (text.trim() === '') {
			this.#hits = [];
			this.#status = 'idle';
			return;
		}
		this.#status = 'looking';
		this.#timer = setTimeout(() => this.#look(text), WAIT_MS);
	}

	async #look(text: string): Promise<void> {
		const run = new AbortController();
		this.#running = run;
		try {
			const address = `/api/search?q=${encodeURIComponent(text)}`;
			const response = await fetch(address, { signal: run.signal });
			if (!response.ok) throw new Error(`search answered ${response.status}`);
			this.#hits = SearchAnswer.parse(await response.json()).hits;
			this.#status = 'done';
		} catch {
			// Offline: the box says so, and what was found before stays.
			if (!run.signal.aborted) this.#status = 'failed';
		}
	}
}
