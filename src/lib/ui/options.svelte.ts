export type Option = {
	readonly value: string;
	readonly label: string;
	/** A second, quieter word such as the city of a company. */
	readonly hint?: string | undefined;
};

/** Finds more options than the page carries; the signal is aborted when a newer search starts. */
export type FindOptions = (query: string, signal: AbortSignal) => Promise<readonly Option[]>;

const WAIT_MS = 150;
const SHOWN = 50;
const folded = (text: string) =>
	text
		.normalize('NFD')
		.replace(/\p{Diacritic}/gu, '')
		.toLocaleLowerCase();

/** What a combobox offers for what has been typed: from the page, or from the server when it can look. */
export class OptionSearch {
	query = $state('');
	searching = $state(false);
	#found = $state.raw<readonly Option[] | null>(null);
	#options: () => readonly Option[];
	#find: () => FindOptions | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#running: AbortController | undefined;

	constructor(options: () => readonly Option[], find: () => FindOptions | undefined) {
		this.#options = options;
		this.#find = find;
	}

	readonly shown: readonly Option[] = $derived.by(() => {
		if (this.#found) return this.#found;
		const wanted = folded(this.query.trim());
		return this.#options()
			.filter((option) => folded(option.label).includes(wanted))
			.slice(0, SHOWN);
	});

	/** True when one of the options is called exactly that, so there is nothing to create. */
	readonly hasExact: boolean = $derived.by(() => {
		const wanted = folded(this.query.trim());
		return this.shown.some((option) => folded(option.label) === wanted);
	});

	type(query: string): void {
		this.query = query;
		const find = this.#find();
		if (!find) return;
		this.#stop();
		this.searching = true;
		this.#timer = setTimeout(() => this.#look(find, query), WAIT_MS);
	}

	reset(): void {
		this.#stop();
		this.query = '';
		this.#found = null;
		this.searching = false;
	}

	#stop(): void {
		clearTimeout(this.#timer);
		this.#running?.abort();
	}

	async #look(find: FindOptions, query: string): Promise<void> {
		const run = new AbortController();
		this.#running = run;
		try {
			const found = await find(query, run.signal);
			if (!run.signal.aborted) this.#found = found;
		} catch {
			// Offline or aborted: what the page carries is still offered.
			if (!run.signal.aborted) this.#found = null;
		} finally {
			if (this.#running === run) this.searching = false;
		}
	}
}
