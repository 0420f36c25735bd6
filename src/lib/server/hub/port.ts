import type * as Y from 'yjs';
import type { KindName } from '#lib/records/kind.ts';
import type { Notice } from '#lib/records/wire.ts';
import type { Actor } from '#lib/shared/actor.ts';
import type { RefusedUpdates } from '../records/refused.ts';

/** A record's document as this process holds it: equal to the committed state at `rev`. */
export interface Replica {
	readonly doc: Y.Doc;
	readonly epoch: number;
	readonly schemaVersion: number;
	rev: number;
}

/** What one person may do with the record now; `gone` is trash or unknown. */
export interface Access {
	readonly may: 'write' | 'read' | 'none' | 'gone';
	/** Live topics of the row: who hears that somebody has it open. */
	readonly topics: readonly string[];
}

export interface RoomInput {
	readonly update: Uint8Array;
	/** `replay` came with a handshake and may be older than what others did since. */
	readonly mode: 'live' | 'replay';
	readonly actor: Actor;
	/** Of fields that others wrote while their author was writing: what he saw. */
	readonly seen?: Readonly<Record<string, unknown>>;
}

/** What became of one input: its author's notices, or the close code that a broken client deserves. */
export type InputResult =
	| { readonly ok: true; readonly notices: readonly Notice[] }
	| { readonly ok: false; readonly close: number; readonly reason: string };

export interface RoomCommit {
	readonly rev: number;
	/** Everything that the replica took in, foreign commits included, as one update; null when nothing changed. */
	readonly update: Uint8Array | null;
	/** One per input, in order. */
	readonly results: readonly InputResult[];
}

export type CatchUp =
	| { readonly state: 'current'; readonly update: Uint8Array | null }
	/** The replica cannot be brought up to date: trash, a raised epoch, or a log that no longer reaches back. */
	| { readonly state: 'gone' | 'epoch' | 'reload' };

/**
 * What a room needs of the record engine. After `commit` or `catchUp` has thrown, the replica is
 * dirty and must not be used again.
 */
export interface RecordPort {
	/** Loads the document, making it when the record never had one; throws NotFound for trash and unknown ids. */
	open(kind: KindName, id: string): Promise<Replica>;
	access(kind: KindName, id: string, actor: Actor): Promise<Access>;
	commit(
		kind: KindName,
		id: string,
		replica: Replica,
		inputs: readonly RoomInput[]
	): Promise<RoomCommit>;
	catchUp(kind: KindName, id: string, replica: Replica): Promise<CatchUp>;
	/** The committed revision of each of these records; absent for records in the trash. */
	revisions(kind: KindName, ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
	compact(kind: KindName, id: string): Promise<void>;
	/**
	 * Keeps for its author what he sent and may not write, or sent to a record that is gone: the values that
	 * can be read of it. The record is not touched.
	 */
	keepRefused(kind: KindName, id: string, actor: Actor, refused: RefusedUpdates): Promise<void>;
	/** Keeps an update that alone fails to commit, so that what was typed is not lost. */
	setAside(kind: KindName, id: string, input: RoomInput, reason: string): Promise<void>;
}

/** The database cannot answer now: connection, lock, serialization or shutdown. Trying again may help. */
export class Unavailable extends Error {
	override readonly name = 'Unavailable';
}
