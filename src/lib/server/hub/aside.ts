import type { Doc } from 'yjs';
import type { KindName } from '#lib/records/kind.ts';
import { CLOSE } from '#lib/records/wire.ts';
import { newId } from '#lib/shared/ids.ts';
import { decode, saysNothingNew } from '../records/structs.ts';
import type { Write } from './mailbox.ts';
import type { Peer } from './peer.ts';
import type { RecordPort, RoomInput } from './port.ts';

export type UpdateWrite = Extract<Write, { type: 'update' }>;

interface Refused {
	readonly updates: Uint8Array[];
	bytes: number;
	readonly ids: Map<string, string>;
}

/** A client of ours writes nothing more once it was told; whoever goes on is not kept for ever. */
const MOST_UPDATES = 50;
const MOST_BYTES = 4 * 1024 * 1024;

/** What people of one room sent and may not write: kept for each of them before he is told. */
export class Aside {
	readonly #port: RecordPort;
	readonly #kind: KindName;
	readonly #id: string;
	readonly #refused = new WeakMap<Peer, Refused>();

	constructor(port: RecordPort, kind: KindName, id: string) {
		this.#port = port;
		this.#kind = kind;
		this.#id = id;
	}

	/** Resolves when it is committed; throws Unavailable like every other commit. */
	async keep(writes: readonly UpdateWrite[], reason: 'rejected' | 'closed'): Promise<void> {
		for (const [peer, own] of Map.groupBy(writes, (write) => write.peer)) {
			const refused = this.#refusedOf(peer);
			const before = refused.updates.length;
			for (const { update } of own) add(refused, update);
			if (refused.updates.length === before) continue;
			await this.#port.keepRefused(this.#kind, this.#id, peer.actor, {
				updates: refused.updates,
				reason,
				idOf: (field) => idIn(refused.ids, field)
			});
		}
	}

	/** Later updates stand on the earlier ones, and all of them are in no document. */
	#refusedOf(peer: Peer): Refused {
		const refused = this.#refused.get(peer) ?? { updates: [], bytes: 0, ids: new Map() };
		this.#refused.set(peer, refused);
		return refused;
	}
}

function add(refused: Refused, update: Uint8Array): void {
	if (refused.updates.length >= MOST_UPDATES || refused.bytes + update.length > MOST_BYTES) return;
	refused.updates.push(update);
	refused.bytes += update.length;
}

function idIn(ids: Map<string, string>, field: string): string {
	const id = ids.get(field) ?? newId();
	ids.set(field, id);
	return id;
}

/** What the engine is told of it. */
export const inputOf = ({ peer, update, mode, seen }: UpdateWrite): RoomInput => ({
	...{ update, mode, actor: peer.actor },
	...(seen && { seen })
});

const EMPTY_UPDATE_BYTES = 2;

/** Handshakes of clients without news carry an empty update. */
export const isMeant = ({ update }: UpdateWrite) => update.length > EMPTY_UPDATE_BYTES;

/** A reader who comes back answers the handshake like everybody; only what is new is an attempt to write. */
export function isRepetition(update: Uint8Array, doc: Doc): boolean {
	const decoded = decode(update);
	return decoded !== null && saysNothingNew(decoded, doc);
}

/** Sent before he knew: those without a session come back with it, and broken clients have nothing to say. */
export const wasShutOut = ({ peer }: UpdateWrite) =>
	peer.closedWith === CLOSE.noAccess || peer.closedWith === CLOSE.gone;
