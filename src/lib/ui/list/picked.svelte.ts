import { SvelteSet } from 'svelte/reactivity';

/** Which rows of a list are ticked. They stay so while the rows change, and are forgotten in another view. */
export class Picked {
	/** Everything that the list finds, and not these rows only. */
	all = $state(false);
	readonly #ids = new SvelteSet<string>();
	#view: string | null = null;
	#last: string | null = null;

	get size(): number {
		return this.#ids.size;
	}

	has(id: string): boolean {
		return this.all || this.#ids.has(id);
	}

	/** Ticks a row or takes the tick away; with `range` the rows since the last one go along. */
	pick(id: string, on: boolean, rows: readonly string[], range = false): void {
		const last = this.#last === null ? -1 : rows.indexOf(this.#last);
		const at = rows.indexOf(id);
		const meant =
			range && last >= 0 ? rows.slice(Math.min(last, at), Math.max(last, at) + 1) : [id];
		// One row less than everything is the rows that are shown without it.
		if (this.all) this.#only(rows);
		for (const one of meant) this.#set(one, on);
		this.#last = id;
	}

	pickAll(rows: readonly string[], on: boolean): void {
		this.all = false;
		for (const id of rows) this.#set(id, on);
	}

	clear(): void {
		this.all = false;
		this.#ids.clear();
		this.#last = null;
	}

	/** Takes note of which rows there are: those of another view begin without a tick, and who has gone is no more meant. */
	note(view: string, rows: readonly string[]): void {
		if (view !== this.#view) this.clear();
		this.#view = view;
		for (const id of this.#ids) if (!rows.includes(id)) this.#ids.delete(id);
	}

	#only(rows: readonly string[]): void {
		this.all = false;
		for (const id of rows) this.#ids.add(id);
	}

	#set(id: string, on: boolean): void {
		if (on) this.#ids.add(id);
		else this.#ids.delete(id);
	}
}
