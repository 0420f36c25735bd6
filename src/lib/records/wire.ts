import type { Fault, FieldValue } from './values.ts';

/** First number of every frame on a record's socket; 0, 1 and 3 are y-websocket's own. */
export const MESSAGE = {
	sync: 0,
	awareness: 1,
	queryAwareness: 3,
	/** "Everything I sent so far": echoed only after COMMIT. */
	marker: 102,
	/** What stood in a field when its author began to write what the next update says, as JSON. */
	seen: 104,
	/** Something the author must know about his edit, as JSON. */
	notice: 103
} as const;

/** y-websocket gives up on 4400–4499 and tries again after every other code. */
export const CLOSE = {
	malformed: 4400,
	signedOut: 4401,
	noAccess: 4403,
	gone: 4404,
	epoch: 4409,
	tooLarge: 4413,
	clientTooOld: 4426,
	resync: 4500,
	unavailable: 4503,
	slowDown: 4529,
	/** RFC 6455: the server restarts. */
	restart: 1012
} as const;

export const LIMITS = {
	frameBytes: 2 * 1024 * 1024,
	updateBytes: 64 * 1024,
	structs: 100_000,
	awarenessBytes: 2048,
	updatesPerSecond: 20,
	updateBurst: 100,
	awarenessPerSecond: 15,
	socketsPerUser: 30,
	bufferedBytes: 1024 * 1024
} as const;

/** What became of an edit that was not taken as it was; no text is dropped silently. */
export interface EditNotice {
	/**
	 * `rejected`: this value may not be. `conflict`: it was written away from the record, which has a newer
	 * one. `overtaken`: yours stays; somebody else's was there a moment before, and you had not seen it.
	 */
	readonly type: 'rejected' | 'conflict' | 'overtaken';
	/** Under which the text that lost is kept; null when there was nothing to keep. */
	readonly id: string | null;
	/** Revision of the record that this came with. */
	readonly rev: number;
	readonly field: string;
	readonly fault: Fault | null;
	/** What the record does not hold: what you wanted, or what you overtook. */
	readonly value: FieldValue;
	/** What the record holds. */
	readonly current: FieldValue;
	/** Who wrote the other of the two values, when somebody else did. */
	readonly by: { readonly id: string; readonly name: string } | null;
}

export type Notice =
	| EditNotice
	/** First word to a client of ours, and again when its rights change. */
	| { readonly type: 'welcome'; readonly epoch: number; readonly mayWrite: boolean }
	/** The edit was ignored: the author may not write here. Only a fresh document is right again. */
	| { readonly type: 'read-only' };
