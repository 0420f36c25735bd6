import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/** What a client of one kind of server says and understands; sync messages are the same everywhere. */
export interface Dialect {
	/** Said when the socket is open. */
	hello(room: string): readonly Uint8Array[];
	/** Takes the sync message out of a frame; null when it is something else. */
	read(frame: Uint8Array): Sync | null;
	write(room: string, sync: Sync): Uint8Array;
}

export interface Sync {
	readonly step: 'ask' | 'answer' | 'update';
	readonly bytes: Uint8Array;
}

const STEPS = ['ask', 'answer', 'update'] as const;
const SYNC = 0;
const AUTH = 2;
const NOTHING_KNOWN = Uint8Array.of(0);

/** y-websocket's own, which Tandem speaks too. */
export const plain: Dialect = {
	hello: (room) => [plain.write(room, { step: 'ask', bytes: NOTHING_KNOWN })],
	read: (frame) => readSync(decoding.createDecoder(frame)),
	write: (_room, sync) => encoding.encode((encoder) => writeSync(encoder, sync))
};

/** Hocuspocus puts the document's name before everything and wants a token first. */
export const named: Dialect = {
	hello: (room) => [
		encoding.encode((encoder) => {
			encoding.writeVarString(encoder, room);
			encoding.writeVarUint(encoder, AUTH);
			encoding.writeVarUint(encoder, 0);
			encoding.writeVarString(encoder, 'token');
		}),
		named.write(room, { step: 'ask', bytes: NOTHING_KNOWN })
	],
	read(frame) {
		const decoder = decoding.createDecoder(frame);
		decoding.readVarString(decoder);
		return readSync(decoder);
	},
	write: (room, sync) =>
		encoding.encode((encoder) => {
			encoding.writeVarString(encoder, room);
			writeSync(encoder, sync);
		})
};

function writeSync(encoder: encoding.Encoder, { step, bytes }: Sync): void {
	encoding.writeVarUint(encoder, SYNC);
	encoding.writeVarUint(encoder, STEPS.indexOf(step));
	encoding.writeVarUint8Array(encoder, bytes);
}

function readSync(decoder: decoding.Decoder): Sync | null {
	if (decoding.readVarUint(decoder) !== SYNC) return null;
	const step = STEPS[decoding.readVarUint(decoder)];
	return step ? { step, bytes: decoding.readVarUint8Array(decoder) } : null;
}
