import { sql } from 'drizzle-orm';
import { type AnyPgColumn, bigint, customType, text, timestamp, uuid } from 'drizzle-orm/pg-core';

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

/**
 * A short random code that threads a request, its deal and their mails: eleven characters that stand in
 * addresses and subjects as they are. The database makes it, from bytes that nobody can foresee.
 */
export const ticketColumn = () =>
	text()
		.notNull()
		.default(
			sql`rtrim(translate(encode(substring(uuid_send(gen_random_uuid()) from 9 for 8), 'base64'), '+/', '-_'), '=')`
		);

/** The last digits of a phone number: the same however the number is written. */
export const phoneTail = (raw: AnyPgColumn) =>
	sql`right(regexp_replace(${raw}, '[^0-9]', '', 'g'), 8)`;

/** The host of a web address without "www". */
export const websiteHost = (website: AnyPgColumn) =>
	sql`split_part(split_part(regexp_replace(lower(${website}), '^[a-z]+://(www[.])?', ''), '/', 1), ':', 1)`;
