import { getTableName } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { holdersOf } from '#lib/server/records/holders.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { MERGEABLE } from '../schema.ts';

/** What refers to a record that can be merged, or stands beside it, and does not move with it: and why. */
const STAYS: Readonly<Record<string, string>> = {
	'lead_conversions.lead_id':
		'a lead that was converted is merged with none, and a conversion undone is past',
	'ydocs.record_id':
		'the document of the record that went ends with it; the fields were taken over',
	'ydoc_updates.record_id': 'as the document',
	'ydoc_clients.record_id': 'as the document',
	'changes.record_id':
		'what happened to the record that went happened to that one; undoing needs it there',
	'record_views.record_id': 'what somebody has seen of one he has not seen of the other',
	'kept_edits.record_id':
		'typed into that record and judged by it; its author finds it under Kept for you',
	'notifications.record_id': 'told of that record; the page that it leads to leads on',
	'erasures.record_id':
		'asked for at that record, and done by looking for the person in every table, wherever he is by then',
	'person_exports.record_id': 'what was collected of that record',
	'bulk_items.record_id': 'a change of many records tells what became of that one',
	'muted_records.record_id': 'whoever did not want to hear of one may want to hear of the other'
};

/** What stands beside a record of any kind, or remembers one, and moves with it. */
const MOVES = [
	'attachments.record_id',
	'comments.record_id',
	'reminders.record_id',
	'pictures.record_id',
	'lead_conversions.company_id',
	'lead_conversions.contact_id'
] as const;

export type Fate = 'united' | 'moves' | { readonly stays: string };

/** What becomes of every column that refers to a record of a kind that can be merged, by table and column. */
export function relationsOf(kinds: readonly ServerKind[]): ReadonlyMap<string, Fate> {
	const fates = new Map<string, Fate>();
	for (const [key, reason] of Object.entries(STAYS)) fates.set(key, { stays: reason });
	for (const key of MOVES) fates.set(key, 'moves');
	for (const name of MERGEABLE) {
		for (const { column } of holdersOf(kinds, name)) {
			fates.set(`${getTableName(column.table)}.${column.name}`, 'moves');
		}
		const own = kinds.find(({ kind }) => kind.name === name);
		for (const { table, record } of [
			...Object.values(own?.sets ?? {}),
			...Object.values(own?.lists ?? {})
		]) {
			fates.set(`${getTableName(table as PgTable)}.${columnName(record.name)}`, 'united');
		}
	}
	return new Map([...fates].map(([key, fate]) => [key.split('.').map(columnName).join('.'), fate]));
}

/** As the database writes it. */
const columnName = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
