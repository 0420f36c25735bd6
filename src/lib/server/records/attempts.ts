import * as Y from 'yjs';
import { rootsOf } from '#lib/records/document.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { DecodedUpdate } from './precheck.ts';

// The one file that looks into Yjs: items, their origins, and the maps that hold them.

/** What an update wanted to make of one key of a top-level map. */
export interface Attempt {
	readonly root: string;
	readonly key: string;
	/** The value it would put there; absent for one that takes the key away. */
	readonly incoming: { readonly value: unknown } | null;
	/** The author had not seen the value that was there. */
	readonly concurrent: boolean;
}

export interface Applied {
	readonly attempts: readonly Attempt[];
	/** Names of rich texts that this changed. */
	readonly texts: readonly string[];
}

/** Applies an update that passed the precheck and tells what it attempted. */
export function applyAttempts(
	doc: Y.Doc,
	kind: RecordKind,
	update: DecodedUpdate,
	origin: unknown
): Applied {
	const maps = mapsOf(doc, kind);
	const before = new Map([...maps.keys()].map((type) => [type, new Map(type._map)]));
	let applied: Applied = { attempts: [], texts: [] };
	// Before Yjs collects deleted content and merges items, which happens right after this event.
	doc.once('afterTransaction', (transaction: Y.Transaction) => {
		const scene: Scene = { doc, maps, before, transaction, update };
		applied = { attempts: attemptsIn(scene), texts: textsIn(scene, kind) };
	});
	Y.applyUpdate(doc, update.bytes, origin);
	return applied;
}

type MapType = Y.AbstractType<unknown>;

interface Scene {
	readonly doc: Y.Doc;
	/** Names of the top-level maps. */
	readonly maps: ReadonlyMap<MapType, string>;
	readonly before: ReadonlyMap<MapType, ReadonlyMap<string, Y.Item>>;
	readonly transaction: Y.Transaction;
	readonly update: DecodedUpdate;
}

const mapsOf = (doc: Y.Doc, kind: RecordKind): Scene['maps'] =>
	new Map(
		[...rootsOf(kind)]
			.filter(([, shape]) => shape !== 'richText')
			.map(([name]) => [doc.getMap(name) as MapType, name])
	);

function textsIn({ doc, transaction }: Scene, kind: RecordKind): readonly string[] {
	// Yjs declares the keys with another event type than the fragments have.
	const changed: ReadonlyMap<unknown, unknown> = transaction.changedParentTypes;
	return [...rootsOf(kind)]
		.filter(([name, shape]) => shape === 'richText' && changed.has(doc.getXmlFragment(name)))
		.map(([name]) => name);
}

function attemptsIn(scene: Scene): readonly Attempt[] {
	const attempts = new Map<string, Attempt>();
	const add = (type: MapType, key: string, attempt: Attempt | null) => {
		const name = scene.maps.get(type) ?? '';
		if (attempt && !attempts.has(`${name}\n${key}`)) attempts.set(`${name}\n${key}`, attempt);
	};
	for (const item of newItems(scene)) {
		const at = placeIn(scene, item);
		if (at) add(at.type, at.key, attemptOfNewItem(scene, at.type, at.key));
	}
	for (const { type, key, item } of deletedItems(scene))
		add(type, key, deletion(scene, type, key, item));
	return [...attempts.values()];
}

function newItems({ doc, transaction }: Scene): readonly Y.Item[] {
	const items: Y.Item[] = [];
	for (const [client, end] of transaction.afterState) {
		const start = transaction.beforeState.get(client) ?? 0;
		const structs = doc.store.clients.get(client);
		if (start === end || !structs) continue;
		for (let at = Y.findIndexSS(structs, start); at < structs.length; at++) {
			const struct = structs[at];
			if (struct instanceof Y.Item) items.push(struct);
		}
	}
	return items;
}

function placeIn({ maps }: Scene, item: Y.Item): { type: MapType; key: string } | null {
	const type = item.parent as MapType | null; // integrated: no name or id any more
	return type && item.parentSub !== null && maps.has(type) ? { type, key: item.parentSub } : null;
}

const isNew = ({ transaction }: Scene, id: Y.ID) =>
	id.clock >= (transaction.beforeState.get(id.client) ?? 0);

/** The last of the new items of a key is what the author wanted, wherever Yjs has put it in the order. */
function attemptOfNewItem(scene: Scene, type: MapType, key: string): Attempt | null {
	let item = type._map.get(key) ?? null;
	while (item && !isNew(scene, item.id)) item = item.left;
	if (!item) return null;
	const taken = isDeletedBy(scene.update, item.id) || item.content instanceof Y.ContentDeleted;
	const concurrent = !followsCurrent(scene, type, key, item);
	// Given up again, or replaced on his own screen before it could be sent: he wants nothing of what is there.
	if (taken && concurrent) return null;
	const incoming = taken ? null : { value: item.content.getContent().at(-1) };
	return { root: scene.maps.get(type) ?? '', key, incoming, concurrent };
}

/** Follows the author's own writes back to the value that they were based on. */
function followsCurrent(scene: Scene, type: MapType, key: string, item: Y.Item): boolean {
	const current = scene.before.get(type)?.get(key);
	if (!current) return true;
	let based = item.origin;
	while (based && isNew(scene, based)) based = Y.getItem(scene.doc.store, based).origin ?? null;
	return based !== null && Y.compareIDs(based, current.lastId);
}

function isDeletedBy({ deletions }: DecodedUpdate, { client, clock }: Y.ID): boolean {
	return (deletions.get(client) ?? []).some(
		(range) => clock >= range.clock && clock < range.clock + range.len
	);
}

/** Entries of before this update that it deletes. */
function deletedItems(scene: Scene): readonly { type: MapType; key: string; item: Y.Item }[] {
	const found: { type: MapType; key: string; item: Y.Item }[] = [];
	for (const [client, ranges] of scene.update.deletions) {
		const structs = scene.doc.store.clients.get(client);
		for (const { clock, len } of structs ? ranges : []) {
			for (let at = Y.findIndexSS(structs ?? [], clock); at < (structs?.length ?? 0); at++) {
				const item = structs?.[at];
				if (!item || item.id.clock >= clock + len) break;
				if (!(item instanceof Y.Item) || isNew(scene, item.id)) continue;
				const place = placeIn(scene, item);
				if (place) found.push({ ...place, item });
			}
		}
	}
	return found;
}

/**
 * Taking away the current value is an attempt like any other. One that somebody has replaced meanwhile
 * stays replaced: whoever sends his whole state repeats every deletion there ever was.
 */
function deletion(scene: Scene, type: MapType, key: string, item: Y.Item): Attempt | null {
	const isCurrent = scene.before.get(type)?.get(key) === item;
	if (!isCurrent || !Y.isDeleted(scene.transaction.deleteSet, item.id)) return null;
	return { root: scene.maps.get(type) ?? '', key, incoming: null, concurrent: false };
}
