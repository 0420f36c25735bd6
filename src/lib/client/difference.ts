import * as Y from 'yjs';
import { liveFields, readField, readValues } from '#lib/records/document.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { Edit, FieldValue, RecordValues } from '#lib/records/values.ts';
import { isSame } from '#lib/shared/same.ts';

/** One field that this device has otherwise than the server last said. */
export interface Unsent {
	/** The change as operations with the value they were based on; null for texts, which only a person can merge. */
	readonly edit: Edit | null;
	readonly field: string;
	readonly mine: FieldValue;
	readonly base: FieldValue;
}

/** True when one document holds anything, deletions included, that the other does not. */
export const differs = (some: Y.Doc, other: Y.Doc): boolean =>
	!Y.equalSnapshots(Y.snapshot(some), Y.snapshot(other));

/** What the document says otherwise than the committed one, field by field. */
export function unsentIn(kind: RecordKind, committed: Y.Doc, doc: Y.Doc): readonly Unsent[] {
	return unsentBetween(kind, readValues(committed, kind), readValues(doc, kind));
}

/** The same without texts, which merge and take long to read. */
export function unsentFieldsIn(kind: RecordKind, committed: Y.Doc, doc: Y.Doc): readonly Unsent[] {
	const fields = liveFields(kind).filter(([, { shape }]) => shape !== 'richText');
	const read = (from: Y.Doc): RecordValues =>
		Object.fromEntries(fields.map(([name, field]) => [name, readField(from, name, field)]));
	return unsentBetween(kind, read(committed), read(doc));
}

/** The same for values that were never in a document. */
export function unsentBetween(
	kind: RecordKind,
	before: RecordValues,
	now: RecordValues
): readonly Unsent[] {
	return liveFields(kind).flatMap(([field, { shape }]) => {
		const [base, mine] = [before[field] ?? null, now[field] ?? null];
		if (isSame(base, mine)) return [];
		return [{ field, mine, base, edit: shape === 'richText' ? null : { field, set: mine, base } }];
	});
}
