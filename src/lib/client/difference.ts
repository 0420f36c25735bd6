import * as Y from 'yjs';
import { entriesOf, idsOf, liveFields, readValues } from '#lib/records/document.ts';
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
	const [before, now] = [readValues(committed, kind), readValues(doc, kind)];
	return changed(kind, before, now);
}

function changed(kind: RecordKind, before: RecordValues, now: RecordValues): readonly Unsent[] {
	return liveFields(kind).flatMap(([field, { shape }]) => {
		const [base, mine] = [before[field] ?? null, now[field] ?? null];
		if (isSame(base, mine)) return [];
		return [{ field, mine, base, edit: editOf(shape, field, base, mine) }];
	});
}

function editOf(shape: string, field: string, base: FieldValue, mine: FieldValue): Edit | null {
	if (shape === 'scalar') return { field, set: mine, base };
	if (shape === 'set') {
		const [had, has] = [new Set(idsOf(base)), new Set(idsOf(mine))];
		return {
			field,
			add: [...has].filter((id) => !had.has(id)),
			remove: [...had].filter((id) => !has.has(id))
		};
	}
	if (shape === 'list') {
		const [had, has] = [entriesOf(base), entriesOf(mine)];
		return {
			field,
			put: Object.fromEntries(Object.entries(has).filter(([id, it]) => !isSame(had[id], it))),
			remove: Object.keys(had).filter((id) => !(id in has))
		};
	}
	return null;
}
