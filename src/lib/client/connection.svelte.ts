import { createContext } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import type { Fault } from '#lib/records/values.ts';

/**
 * What the state line says. `saved` means committed in Postgres; `offline` comes with the number of
 * changes that only this device has; `behind` means that the server fails to say what is new; `closed` means that no more edits are taken on this page.
 */
export type SaveState =
	'saved' | 'saving' | 'offline' | 'behind' | 'rejected' | 'signed-out' | 'closed';

/** Why a record's socket was closed for good. */
export type ClosedReason =
	'no-access' | 'gone' | 'reset' | 'read-only' | 'too-large' | 'too-old' | 'refused';

export interface SaveSource {
	/** False for a source that only listens: while it is there alone, there is nothing to call saved. */
	readonly saves: boolean;
	readonly state: SaveState;
	/** Changes that are not yet committed. */
	readonly pending: number;
	readonly reason: ClosedReason | null;
	/** Why something was refused, while it stands there. */
	readonly fault?: Fault | null;
	/** True when what is pending outlives this page. */
	readonly keeps?: boolean;
	/** Tries again after signing in. */
	reconnect?(): void;
}

const MOST_PRESSING: readonly SaveState[] = [
	'signed-out',
	'closed',
	'rejected',
	'offline',
	'behind',
	'saving',
	'saved'
];

/** The one state line of a tab, fed by whatever on the page saves through a socket; the shell shows it. */
export class Connection {
	readonly #sources = new SvelteSet<SaveSource>();

	/** Takes a source in for as long as it is open; the answer takes it out again. */
	add(source: SaveSource): () => void {
		this.#sources.add(source);
		return () => this.#sources.delete(source);
	}

	/** True while something on this page saves as one types. */
	get editing(): boolean {
		return [...this.#sources].some((source) => source.saves);
	}

	get state(): SaveState {
		return MOST_PRESSING.find((state) => this.#some(state)) ?? 'saved';
	}

	get pending(): number {
		return [...this.#sources].reduce((sum, { pending }) => sum + pending, 0);
	}

	get fault(): Fault | null {
		return [...this.#sources].find(({ fault }) => fault)?.fault ?? null;
	}

	/** True when everything that is pending outlives this page. */
	get keeps(): boolean {
		return [...this.#sources].every(({ pending, keeps = false }) => pending === 0 || keeps);
	}

	/** Tries again after signing in. */
	reconnect(): void {
		for (const source of this.#sources) source.reconnect?.();
	}

	get reason(): ClosedReason | null {
		return [...this.#sources].find(({ reason }) => reason !== null)?.reason ?? null;
	}

	#some(state: SaveState): boolean {
		return [...this.#sources].some((source) => source.state === state);
	}
}

export const [getConnection, setConnection] = createContext<Connection>();
