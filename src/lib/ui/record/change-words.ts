import { m } from '#lib/messages/messages.js';
import type { HistoryEntry } from '#lib/records/history.ts';
import type { Field, RecordKind } from '#lib/records/kind.ts';
import type { Json } from '#lib/shared/json.ts';
import { isSame } from '#lib/shared/same.ts';
import type { Format } from '#lib/ui/format.ts';

type Change = Omit<HistoryEntry, 'rev'>;

const RUN_MS = 10 * 60_000;

/** Joins what one person did to one field within minutes: typing arrives in pieces. The newest first. */
export function joinRuns<Entry extends Change>(changes: readonly Entry[]): readonly Entry[] {
	const joined: Entry[] = [];
	const runs = new Set<string>();
	for (const change of changes) {
		const newer = joined.findIndex((other) => isRun(change, other));
		const run = joined[newer];
		if (run) {
			joined[newer] = { ...run, old: change.old };
			runs.add(run.id);
		} else joined.push(change);
	}
	// What was typed and taken back leaves nothing to tell.
	return joined.filter(({ id, old, new: next }) => !runs.has(id) || !isSame(old, next));
}

const isRun = (older: Change, newer: Change) =>
	older.field !== null &&
	older.act === newer.act &&
	!older.conflict &&
	!newer.conflict &&
	older.field === newer.field &&
	older.actor?.id === newer.actor?.id &&
	older.source === newer.source &&
	isSame(older.new, newer.old) &&
	newer.at.getTime() - older.at.getTime() < RUN_MS;

/** What the acts of a kind's commands are called, by their name. */
export type Acts = Readonly<
	Record<string, (change: { readonly old: Json; readonly new: Json }) => string>
>;

interface Words {
	readonly kind: RecordKind;
	readonly labels: Readonly<Record<string, string>>;
	readonly names: Readonly<Record<string, string>>;
	readonly format: Format;
	/** What the acts of commands are called, by their name; the acts of every record are known here. */
	readonly acts?: Acts;
}

const LONGEST = 120;

/** What somebody did, in words that follow his name. */
export function sentencesOf(change: Change, words: Words): readonly string[] {
	if (change.field === null) return [actOf(change, words)];
	const declared = words.kind.fields[change.field];
	const field = words.labels[change.field] ?? change.field;
	// A field that the record no longer has.
	if (!declared) return [m.records_change_wrote({ field })];
	if (change.act === 'create') return [createdWith(change, declared, field, words)];
	if (change.conflict) {
		return [m.history_kept_aside({ field, value: wordsFor(change.new, declared, words) })];
	}
	if (declared.shape === 'richText') return [m.records_change_wrote({ field })];
	if (declared.shape === 'set') return membersOf(change, field, words);
	if (declared.shape === 'list') return entriesOf(change, field);
	const [old, next] = [
		wordsFor(change.old, declared, words),
		wordsFor(change.new, declared, words)
	];
	if (next === '') return [m.records_change_cleared({ field, old })];
	if (old === '') return [m.records_change_set({ field, new: next })];
	return [m.records_change_changed({ field, old, new: next })];
}

function createdWith(change: Change, declared: Field, field: string, words: Words): string {
	const value = wordsFor(change.new, declared, words);
	return value === '' ? m.records_change_created() : m.history_created_with({ field, value });
}

/** From where a change came, when that is worth a word; always when it is asked for. */
export function sourceOf({ source }: Change, always: boolean): string {
	if (source === 'import') return m.records_change_imported();
	if (source === 'api') return m.history_source_api();
	if (source === 'job') return m.history_source_job();
	if (source === 'undo') return m.history_source_undo();
	if (!always) return '';
	if (source === 'live') return m.history_source_live();
	return source === 'form' ? m.history_source_form() : '';
}

function actOf(change: Change, { acts }: Words): string {
	const own = acts?.[change.act];
	if (own) return own(change);
	if (change.act === 'trash') return m.records_change_trashed();
	return change.act === 'restore' ? m.records_change_restored() : m.records_change_created();
}

function membersOf(change: Change, field: string, { names }: Words): readonly string[] {
	const [before, after] = [idsOf(change.old), idsOf(change.new)];
	const listed = (ids: readonly string[]) => namesOf(ids, names);
	const [added, removed] = [
		after.filter((id) => !before.includes(id)),
		before.filter((id) => !after.includes(id))
	];
	return [
		...(added.length > 0 ? [m.records_change_added({ new: listed(added), field })] : []),
		...(removed.length > 0 ? [m.records_change_removed({ old: listed(removed), field })] : [])
	];
}

function entriesOf(change: Change, field: string): readonly string[] {
	const [before, after] = [textsOf(change.old), textsOf(change.new)];
	const added = after.filter((text) => !before.includes(text));
	const removed = before.filter((text) => !after.includes(text));
	const sentences = [
		...(added.length > 0 ? [m.records_change_added({ new: added.join(', '), field })] : []),
		...(removed.length > 0 ? [m.records_change_removed({ old: removed.join(', '), field })] : [])
	];
	return sentences.length > 0 ? sentences : [m.records_change_wrote({ field })];
}

const namesOf = (ids: readonly string[], names: Words['names']) =>
	ids.map((id) => names[id] ?? m.history_gone()).join(', ');

/** A value of a field in the reader's words; '' when it is empty. */
export function inWords(value: Json, name: string, words: Words): string {
	const declared = words.kind.fields[name];
	return declared ? wordsFor(value, declared, words) : '';
}

const nameOf = (value: Json, names: Words['names']): string | undefined =>
	typeof value === 'string' ? names[value] : undefined;

function wordsFor(value: Json, field: Field, { names, format }: Words): string {
	if (value === null || value === '') return '';
	if (field.shape === 'set') return namesOf(idsOf(value), names);
	if (field.shape === 'list') return textsOf(value).join(', ');
	if (field.type === 'flag') return value === true ? m.records_yes() : m.records_no();
	if (field.type === 'choice') return nameOf(value, names) ?? String(value);
	if (field.type === 'reference') return nameOf(value, names) ?? m.history_gone();
	if (field.type === 'day') return typeof value === 'string' ? format.day(value) : '';
	if (field.type === 'money' && isObject(value)) {
		return format.moneyShort({
			minor: String(value['minor']),
			currency: String(value['currency'])
		});
	}
	if (field.type === 'place' && isObject(value)) {
		const { city, country } = value;
		const parts = [city, typeof country === 'string' ? format.country(country) : null];
		return parts.filter(Boolean).join(', ');
	}
	const text = typeof value === 'string' ? value : JSON.stringify(value);
	return `“${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}”`;
}

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const idsOf = (value: Json): readonly string[] =>
	Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];

const textsOf = (value: Json): readonly string[] =>
	value !== null && isObject(value)
		? Object.values(value).flatMap((entry) =>
				isObject(entry) ? [String(entry['address'] ?? entry['raw'] ?? '')] : []
			)
		: [];
