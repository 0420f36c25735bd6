import type { Edit, FieldValue, RecordValues, RichText } from '#lib/records/values.ts';

/** The values as they will be when these edits are applied; for the moments before the document is there. */
export function preview(values: RecordValues, edits: readonly Edit[]): RecordValues {
	return edits.reduce((shown, edit) => ({ ...shown, [edit.field]: after(shown, edit) }), values);
}

function after(values: RecordValues, edit: Edit): FieldValue {
	const before = values[edit.field] ?? null;
	if ('set' in edit) return edit.set;
	if ('append' in edit) {
		// Of this field's type: only formatted text is appended to.
		const above = (before as RichText | null)?.content ?? [];
		return { type: 'doc', content: [...above, ...(edit.append.content ?? [])] };
	}
	if ('put' in edit || (!('add' in edit) && !Array.isArray(before))) {
		const kept = Object.entries(isEntries(before) ? before : {}).filter(
			([id]) => !edit.remove?.includes(id)
		);
		return { ...Object.fromEntries(kept), ...('put' in edit ? edit.put : {}) };
	}
	const ids: readonly string[] = Array.isArray(before) ? before : [];
	const added = 'add' in edit ? (edit.add ?? []) : [];
	const kept = ids.filter((id) => !edit.remove?.includes(id));
	return [...new Set([...kept, ...added])].sort();
}

type Entries = Extract<Edit, { put?: unknown }>['put'];

/** A list's value is the only one that is an object of objects. */
const isEntries = (value: FieldValue): value is NonNullable<Entries> =>
	typeof value === 'object' &&
	value !== null &&
	Object.values(value).every((entry) => typeof entry === 'object' && entry !== null);
