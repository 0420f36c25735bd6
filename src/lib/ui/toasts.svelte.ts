import { createContext } from 'svelte';
import { newId } from '#lib/shared/ids.ts';

export type Toast = {
	readonly id: string;
	readonly message: string;
	readonly tone: 'neutral' | 'good' | 'bad';
	/** Takes the act back; without JavaScript the page shows a Notice with the same act as a form. */
	readonly undo?: (() => unknown) | undefined;
	readonly action?: { readonly label: string; readonly run: () => unknown } | undefined;
};

const SHOWN_MS = 8_000;
const SHOWN_AT_ONCE = 3;

/** The short messages at the edge of the screen; one list per page tree, handed down by context. */
export class Toasts {
	#list = $state<Toast[]>([]);
	// Nothing on screen depends on the timers themselves.
	readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

	get list(): readonly Toast[] {
		return this.#list;
	}

	/** Says what was done, with a way back when there is one. */
	show(message: string, options: Partial<Pick<Toast, 'tone' | 'undo' | 'action'>> = {}): string {
		const toast: Toast = { id: newId(), message, tone: 'neutral', ...options };
		for (const old of this.#list.slice(0, Math.max(0, this.#list.length - SHOWN_AT_ONCE + 1))) {
			this.dismiss(old.id);
		}
		this.#list.push(toast);
		this.resume();
		return toast.id;
	}

	dismiss(id: string): void {
		clearTimeout(this.#timers.get(id));
		this.#timers.delete(id);
		this.#list = this.#list.filter((toast) => toast.id !== id);
	}

	/** Nothing disappears under a pointer or while it has focus. */
	pause(): void {
		for (const timer of this.#timers.values()) clearTimeout(timer);
		this.#timers.clear();
	}

	resume(): void {
		for (const toast of this.#list) {
			if (this.#timers.has(toast.id)) continue;
			this.#timers.set(
				toast.id,
				setTimeout(() => this.dismiss(toast.id), SHOWN_MS)
			);
		}
	}
}

export const [getToasts, setToasts] = createContext<Toasts>();
