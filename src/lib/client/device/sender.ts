import type { RecordKind } from '#lib/records/kind.ts';
import type { Keeper } from '../keeper.ts';
import { LiveRecord } from '../record.svelte.ts';
import type { KeptRecord } from './kept-records.svelte.ts';
import { alone } from './locks.ts';

/** Longer than a handshake takes on a bad line; what is not through by then is tried again later. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 50;

interface SenderSettings {
	readonly userId: string;
	readonly kinds: readonly RecordKind[];
	readonly keeper: Keeper;
	/** True while a page of this tab has the record open and sends its edits itself. */
	isOpen(kind: string, id: string): boolean;
	/** So many of the edits were not taken; the server keeps them for their author. */
	onKept(title: string, count: number): void;
	readonly url?: string;
	readonly WebSocketClass?: typeof WebSocket;
}

export const lockOf = (userId: string, kind: string, id: string) => `${userId}:${kind}/${id}`;

/** Sends the edits of kept records that no page has open; true when all of them are through. */
export async function sendUnsent(
	settings: SenderSettings,
	records: readonly KeptRecord[]
): Promise<boolean> {
	let all = true;
	for (const { kind: name, id, title } of records) {
		const kind = settings.kinds.find((kind) => kind.name === name);
		if (!kind || settings.isOpen(name, id)) continue;
		const sent = await alone(lockOf(settings.userId, name, id), () =>
			sendOne(settings, kind, id, title)
		);
		all &&= sent ?? true; // another tab has it open
	}
	return all;
}

async function sendOne(
	{ userId, keeper, url, WebSocketClass, onKept }: SenderSettings,
	kind: RecordKind,
	id: string,
	title: string
): Promise<boolean> {
	const record = new LiveRecord({
		...{ kind, id, userId, title: () => title },
		values: {},
		epoch: null,
		// Nothing here says that somebody has it open: that would keep us from sending it.
		keeper: { ...bound(keeper), opened: () => () => {} },
		...(url ? { url } : {}),
		...(WebSocketClass ? { WebSocketClass } : {})
	});
	const close = record.connect();
	try {
		const isThrough = await ended(record);
		if (record.notices.length > 0) onKept(title, record.notices.length);
		return isThrough;
	} finally {
		close();
	}
}

/** Resolves when everything is committed or the record was closed for good; false when neither happens in time. */
async function ended(record: LiveRecord): Promise<boolean> {
	const deadline = Date.now() + PATIENCE_MS;
	while (Date.now() < deadline) {
		// Without a line there is nothing to wait for here: the next attempt comes with it.
		if (record.state === 'signed-out' || record.state === 'offline') return false;
		if (record.handedOver) return true;
		if (record.synced && record.provider?.synced && record.settled) return true;
		await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
	}
	return false;
}

const bound = (keeper: Keeper): Keeper => ({
	store: (kind, id) => keeper.store(kind, id),
	opened: (kind, id) => keeper.opened(kind, id),
	hear: (kind, id, listener) => keeper.hear(kind, id, listener),
	setAside: (record, why, changes) => keeper.setAside(record, why, changes),
	replay: (record, edits) => keeper.replay(record, edits),
	renew: () => keeper.renew()
});
