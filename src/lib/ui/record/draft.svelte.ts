const TYPING_PAUSE_MS = 400;

/**
 * What somebody is typing into one input. While he types nothing from outside changes it; it is handed
 * on after a pause and on leaving. A refused text stays until it is put right or taken back.
 */
export class Draft {
	#text = $state<string | null>(null);
	#timer: ReturnType<typeof setTimeout> | undefined;
	readonly #stored: () => string;
	readonly #commit: (text: string) => boolean;

	constructor(stored: () => string, commit: (text: string) => boolean) {
		this.#stored = stored;
		this.#commit = commit;
	}

	get text(): string {
		return this.#text ?? this.#stored();
	}

	type(text: string): void {
		this.#text = text;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#handOn(), TYPING_PAUSE_MS);
	}

	/** On leaving the input: what was accepted is shown as it is stored. */
	leave(): void {
		clearTimeout(this.#timer);
		if (this.#handOn()) this.#text = null;
	}

	reset(): void {
		clearTimeout(this.#timer);
		this.#text = null;
	}

	#handOn(): boolean {
		return this.#text === null || this.#commit(this.#text);
	}
}
