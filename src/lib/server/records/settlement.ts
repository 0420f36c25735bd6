import type * as Y from 'yjs';
import type { Edit, Fault, FieldValue, RecordValues } from '#lib/records/values.ts';
import type { Actor } from '#lib/shared/actor.ts';
import type { Source } from './announce.ts';
import type { Row, ServerKind } from './kind.ts';
import type { DecodedUpdate } from './structs.ts';

export type Input =
	| {
			readonly type: 'update';
			readonly update: DecodedUpdate;
			/** `replay` was written without a line and may be older than what others did since. */
			readonly mode: 'live' | 'replay';
			readonly actor: Actor;
			/** Of fields that others wrote while their author was writing: what he saw. */
			readonly seen?: Readonly<Record<string, unknown>>;
	  }
	| {
			readonly type: 'ops';
			readonly edits: readonly Edit[];
			/** Field by field, and what the record has newer stays; without it, all of them or none. */
			readonly mode?: 'replay';
			readonly actor: Actor;
			readonly source: Source;
			/** Name of the command that has checked its own rights; it may take steps that nobody else may. */
			readonly commandMark: string | null;
	  };

/** What the database was asked before, so that settling needs no more of it. */
export interface Facts {
	referable(actor: Actor, field: string): ReadonlySet<string>;
	steps(actor: Actor): ReadonlySet<string>;
	/** Whose a Yjs client id is; null when it has never been seen. */
	ownerOf(client: number): string | null;
}

export interface Change {
	readonly actor: Actor;
	readonly source: Source;
	readonly field: string;
	readonly old: FieldValue;
	readonly new: FieldValue;
	/** The old value stayed; the new one is kept only here. */
	readonly conflict: boolean;
}

/** What became of one field of an input that could not simply be taken. */
export interface Verdict {
	/**
	 * `rejected`: the author's value may not be. `conflict`: the author was away, and the newer value stays.
	 * `overtaken`: the author's value stays, written without having seen the one that it replaced.
	 */
	readonly type: 'rejected' | 'conflict' | 'overtaken';
	readonly field: string;
	readonly fault: Fault | null;
	/** What the record does not hold: the author's value, or the one that was overtaken. */
	readonly value: FieldValue;
	/** What the record holds. */
	readonly current: FieldValue;
	/** Who wrote the other of the two just now, in the same settlement; null leaves that to the history. */
	readonly rival: Actor | null;
}

export type Outcome =
	| { readonly status: 'taken'; readonly notices: readonly Verdict[] }
	/** Operations that are no replay are taken whole or not at all. */
	| { readonly status: 'refused'; readonly faults: readonly Fault[] }
	| { readonly status: 'malformed'; readonly reason: string };

export interface Settled {
	/** Inputs and corrections as one update; null when the document did not change. */
	readonly update: Uint8Array | null;
	readonly values: RecordValues;
	readonly changes: readonly Change[];
	/** One per input, in order. */
	readonly outcomes: readonly Outcome[];
}

export interface Matter {
	readonly serverKind: ServerKind;
	/** Null for a record that nobody has ever opened live; then there are only operations. */
	readonly doc: Y.Doc | null;
	readonly row: Row;
	/** All values of the record before. */
	readonly before: RecordValues;
	readonly facts: Facts;
}
