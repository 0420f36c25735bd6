import * as Y from 'yjs';
import { isEntryId } from '#lib/records/entries.ts';
import type { Field, RecordKind } from '#lib/records/kind.ts';
import { rootsOf, SCALARS } from '#lib/records/document.ts';
import { LIMITS } from '#lib/records/wire.ts';
import { isId } from '#lib/shared/ids.ts';

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

export type Precheck =
	| { readonly ok: true; readonly roots: ReadonlySet<string> }
	| { readonly ok: false; readonly reason: string };

const malformed = (reason: string): Precheck => ({ ok: false, reason });

/**
 * Decides whether an update can be applied at all: complete, in order, and only where the kind keeps
 * live fields. What is allowed but wrong is not looked at here; it is applied and repaired.
 */
export function precheck(update: DecodedUpdate, doc: Y.Doc, kind: RecordKind): Precheck {
	const ends = endsOf(update, doc);
	if (!ends) return malformed('gap');
	const isKnown = (id: Y.ID) =>
		id.clock < (ends.get(id.client) ?? Y.getState(doc.store, id.client));
	for (const [client, ranges] of update.deletions) {
		for (const { clock, len } of ranges) {
			if (len < 1) return malformed('deletion of nothing');
			if (!isKnown(Y.createID(client, clock + len - 1))) return malformed('gap');
		}
	}
	const places = new Places(update.items, doc);
	const shapes = rootsOf(kind);
	const roots = new Set<string>();
	for (const item of update.items) {
		if (!(item instanceof Y.Item)) continue;
		const parent: unknown = item.parent;
		const holder = parent instanceof Y.ID ? parent : null;
		const missing = [item.origin, item.rightOrigin, holder].some(
			(id) => id && !isBefore(id, item, isKnown)
		);
		if (missing) return malformed('gap');
		const place = places.of(item);
		if (place === 'collected') continue;
		if (place === 'contradictory') return malformed('place');
		if (!shapes.has(place.root)) return malformed('root');
		if (!mayStand(item, place, kind, shapes)) return malformed('content');
		roots.add(place.root);
	}
	return { ok: true, roots };
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

function mayStand(
	item: Y.Item,
	{ root, key, nested }: Place,
	kind: RecordKind,
	shapes: ReadonlyMap<string, Field['shape']>
): boolean {
	const { content } = item;
	if (content instanceof Y.ContentDeleted) return true;
	if (shapes.get(root) === 'richText') return mayStandInText(content) && (nested || key === null);
	// Several values in one item: earlier ones of the key, deleted and kept for the author's undo.
	if (nested || key === null || !(content instanceof Y.ContentAny)) return false;
	if (root === SCALARS) return isLiveScalar(kind, key);
	return shapes.get(root) === 'set' ? isId(key) : isEntryId(key);
}

const mayStandInText = (content: Y.Item['content']) =>
	content instanceof Y.ContentString ||
	content instanceof Y.ContentFormat ||
	content instanceof Y.ContentAny ||
	(content instanceof Y.ContentType &&
		(content.type instanceof Y.XmlElement || content.type instanceof Y.XmlText));

function isLiveScalar(kind: RecordKind, name: string): boolean {
	const field = Object.hasOwn(kind.fields, name) ? kind.fields[name] : undefined;
	return field?.shape === 'scalar' && field.live;
}
