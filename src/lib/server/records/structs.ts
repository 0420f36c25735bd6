import * as Y from 'yjs';
import { rootsOf } from '#lib/records/document.ts';
import type { Field, RecordKind } from '#lib/records/kind.ts';
import { LIMITS } from '#lib/records/wire.ts';

// The one file that looks into Yjs: the structs of updates and documents, what they stand on and in, and
// the maps that hold them. Yjs calls them internal: its version is pinned, and what is read here is tested
// with whatever a machine can think of (tests/sync/properties.test.ts).

/** An update taken apart without touching any document. */
export interface DecodedUpdate {
	readonly bytes: Uint8Array;
	readonly items: readonly (Y.Item | Y.GC)[];
	readonly deletions: ReadonlyMap<
		number,
		readonly { readonly clock: number; readonly len: number }[]
	>;
}

/** Takes an update apart; null when it is not one, or one that no client of ours makes. */
export function decode(bytes: Uint8Array): DecodedUpdate | null {
	if (bytes.length > LIMITS.frameBytes) return null;
	try {
		const { structs, ds } = Y.decodeUpdate(bytes);
		if (structs.length > LIMITS.structs) return null;
		const items = structs.filter((struct) => struct instanceof Y.Item || struct instanceof Y.GC);
		return items.length === structs.length ? { bytes, items, deletions: ds.clients } : null;
	} catch {
		return null; // lib0 throws on whatever is not an update
	}
}

/** What an update writes, without what was collected as garbage. */
export const itemsIn = ({ items }: DecodedUpdate): readonly Item[] =>
	items.filter((item) => item instanceof Y.Item);

export type Item = Y.Item;

/** Values of a key, the earlier ones included; part of a text; something deleted; or what no client of ours writes. */
export type Content =
	| { readonly type: 'values'; readonly values: readonly unknown[] }
	| { readonly type: 'text' | 'deleted' | 'foreign' };

export function contentOf({ content }: Item): Content {
	if (content instanceof Y.ContentDeleted) return { type: 'deleted' };
	if (content instanceof Y.ContentAny) return { type: 'values', values: content.arr };
	const isText =
		content instanceof Y.ContentString ||
		content instanceof Y.ContentFormat ||
		(content instanceof Y.ContentType &&
			(content.type instanceof Y.XmlElement || content.type instanceof Y.XmlText));
	return { type: isText ? 'text' : 'foreign' };
}

/** True for a client number that has written in this document. */
export const hasWritten = (doc: Y.Doc, client: number): boolean =>
	Y.getState(doc.store, client) > 0;

/** True for a document that was given something which stands on what it does not have. */
export const hasGap = ({ store }: Y.Doc): boolean =>
	store.pendingStructs !== null || store.pendingDs !== null;

/** Every key that a map ever had. */
export const keysEverIn = (doc: Y.Doc, root: string): Iterable<string> =>
	doc.getMap(root)._map.keys();

/** The clients that wrote something in this update which the document does not have yet. */
export function newClients(update: DecodedUpdate, doc: Y.Doc): ReadonlySet<number> {
	return new Set(
		update.items
			.filter(({ id, length }) => id.clock + length > Y.getState(doc.store, id.client))
			.map(({ id }) => id.client)
	);
}

/** True for an update that the document has already: whoever answers a handshake repeats every deletion there was. */
export function saysNothingNew({ items, deletions }: DecodedUpdate, doc: Y.Doc): boolean {
	const isNew = ({ id, length }: Y.Item | Y.GC) =>
		id.clock + length > Y.getState(doc.store, id.client);
	if (items.some(isNew)) return false;
	const { clients: deleted } = Y.createDeleteSetFromStructStore(doc.store);
	return [...deletions].every(([client, ranges]) =>
		ranges.every(({ clock, len }) =>
			deleted.get(client)?.some((own) => own.clock <= clock && clock + len <= own.clock + own.len)
		)
	);
}

/** Why an update cannot be applied at once: it skips something or stands on what is not there; null when it can. */
export function gapIn(update: DecodedUpdate, doc: Y.Doc): 'gap' | 'deletion of nothing' | null {
	const ends = endsOf(update, doc);
	if (!ends) return 'gap';
	const isKnown = ({ client, clock }: Y.ID) =>
		clock < (ends.get(client) ?? Y.getState(doc.store, client));
	for (const [client, ranges] of update.deletions) {
		for (const { clock, len } of ranges) {
			if (len < 1) return 'deletion of nothing';
			if (!isKnown(Y.createID(client, clock + len - 1))) return 'gap';
		}
	}
	return itemsIn(update).every((item) =>
		neighboursOf(item).every((id) => isBefore(id, item, isKnown))
	)
		? null
		: 'gap';
}

function neighboursOf({ origin, rightOrigin, parent }: Y.Item): readonly Y.ID[] {
	const holder: unknown = parent; // what it says before it is integrated
	return [origin, rightOrigin, holder].filter((id) => id instanceof Y.ID);
}

const isBefore = (id: Y.ID, item: Y.Item, isKnown: (id: Y.ID) => boolean) =>
	id.client === item.id.client ? id.clock < item.id.clock : isKnown(id);

/** Where each client's clock ends after this update; null when it skips something. */
function endsOf({ items }: DecodedUpdate, doc: Y.Doc): ReadonlyMap<number, number> | null {
	const ends = new Map<number, number>();
	for (const { id, length } of items) {
		const end = ends.get(id.client) ?? Y.getState(doc.store, id.client);
		if (id.clock > end) return null;
		ends.set(id.client, Math.max(end, id.clock + length));
	}
	return ends;
}

/** Where an item stands. */
export interface Place {
	readonly root: string;
	/** Key in the parent, for entries of maps and attributes of elements. */
	readonly key: string | null;
	/** Below a top-level type, not in it. */
	readonly nested: boolean;
}

/** Deeper than any text of the grammar. */
const DEPTH_MAX = 64;

type Found = Place | 'collected' | 'contradictory';

/** Finds in which top-level type an item of updates will stand, before they are applied. */
export class Places {
	readonly #doc: Y.Doc;
	readonly #items = new Map<number, (Y.Item | Y.GC)[]>();
	readonly #found = new Map<Y.Item, Found>();

	constructor(items: DecodedUpdate['items'], doc: Y.Doc) {
		this.#doc = doc;
		for (const item of items) {
			const own = this.#items.get(item.id.client);
			if (own) own.push(item);
			else this.#items.set(item.id.client, [item]);
		}
	}

	/** Walks along neighbours instead of recursing: a text is a chain as long as its author's patience. */
	of(item: Y.Item, depth = 0): Found {
		const path = new Set<Y.Item>();
		let at: Y.Item | Y.GC = item;
		let found: Found | undefined;
		while (!found) {
			if (!(at instanceof Y.Item)) found = 'collected';
			else if (path.has(at) || depth > DEPTH_MAX) found = 'contradictory';
			else found = this.#found.get(at) ?? this.#direct(at, depth) ?? undefined;
			if (!(at instanceof Y.Item)) continue;
			path.add(at);
			if (!found) at = this.#item(at.origin ?? at.rightOrigin ?? at.id);
		}
		for (const walked of path) this.#found.set(walked, this.#checked(walked, found));
		return this.#found.get(item) ?? found;
	}

	/** Where the item itself says it stands; null when it takes its neighbour's place. */
	#direct(item: Y.Item, depth: number): Found | null {
		const parent: unknown = item.parent;
		if (typeof parent === 'string') return { root: parent, key: item.parentSub, nested: false };
		if (parent instanceof Y.AbstractType) return placeOf(parent, item.parentSub);
		if (parent instanceof Y.ID) {
			const holder = this.#item(parent);
			if (!(holder instanceof Y.Item)) return 'collected';
			const above = this.of(holder, depth + 1);
			return typeof above === 'string' ? above : { ...above, key: item.parentSub, nested: true };
		}
		return item.origin || item.rightOrigin ? null : 'collected';
	}

	/** Neighbours on both sides must be of the same parent, or Yjs would tie two lists together. */
	#checked(item: Y.Item, found: Found): Found {
		if (typeof found === 'string' || !item.origin || !item.rightOrigin) return found;
		const right = this.#item(item.rightOrigin);
		if (!(right instanceof Y.Item)) return found;
		const other = this.#found.get(right) ?? this.#direct(right, 0);
		if (!other || typeof other === 'string') return found;
		return other.root === found.root && other.key === found.key ? found : 'contradictory';
	}

	#item(id: Y.ID): Y.Item | Y.GC {
		const own = this.#items.get(id.client);
		const inUpdate = own && find(own, id.clock);
		// Of the store, where precheck has seen that it is known.
		return inUpdate ?? (Y.getItem(this.#doc.store, id) as Y.Item | Y.GC);
	}
}

function find(items: readonly (Y.Item | Y.GC)[], clock: number): Y.Item | Y.GC | null {
	let [low, high] = [0, items.length - 1];
	while (low <= high) {
		const middle = (low + high) >> 1;
		const item = items[middle];
		if (!item) return null;
		if (clock < item.id.clock) high = middle - 1;
		else if (clock >= item.id.clock + item.length) low = middle + 1;
		else return item;
	}
	return null;
}

function placeOf(type: Y.AbstractType<unknown>, key: string | null): Place {
	let top = type;
	// Yjs types parents loosely; the parent of an integrated item is a type.
	while (top._item) top = top._item.parent as Y.AbstractType<unknown>;
	return { root: Y.findRootTypeKey(top), key, nested: type._item !== null };
}

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
		applied = { attempts: attemptsIn(scene), texts: textsIn(transaction, kind) };
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

/** The top-level types that a transaction changed, in themselves or below. */
export function rootsChangedIn({ doc, changedParentTypes }: Y.Transaction, kind: RecordKind) {
	// Yjs declares the keys with another event type than the roots have.
	const changed: ReadonlyMap<unknown, unknown> = changedParentTypes;
	const rootOf = (name: string, shape: Field['shape']) =>
		shape === 'richText' ? doc.getXmlFragment(name) : doc.getMap(name);
	return [...rootsOf(kind)].filter(([name, shape]) => changed.has(rootOf(name, shape)));
}

const textsIn = (transaction: Y.Transaction, kind: RecordKind): readonly string[] =>
	rootsChangedIn(transaction, kind).flatMap(([name, shape]) =>
		shape === 'richText' ? [name] : []
	);

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
