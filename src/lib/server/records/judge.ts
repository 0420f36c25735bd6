import { emptyOf, entriesOf, idsOf } from '#lib/records/document.ts';
import { isEntryId } from '#lib/records/entries.ts';
import type { Field, ListField, RecordKind, ScalarField, SetField } from '#lib/records/kind.ts';
import type {
	Edit,
	EmailEntry,
	Entries,
	Fault,
	FaultCode,
	FieldValue,
	PhoneEntry,
	RecordValues,
	RichText
} from '#lib/records/values.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { isId } from '#lib/shared/ids.ts';
import { isSame } from '#lib/shared/same.ts';
import type { ServerKind, Writable } from './kind.ts';
import type { Facts } from './settlement.ts';

/** By whose rights and on which facts a wish is judged. */
export interface Judge {
	readonly serverKind: ServerKind;
	readonly actor: Actor;
	readonly facts: Facts;
	readonly commandMark: string | null;
	readonly writable: Writable;
	/** The record as it is when this input's turn comes. */
	readonly values: RecordValues;
}

export type Judged<Value> =
	{ readonly ok: true; readonly value: Value } | { readonly ok: false; readonly fault: Fault };

const ok = <Value>(value: Value): Judged<Value> => ({ ok: true, value });

const no = (field: string, code: FaultCode, params?: Fault['params']) =>
	({ ok: false, fault: params ? { field, code, params } : { field, code } }) as const;

export const mayWrite = ({ writable }: Judge, name: string): boolean =>
	writable === 'all' || (writable !== 'none' && writable.has(name));

/** Answers the stored form of what the field shall hold, or why it may not. */
export function judgeScalar(
	judge: Judge,
	name: string,
	field: ScalarField,
	{ from, to }: { readonly from: FieldValue; readonly to: unknown }
): Judged<FieldValue> {
	const parsed = field.parse(to);
	if (parsed.ok && isSame(parsed.value, from)) return ok(from);
	if (!mayWrite(judge, name)) return no(name, 'not_writable');
	if (!parsed.ok) return no(name, parsed.code, parsed.params);
	const { value } = parsed;
	if (field.target && typeof value === 'string' && !refersTo(judge, name, value)) {
		return no(name, 'not_found');
	}
	const step = judgeStep(judge, name, from, value);
	return step ? { ok: false, fault: step } : ok(value);
}

function judgeStep(judge: Judge, name: string, from: FieldValue, to: FieldValue): Fault | null {
	if (judge.commandMark !== null) return null;
	const { serverKind, facts, actor, values } = judge;
	return serverKind.forbiddenStep?.(name, from, to, facts.steps(actor), values) ?? null;
}

const refersTo = ({ facts, actor }: Judge, name: string, id: string) =>
	facts.referable(actor, name).has(id);

/** Why this id may not be added to or taken from the set. */
export function judgeMember(judge: Judge, name: string, id: string, adds: boolean): Fault | null {
	if (!mayWrite(judge, name)) return { field: name, code: 'not_writable' };
	if (!adds) return null;
	if (!isId(id)) return { field: name, code: 'not_a_reference' };
	return refersTo(judge, name, id) ? null : { field: name, code: 'not_found' };
}

export const judgeSize = (
	name: string,
	{ max }: SetField | ListField,
	size: number
): Fault | null => (size > max ? { field: name, code: 'too_many', params: { max } } : null);

type Entry = EmailEntry | PhoneEntry;

/** Answers the stored form of an entry, null for one that is taken away, or why not. */
export function judgeEntry(
	judge: Judge,
	name: string,
	field: ListField,
	{ from, to }: { readonly from: Entry | null; readonly to: { readonly value: unknown } | null }
): Judged<Entry | null> {
	const parsed = to ? field.parseEntry(to.value) : null;
	const wanted = parsed?.ok ? parsed.value : null;
	if (isSame(wanted, from) && (!parsed || parsed.ok)) return ok(from);
	if (!mayWrite(judge, name)) return no(name, 'not_writable');
	return parsed && !parsed.ok ? no(name, parsed.code, parsed.params) : ok(wanted);
}

/** What a field holds after this edit; edits that are not of the field's shape are refused. */
export function judgeEdit(
	judge: Judge,
	kind: RecordKind,
	values: RecordValues,
	edit: Edit
): Judged<FieldValue> {
	const name = edit.field;
	const field = Object.hasOwn(kind.fields, name) ? kind.fields[name] : undefined;
	if (!field) return no(name, 'unknown_field');
	if (!field.live && judge.commandMark === null) return no(name, 'not_writable');
	const current = values[name] ?? emptyOf(field);
	if ('set' in edit) {
		const judged = judgeSet(judge, name, field, { from: current, to: edit.set });
		const isStale = edit.base !== undefined && !isSame(baseOf(field, edit.base), current);
		if (judged.ok && isStale && !isSame(judged.value, current)) return no(name, 'stale');
		return judged;
	}
	if ('append' in edit)
		return judgeAppended(judge, name, field, { from: current, to: edit.append });
	if (field.shape === 'set') return judgeMembers(judge, name, field, idsOf(current), edit);
	if (field.shape === 'list') return judgeEntries(judge, name, field, current, edit);
	return no(name, 'unknown_field');
}

/** Nobody's words are replaced by words under them. */
function judgeAppended(
	judge: Judge,
	name: string,
	field: Field,
	{ from, to }: { readonly from: FieldValue; readonly to: RichText }
): Judged<FieldValue> {
	if (field.shape !== 'richText') return no(name, 'not_rich_text');
	const added = field.parse(to);
	if (!added.ok) return no(name, added.code, added.params);
	// Of this field's type: its parser made it.
	const above = (from as RichText | null)?.content ?? [];
	const content = [...above, ...(added.value?.content ?? [])];
	return judgeSet(judge, name, field, { from, to: { type: 'doc', content } });
}

/** The base in stored form; the page may have rendered it from there or read it back from a form. */
function baseOf(field: Field, base: FieldValue): FieldValue {
	const parsed = field.parse(base);
	return parsed.ok ? parsed.value : base;
}

function judgeSet(
	judge: Judge,
	name: string,
	field: Field,
	{ from, to }: { readonly from: FieldValue; readonly to: FieldValue }
): Judged<FieldValue> {
	if (field.shape === 'scalar') return judgeScalar(judge, name, field, { from, to });
	const parsed = field.parse(to);
	if (!parsed.ok) return no(name, parsed.code, parsed.params);
	if (field.shape === 'set') {
		const [old, fresh] = [idsOf(from), idsOf(parsed.value)];
		const add = fresh.filter((id) => !old.includes(id));
		const remove = old.filter((id) => !fresh.includes(id));
		return judgeMembers(judge, name, field, old, { add, remove });
	}
	if (!isSame(parsed.value, from) && !mayWrite(judge, name)) return no(name, 'not_writable');
	return ok(parsed.value);
}

function judgeMembers(
	judge: Judge,
	name: string,
	field: SetField,
	current: readonly string[],
	edit: { readonly add?: readonly string[]; readonly remove?: readonly string[] }
): Judged<FieldValue> {
	const add = (edit.add ?? []).filter((id) => !current.includes(id));
	const remove = (edit.remove ?? []).filter((id) => current.includes(id));
	for (const id of [...add, ...remove]) {
		const fault = judgeMember(judge, name, id, add.includes(id));
		if (fault) return { ok: false, fault };
	}
	const wanted = [...new Set([...current.filter((id) => !remove.includes(id)), ...add])].sort();
	const tooMany = judgeSize(name, field, wanted.length);
	return tooMany && add.length > 0 ? { ok: false, fault: tooMany } : ok(wanted);
}

function judgeEntries(
	judge: Judge,
	name: string,
	field: ListField,
	current: FieldValue,
	edit: {
		readonly put?: Readonly<Record<string, unknown>>;
		readonly remove?: readonly string[];
		readonly base?: Entries;
	}
): Judged<FieldValue> {
	const entries: Record<string, Entry> = { ...entriesOf(current) };
	const put = Object.entries(edit.put ?? {}).map(([id, value]) => [id, { value }] as const);
	for (const [id, to] of [...(edit.remove ?? []).map((id) => [id, null] as const), ...put]) {
		if (to && !isEntryId(id)) return no(name, 'not_a_reference');
		const from = entries[id] ?? null;
		const judged = judgeEntry(judge, name, field, { from, to });
		if (!judged.ok) return judged;
		const isStale = edit.base !== undefined && !isSame(edit.base[id] ?? null, from);
		if (isStale && !isSame(judged.value, from)) return no(name, 'stale');
		if (judged.value) entries[id] = judged.value;
		else delete entries[id];
	}
	const tooMany = judgeSize(name, field, Object.keys(entries).length);
	return tooMany && edit.put ? { ok: false, fault: tooMany } : ok(entries);
}

/** The stored values of a new record, every field filled, or each reason why it cannot begin like this. */
export function judgeNew(
	judge: Judge,
	{ fields, check }: RecordKind,
	given: RecordValues
): { readonly values: RecordValues; readonly faults: readonly Fault[] } {
	const values: Record<string, FieldValue> = {};
	const faults: Fault[] = Object.keys(given)
		.filter((name) => !Object.hasOwn(fields, name))
		.map((name) => ({ field: name, code: 'unknown_field' }));
	for (const [name, field] of Object.entries(fields)) {
		const judged = judgeFirst(judge, name, field, given[name] ?? null);
		if (judged.ok) values[name] = judged.value;
		else faults.push(judged.fault);
	}
	return { values, faults: faults.length > 0 ? faults : (check?.(values) ?? []) };
}

function judgeFirst(judge: Judge, name: string, field: Field, to: FieldValue): Judged<FieldValue> {
	// Empty is no step: a field that must be filled says so even when nobody fills it.
	const parsed = field.parse(to);
	if (!parsed.ok) return no(name, parsed.code, parsed.params);
	return judgeSet(judge, name, field, { from: emptyOf(field), to: parsed.value });
}
