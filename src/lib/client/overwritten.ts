import type { Unsent } from './difference.ts';

/**
 * What I wrote and somebody else's value replaced on this page before the server had confirmed mine. As a
 * rule mine is on its way and wins by arriving last. Should the line break first it is in no document any
 * more: whoever replaces a value in a document leaves nothing of it there.
 */
export class Overwritten {
	readonly #found = new Map<string, { readonly change: Unsent; readonly marker: number }>();

	/** Compares what was unsent before and after somebody else's update; `marker` stands for what is written so far. */
	note(before: readonly Unsent[], after: readonly Unsent[], marker: number): void {
		const still = new Set(after.map(({ field }) => field));
		for (const change of before) {
			if (!still.has(change.field)) this.#found.set(change.field, { change, marker });
		}
	}

	/** What is confirmed up to this marker the server has judged. */
	acknowledge(marker: number): void {
		for (const [field, found] of this.#found) {
			if (found.marker <= marker) this.#found.delete(field);
		}
	}

	/** The line is lost: what nobody else may have, once. */
	take(): readonly Unsent[] {
		const changes = [...this.#found.values()].map(({ change }) => change);
		this.#found.clear();
		return changes;
	}
}
