import type * as Y from 'yjs';
import { isEntryId } from '#lib/records/entries.ts';
import type { Field, RecordKind } from '#lib/records/kind.ts';
import { rootsOf, SCALARS } from '#lib/records/document.ts';
import { isId } from '#lib/shared/ids.ts';
import {
	type Content,
	contentOf,
	type DecodedUpdate,
	gapIn,
	itemsIn,
	type Place,
	Places
} from './structs.ts';

export type Precheck =
	| { readonly ok: true; readonly roots: ReadonlySet<string> }
	| { readonly ok: false; readonly reason: string };

const malformed = (reason: string): Precheck => ({ ok: false, reason });

/**
 * Decides whether an update can be applied at all: complete, in order, and only where the kind keeps
 * live fields. What is allowed but wrong is not looked at here; it is applied and repaired.
 */
export function precheck(update: DecodedUpdate, doc: Y.Doc, kind: RecordKind): Precheck {
	const gap = gapIn(update, doc);
	if (gap) return malformed(gap);
	const places = new Places(update.items, doc);
	const shapes = rootsOf(kind);
	const roots = new Set<string>();
	for (const item of itemsIn(update)) {
		const place = places.of(item);
		if (place === 'collected') continue;
		if (place === 'contradictory') return malformed('place');
		if (!shapes.has(place.root)) return malformed('root');
		if (!mayStand(contentOf(item), place, kind, shapes)) return malformed('content');
		roots.add(place.root);
	}
	return { ok: true, roots };
}

function mayStand(
	{ type }: Content,
	{ root, key, nested }: Place,
	kind: RecordKind,
	shapes: ReadonlyMap<string, Field['shape']>
): boolean {
	if (type === 'deleted') return true;
	// Images and the like stand in texts as values.
	if (shapes.get(root) === 'richText') return type !== 'foreign' && (nested || key === null);
	// Several values in one item: earlier ones of the key, deleted and kept for the author's undo.
	if (nested || key === null || type !== 'values') return false;
	if (root === SCALARS) return isLiveScalar(kind, key);
	return shapes.get(root) === 'set' ? isId(key) : isEntryId(key);
}

function isLiveScalar(kind: RecordKind, name: string): boolean {
	const field = Object.hasOwn(kind.fields, name) ? kind.fields[name] : undefined;
	return field?.shape === 'scalar' && field.live;
}
