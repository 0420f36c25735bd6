import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { z } from 'zod';
import { MESSAGE } from '#lib/records/wire.ts';
import type { Notice } from '#lib/records/wire.ts';

const SYNC_STEP_1 = 0;
const SYNC_STEP_2 = 1;
const SYNC_UPDATE = 2;

/** What a client of a record's room can say. */
export type Frame =
	| { readonly type: 'step1'; readonly stateVector: Uint8Array }
	| { readonly type: 'update'; readonly mode: 'live' | 'replay'; readonly update: Uint8Array }
	| { readonly type: 'awareness'; readonly update: Uint8Array }
	| { readonly type: 'queryAwareness' }
	| { readonly type: 'marker'; readonly number: number }
	| { readonly type: 'seen'; readonly seen: Seen };

/** What stood in a field when somebody began to write in it. */
export type Seen = z.output<typeof seen>;

const seen = z.object({ field: z.string().max(60), value: z.json() });

/** Reads one frame; null for anything that is not of the protocol. */
export function readFrame(bytes: Uint8Array): Frame | null {
	try {
		const decoder = decoding.createDecoder(bytes);
		const frame = readMessage(decoder);
		return decoding.hasContent(decoder) ? null : frame;
	} catch {
		return null; // lib0 throws on truncated input, and zod on what is not ours
	}
}

function readMessage(decoder: decoding.Decoder): Frame | null {
	switch (decoding.readVarUint(decoder)) {
		case MESSAGE.sync:
			return readSync(decoder);
		case MESSAGE.awareness:
			return { type: 'awareness', update: decoding.readVarUint8Array(decoder) };
		case MESSAGE.queryAwareness:
			return { type: 'queryAwareness' };
		case MESSAGE.marker:
			return { type: 'marker', number: decoding.readVarUint(decoder) };
		case MESSAGE.seen:
			return { type: 'seen', seen: seen.parse(JSON.parse(decoding.readVarString(decoder))) };
		default:
			return null;
	}
}

function readSync(decoder: decoding.Decoder): Frame | null {
	const step = decoding.readVarUint(decoder);
	const bytes = decoding.readVarUint8Array(decoder);
	if (step === SYNC_STEP_1) return { type: 'step1', stateVector: bytes };
	if (step === SYNC_STEP_2) return { type: 'update', mode: 'replay', update: bytes };
	if (step === SYNC_UPDATE) return { type: 'update', mode: 'live', update: bytes };
	return null;
}

export const step1Frame = (stateVector: Uint8Array) => syncFrame(SYNC_STEP_1, stateVector);
export const step2Frame = (update: Uint8Array) => syncFrame(SYNC_STEP_2, update);
export const updateFrame = (update: Uint8Array) => syncFrame(SYNC_UPDATE, update);

function syncFrame(step: number, bytes: Uint8Array): Uint8Array {
	return encoding.encode((encoder) => {
		encoding.writeVarUint(encoder, MESSAGE.sync);
		encoding.writeVarUint(encoder, step);
		encoding.writeVarUint8Array(encoder, bytes);
	});
}

export const awarenessFrame = (update: Uint8Array) =>
	encoding.encode((encoder) => {
		encoding.writeVarUint(encoder, MESSAGE.awareness);
		encoding.writeVarUint8Array(encoder, update);
	});

export const markerFrame = (number: number) =>
	encoding.encode((encoder) => {
		encoding.writeVarUint(encoder, MESSAGE.marker);
		encoding.writeVarUint(encoder, number);
	});

export const seenFrame = (words: Seen) =>
	encoding.encode((encoder) => {
		encoding.writeVarUint(encoder, MESSAGE.seen);
		encoding.writeVarString(encoder, JSON.stringify(words));
	});

export const noticeFrame = (notice: Notice) =>
	encoding.encode((encoder) => {
		encoding.writeVarUint(encoder, MESSAGE.notice);
		encoding.writeVarString(encoder, JSON.stringify(notice));
	});
