import { emptyOf, entriesOf, idsOf } from '#lib/records/document.ts';
import type { Field, RecordKind } from '#lib/records/kind.ts';
import type { Edit, Entries, FieldValue, RecordValues } from '#lib/records/values.ts';
import { isSame } from '#lib/shared/same.ts';

/**
 * The operations of a replay one by one, so that a wrong one does not hold up the rest: a set or a list
 * that was replaced as a whole becomes what its author did to it.
 */
export function piecesOf(kind: RecordKind, edits: readonly Edit[]): readonly Edit[] {
	return edits.flatMap((edit) => {
		const field = Object.hasOwn(kind.fields, edit.field) ? kind.fields[edit.field] : undefined;
		return field ? split(field, edit) : [edit];
	});
}

function split(field: Field, edit: Edit): readonly Edit[] {
	const { field: name } = edit;
	if ('set' in edit) return splitWhole(field, edit);
	if ('append' in edit) return [edit];
	if ('add' in edit) {
		return [...removals(name, edit.remove), ...(edit.add ?? []).map((id) => add(name, id))];
	}
	const base = 'base' in edit ? edit.base : undefined;
	const put = 'put' in edit ? Object.entries(edit.put ?? {}) : [];
	return [
		...removals(name, edit.remove, base),
		...put.map(([id, entry]) => ({ field: name, put: { [id]: entry }, ...(base && { base }) }))
	];
}

function splitWhole(field: Field, edit: Extract<Edit, { set: FieldValue }>): readonly Edit[] {
	if (edit.base === undefined || field.shape === 'scalar' || field.shape === 'richText')
		return [edit];
	const [base, set] = [field.parse(edit.base), field.parse(edit.set)];
	if (!base.ok || !set.ok) return [edit];
	return field.shape === 'set'
		? splitMembers(edit.field, idsOf(base.value), idsOf(set.value))
		: splitEntries(edit.field, entriesOf(base.value), entriesOf(set.value));
}

function splitMembers(field: string, before: readonly string[], after: readonly string[]) {
	const gone = before.filter((id) => !after.includes(id));
	const come = after.filter((id) => !before.includes(id));
	return [...removals(field, gone), ...come.map((id) => add(field, id))];
}

function splitEntries(field: string, base: Entries, after: Entries): readonly Edit[] {
	const gone = Object.keys(base).filter((id) => !Object.hasOwn(after, id));
	const put = Object.entries(after).filter(([id, entry]) => !isSame(base[id], entry));
	return [
		...removals(field, gone, base),
		...put.map(([id, entry]) => ({ field, put: { [id]: entry }, base }))
	];
}

const add = (field: string, id: string): Edit => ({ field, add: [id] });

const removals = (field: string, ids: readonly string[] = [], base?: Entries): readonly Edit[] =>
	ids.map((id) => ({ field, remove: [id], ...(base && { base }) }));

/** What a piece that was not taken wanted, beside what the record holds there. */
export function wishOf(
	{ fields }: RecordKind,
	values: RecordValues,
	edit: Edit
): { readonly value: FieldValue; readonly current: FieldValue } {
	const field = Object.hasOwn(fields, edit.field) ? fields[edit.field] : undefined;
	const current = values[edit.field] ?? (field ? emptyOf(field) : null);
	if ('set' in edit) {
		const parsed = field?.parse(edit.set);
		return { value: parsed?.ok ? parsed.value : edit.set, current };
	}
	if ('append' in edit) return { value: edit.append, current };
	if ('put' in edit && edit.put) {
		const ids = Object.keys(edit.put);
		const present = Object.entries(entriesOf(current)).filter(([id]) => ids.includes(id));
		return { value: edit.put, current: Object.fromEntries(present) };
	}
	return { value: [...(('add' in edit && edit.add) || (edit.remove ?? []))], current };
}

/** True for the removal of entries: what somebody has changed since is not removed, and nothing was typed. */
export const isRemoval = (edit: Edit): boolean =>
	!('set' in edit) &&
	!('append' in edit) &&
	!('add' in edit && edit.add) &&
	!('put' in edit && edit.put);
