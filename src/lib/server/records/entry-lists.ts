import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { EmailEntry, PhoneEntry } from '#lib/records/values.ts';
import type { ListMapping } from './kind.ts';

/** A table of e-mail addresses or phone numbers, and its column that points at the record. */
type EntryTable = PgTable & Record<'id', PgColumn>;

/** Where a record's e-mail addresses lie. */
export function emailList(table: EntryTable, record: PgColumn): ListMapping {
	return {
		table,
		record,
		entryId: table.id,
		toColumns: (entry) => ({ ...entry }),
		fromRow: ({ address, label, position }) =>
			// The table's own column types; the mapping only knows rows by shape.
			({ address, label, position }) as EmailEntry
	};
}

/** Where a record's phone numbers lie. */
export function phoneList(table: EntryTable, record: PgColumn): ListMapping {
	return {
		table,
		record,
		entryId: table.id,
		toColumns: (entry) => ({ ...entry }),
		// As in emailList.
		fromRow: ({ raw, e164, label, position }) => ({ raw, e164, label, position }) as PhoneEntry
	};
}
