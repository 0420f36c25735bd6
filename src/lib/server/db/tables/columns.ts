import { sql } from 'drizzle-orm';
import { bigint, customType, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Binary column; postgres.js hands out Buffers, the rest of the code sees plain byte arrays. */
export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({
	dataType: () => 'bytea'
});

/** Text that people read in order: compared by the Unicode collation in indexes and keyset paging alike. */
export const peopleText = customType<{ data: string; driverData: string }>({
	dataType: () => 'text COLLATE "und-x-icu"'
});

/** Keys made by machines and compared byte by byte, such as fractional positions. */
export const byteText = customType<{ data: string; driverData: string }>({
	dataType: () => 'text COLLATE "C"'
});

export const instant = () => timestamp({ withTimezone: true, mode: 'date' });

/** What every record kind's table carries beside its own fields (architecture: rev, trash, who and when). */
export const recordColumns = () => ({
	id: uuid().primaryKey(),
	rev: bigint({ mode: 'number' }).notNull().default(0),
	createdAt: instant()
		.notNull()
		.default(sql`now()`),
	createdBy: uuid(),
	updatedAt: instant()
		.notNull()
		.default(sql`now()`),
	modifiedBy: uuid(),
	deletedAt: instant(),
	deletedBy: uuid()
});
