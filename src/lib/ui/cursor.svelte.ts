/**
 * The highlighted line of a list that is walked with the arrow keys while the caret stays in a text field
 * (the listbox pattern with aria-activedescendant).
 */
export class ListCursor {
	/** -1 while the field itself is meant. */
	index = $state(-1);
	readonly #count: () => number;

	constructor(count: () => number) {
		this.#count = count;
	}

	/** Moves for an arrow key and answers whether it did. */
	press(event: KeyboardEvent): boolean {
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		const count = this.#count();
		if (step === undefined || count === 0) return false;
		event.preventDefault();
		const next = this.index + step;
		this.index = next >= count ? 0 : next < 0 ? count - 1 : next;
		return true;
	}
}
