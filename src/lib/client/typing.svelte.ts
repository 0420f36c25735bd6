import { SvelteMap } from 'svelte/reactivity';

/** Texts that stand in an input and nowhere else. */
export class Typing {
	readonly #inputs = new SvelteMap<object, 'typing' | 'refused'>();

	/** How many are on their way to being handed on. */
	get count(): number {
		return [...this.#inputs.values()].filter((state) => state === 'typing').length;
	}

	get any(): boolean {
		return this.#inputs.size > 0;
	}

	note(input: object, state: 'typing' | 'refused' | null): void {
		if (state === null) this.#inputs.delete(input);
		else this.#inputs.set(input, state);
	}
}
