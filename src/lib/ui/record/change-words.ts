import { m } from '#lib/messages/messages.js';
import type { Field, RecordKind } from '#lib/records/kind.ts';
import type { Json } from '#lib/shared/json.ts';
import { isSame } from '#lib/shared/same.ts';
import type { Format } from '#lib/ui/format.ts';

/** One line of a record's history as a page gets it. */
export interface Change {
	readonly id: string;
	readonly at: Date;
	readonly actor: { readonly id: string; readonly name: string } | null;
	readonly source: string;
	readonly act: string;
	readonly field: string | null;
	readonly old: Json;
	readonly new: Json;
}

const RUN_MS = 10 * 60_000;

/** Joins what one person did to one field within minutes: typing arrives in pieces. The newest first. */
export function joinRuns(changes: readonly Change[]): readonly Change[] {
	const joined: Change[] = [];
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
	older.field === newer.field &&
	older.actor?.id === newer.actor?.id &&
	older.source === newer.source &&
	isSame(older.new, newer.old) &&
	newer.at.getTime() - older.at.getTime() < RUN_MS;

interface Words {
	readonly kind: RecordKind;
	readonly labels: Readonly<Record<string, string>>;
	readonly names: Readonly<Record<string, string>>;
	readonly format: Format;
	/** What the acts of commands are called, by their name; the acts of every record are known here. */
	readonly acts?: Readonly<Record<string, (change: Change) => string>>;
}

const LONGEST = 120;

/** What somebody did, in words that follow his name. */
export function sentencesOf(change: Change, words: Words): readonly string[] {
	const declared = change.field === null ? undefined : words.kind.fields[change.field];
	if (!declared || change.field === null) return [actOf(change, words)];
	const field = words.labels[change.field] ?? change.field;
	if (declared.shape === 'richText') return [m.records_change_wrote({ field })];
	if (declared.shape === 'set') return membersOf(change, field, words);
	if (declared.shape === 'list') return entriesOf(change, field);
	const [old, next] = [inWords(change.old, declared, words), inWords(change.new, declared, words)];
	if (next === '') return [m.records_change_cleared({ field, old })];
	if (old === '') return [m.records_change_set({ field, new: next })];
	return [m.records_change_changed({ field, old, new: next })];
}

function actOf(change: Change, { acts }: Words): string {
	const own = acts?.[change.act];
	if (own) return own(change);
	if (change.act === 'trash') return m.records_change_trashed();
	return change.act === 'restore' ? m.records_change_restored() : m.records_change_created();
}

function membersOf(change: Change, field: string, { names }: Words): readonly string[] {
	const [before, after] = [idsOf(change.old), idsOf(change.new)];
	const listed = (ids: readonly string[]) => ids.map((id) => names[id] ?? '…').join(', ');
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

function inWords(value: Json, field: Field, { names, format }: Words): string {
	if (value === null || value === '') return '';
	if (field.type === 'flag') return value === true ? m.records_yes() : m.records_no();
	if (field.type === 'reference') return typeof value === 'string' ? (names[value] ?? '…') : '';
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
