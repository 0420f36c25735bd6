import { SvelteSet } from 'svelte/reactivity';
import type { ListRow } from './column.ts';

const SHOWN_MS = 2_000;

/**
 * Which rows a list has just received with other contents, so that they can show it for a moment.
 * Another page, order or filter is no change: `view` says which one the rows belong to.
 */
export class RowChanges {
	readonly #fresh = new SvelteSet<string>();
	#seen = new Map<string, number>();
	#view: string | null = null;

	has(id: string): boolean {
		return this.#fresh.has(id);
	}

	/** Takes note of the rows as they are now; answers how to stop the timers. */
	note(view: string, rows: readonly ListRow[]): () => void {
		const changed =
			view === this.#view ? rows.filter(({ id, rev }) => this.#seen.get(id) !== rev) : [];
		this.#view = view;
		this.#seen = new Map(rows.map(({ id, rev }) => [id, rev]));
		for (const { id } of changed) this.#fresh.add(id);
		const timer = setTimeout(() => {
			for (const { id } of changed) this.#fresh.delete(id);
		}, SHOWN_MS);
		return () => clearTimeout(timer);
	}
}
