import { onDestroy } from 'svelte';
import { getRecordPage } from './context.svelte.ts';

const TYPING_PAUSE_MS = 400;

/**
 * What somebody is typing into one input. While he types nothing from outside changes it; it is handed
 * on after a pause and on leaving. A refused text stays until it is put right or taken back. The state
 * line hears of both, so that it never says "saved" beside a text that only this input has.
 */
export class Draft {
	#text = $state<string | null>(null);
	/** How the text was stored when it was handed on; null while it is not. */
	#handed = $state<string | null>(null);
	#timer: ReturnType<typeof setTimeout> | undefined;
	readonly #field: () => string;
	readonly #stored: () => string;
	readonly #commit: (text: string) => boolean | 'later';
	readonly #page = getRecordPage();

	/** Made while its component is, for this field. `commit` says whether the text was taken; 'later' leaves it for `reset` or `refuse`. */
	constructor(
		field: () => string,
		stored: () => string,
		commit: (text: string) => boolean | 'later'
	) {
		this.#field = field;
		this.#stored = stored;
		this.#commit = commit;
		onDestroy(() => {
			clearTimeout(this.#timer);
			this.#tell(null);
		});
	}

	get text(): string {
		const stored = this.#stored();
		// Handed on and changed by somebody since: his is the newer one, and leaving must not undo it.
		if (this.#handed !== null && this.#handed !== stored) return stored;
		return this.#text ?? stored;
	}

	type(text: string): void {
		if (this.#text === null || this.#handed !== null) this.#page.begin(this.#field());
		this.#text = text;
		this.#handed = null;
		this.#tell('typing');
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#handOn(), TYPING_PAUSE_MS);
	}

	/** On leaving the input: what was accepted is shown as it is stored. */
	leave(): void {
		clearTimeout(this.#timer);
		if (!this.#handOn()) return;
		this.#text = null;
		this.#handed = null;
	}

	reset(): void {
		clearTimeout(this.#timer);
		this.#text = null;
		this.#handed = null;
		this.#tell(null);
	}

	refuse(): void {
		this.#tell('refused');
	}

	#handOn(): boolean {
		if (this.#text === null || this.#handed !== null) return true;
		const taken = this.#commit(this.#text);
		if (taken !== 'later') this.#tell(taken ? null : 'refused');
		if (taken !== true) return false;
		this.#handed = this.#stored();
		return true;
	}

	#tell(state: 'typing' | 'refused' | null): void {
		this.#page.record.draft(this, state);
	}
}
