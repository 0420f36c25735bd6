import type { Peer } from './peer.ts';

/** An update or a marker; runs of them are handled together. */
export type Write =
	| {
			readonly type: 'update';
			readonly peer: Peer;
			readonly update: Uint8Array;
			readonly mode: 'live' | 'replay';
			/** Of fields that others wrote while their author was writing: what he saw. */
			readonly seen?: Readonly<Record<string, unknown>>;
	  }
	| { readonly type: 'marker'; readonly peer: Peer; readonly number: number };

export type Letter =
	| { readonly type: 'writes'; readonly writes: readonly Write[] }
	| { readonly type: 'joins'; readonly peers: readonly Peer[] }
	| { readonly type: 'step1'; readonly peer: Peer; readonly stateVector: Uint8Array }
	| { readonly type: 'awareness'; readonly peer: Peer; readonly update: Uint8Array }
	| { readonly type: 'catchUp' }
	| { readonly type: 'recheck'; readonly userId: string | null }
	| { readonly type: 'idle' }
	| { readonly type: 'rest' };

/** Somebody at the door; those who come together are let in together. */
export interface Join {
	readonly type: 'join';
	readonly peer: Peer;
}

interface Reader {
	handle(letter: Letter): Promise<void>;
	fail(error: unknown): void;
}

/** Letters of one room, handled one at a time and in order. Writes, and joins, that wait side by side become one letter. */
export class Mailbox {
	readonly #reader: Reader;
	#letters: Mail[] = [];
	#working: Promise<void> | null = null;

	constructor(reader: Reader) {
		this.#reader = reader;
	}

	get isEmpty(): boolean {
		return this.#letters.length === 0;
	}

	/** What was written and waits behind the letter that is being handled. */
	get writes(): readonly Write[] {
		return this.#letters.filter(isWrite);
	}

	/** A call to look at what others have committed is put in once: one look sees all of it. */
	post(letter: Mail): void {
		if (letter.type === 'catchUp' && this.#letters.some(({ type }) => type === 'catchUp')) return;
		this.#letters.push(letter);
		this.#working ??= this.#work();
	}

	/** Takes everything out unread and answers whose letters they were. */
	clear(): readonly Peer[] {
		const letters = this.#letters;
		this.#letters = [];
		return letters.flatMap((letter) => ('peer' in letter ? [letter.peer] : []));
	}

	/** Resolves when every letter that has arrived is dealt with. */
	async drained(): Promise<void> {
		while (this.#working) await this.#working;
	}

	async #work(): Promise<void> {
		// The first letter waits for the turn to end, so that what arrives with it is handled with it.
		await Promise.resolve();
		for (let letter = this.#take(); letter; letter = this.#take()) {
			try {
				await this.#reader.handle(letter);
			} catch (error) {
				this.#reader.fail(error);
			}
		}
		// In the same turn as the last look: a letter that comes later must start a new round.
		this.#working = null;
	}

	#take(): Letter | undefined {
		if (this.#letters[0]?.type === 'join') return { type: 'joins', peers: this.#takeJoins() };
		const end = this.#letters.findIndex((letter) => !isWrite(letter));
		const writes = this.#letters.splice(0, end === -1 ? this.#letters.length : end).filter(isWrite);
		if (writes.length > 0) return { type: 'writes', writes };
		const letter = this.#letters.shift();
		return letter && !isWrite(letter) && letter.type !== 'join' ? letter : undefined;
	}

	/** All that wait, before the letters between them: nothing that others have sent depends on who has come. */
	#takeJoins(): readonly Peer[] {
		const joins = this.#letters.filter((letter) => letter.type === 'join');
		this.#letters = this.#letters.filter((letter) => letter.type !== 'join');
		return joins.map(({ peer }) => peer);
	}
}

/** What can be put into a mailbox. */
export type Mail = Letter | Write | Join;

const isWrite = (letter: Mail): letter is Write =>
	letter.type === 'update' || letter.type === 'marker';
