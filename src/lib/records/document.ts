import type * as Y from 'yjs';
import { isSame } from '#lib/shared/same.ts';
import { readFragment, writeFragment } from './fragment.ts';
import type { Field, RecordKind } from './kind.ts';
import type {
	Edit,
	EmailEntry,
	Entries,
	FieldValue,
	PhoneEntry,
	RecordValues,
	RichText
} from './values.ts';

// How a record lies in its document, top-level types only:
//   f          Y.Map     every scalar by field name; absent and null are the same
//   <set>      Y.Map     id → 1
//   <list>     Y.Map     entry id → the whole entry as one value
//   <richText> Y.XmlFragment

export const SCALARS = 'f';

/** What a set holds under each of its ids. */
const MEMBER = 1;

/** The fields that live in the document, by name. */
export const liveFields = (kind: RecordKind): readonly (readonly [string, Field])[] =>
	Object.entries(kind.fields).filter(([, field]) => field.live);

/** Names of the top-level types that the kind's document may have, and the shape of what is in each. */
export function rootsOf(kind: RecordKind): ReadonlyMap<string, Field['shape']> {
	const own = liveFields(kind).filter(([, field]) => field.shape !== 'scalar');
	return new Map([
		[SCALARS, 'scalar'],
		...own.map(([name, field]) => [name, field.shape] as const)
	]);
}

/** Gives every root its type, so that whatever is read or applied next finds it. */
export function defineRoots(doc: Y.Doc, kind: RecordKind): void {
	for (const [name, shape] of rootsOf(kind)) {
		if (shape === 'richText') doc.getXmlFragment(name);
		else doc.getMap(name);
	}
}

/** The values in the document in stored form; what is not of a field's form reads as empty. */
export function readValues(doc: Y.Doc, kind: RecordKind): RecordValues {
	return Object.fromEntries(
		liveFields(kind).map(([name, field]) => [name, readField(doc, name, field)])
	);
}

export function readField(doc: Y.Doc, name: string, field: Field): FieldValue {
	switch (field.shape) {
		case 'scalar':
			return valueOr(field.parse(doc.getMap(SCALARS).get(name)), emptyOf(field));
		case 'set':
			return [...doc.getMap(name).keys()].sort();
		case 'list':
			return readEntries(doc.getMap(name), field.parseEntry);
		case 'richText':
			return valueOr(readFragment(doc.getXmlFragment(name), field.maxBytes), null);
	}
}

/** What a field holds that nobody has filled. */
export function emptyOf(field: Field): FieldValue {
	if (field.shape === 'set') return [];
	if (field.shape === 'list') return {};
	return field.type === 'flag' ? false : null;
}

/** Makes the document say these values; what it says already is not touched. */
export function writeValues(doc: Y.Doc, kind: RecordKind, values: RecordValues): void {
	for (const [name, field] of liveFields(kind)) {
		const value = values[name];
		if (value !== undefined) writeField(doc, name, field, value);
	}
}

/** Writes one edit as it is; the server judges it. */
export function writeEdit(doc: Y.Doc, kind: RecordKind, edit: Edit): void {
	const field = kind.fields[edit.field];
	if (!field?.live) throw new Error(`${kind.name}.${edit.field} is not in the document`);
	if ('set' in edit) {
		writeField(doc, edit.field, field, edit.set);
		return;
	}
	if ('append' in edit) {
		// Of this field's type: only formatted text is appended to.
		const above = (readField(doc, edit.field, field) as RichText | null)?.content ?? [];
		const content = [...above, ...(edit.append.content ?? [])];
		writeField(doc, edit.field, field, { type: 'doc', content });
		return;
	}
	const map = doc.getMap(edit.field);
	for (const id of edit.remove ?? []) map.delete(id);
	if ('add' in edit) for (const id of edit.add ?? []) if (!map.has(id)) map.set(id, MEMBER);
	if ('put' in edit) for (const [id, entry] of Object.entries(edit.put ?? {})) map.set(id, entry);
}

/** Makes one field of the document say this value. */
export function writeField(doc: Y.Doc, name: string, field: Field, value: FieldValue): void {
	switch (field.shape) {
		case 'scalar':
			writeScalar(doc.getMap(SCALARS), name, value);
			break;
		case 'set':
			writeMap(doc.getMap(name), new Map(idsOf(value).map((id) => [id, MEMBER])));
			break;
		case 'list':
			writeMap(doc.getMap(name), new Map(Object.entries(entriesOf(value))));
			break;
		case 'richText':
			// Of this field's type: whoever writes has parsed it.
			writeFragment(doc.getXmlFragment(name), value as RichText | null);
	}
}

/** Set to null instead of deleted: an edit that empties a field can then be told from none. */
function writeScalar(map: Y.Map<unknown>, name: string, value: FieldValue): void {
	const present = map.get(name);
	const isUnset = present === undefined && (value === null || value === false);
	if (!isUnset && !isSame(present, value)) map.set(name, value);
}

function writeMap(map: Y.Map<unknown>, wanted: ReadonlyMap<string, unknown>): void {
	for (const key of [...map.keys()]) if (!wanted.has(key)) map.delete(key);
	for (const [key, value] of wanted) if (!isSame(map.get(key), value)) map.set(key, value);
}

function readEntries(
	map: Y.Map<unknown>,
	parse: (input: unknown) => { ok: boolean; value?: EmailEntry | PhoneEntry }
): Entries {
	const entries: Record<string, EmailEntry | PhoneEntry> = {};
	for (const key of [...map.keys()].sort()) {
		const parsed = parse(map.get(key));
		if (parsed.value) entries[key] = parsed.value;
	}
	return entries;
}

const valueOr = <Value>(
	parsed: { readonly ok: true; readonly value: Value } | { readonly ok: false },
	otherwise: Value
): Value => (parsed.ok ? parsed.value : otherwise);

/** The ids of a set's value. */
export const idsOf = (value: FieldValue | undefined): readonly string[] =>
	Array.isArray(value) ? value : [];

/** The entries of a list's value. */
export const entriesOf = (value: FieldValue | undefined): Entries =>
	// Only lists are asked: their parser made the value.
	(value ?? {}) as Entries;
