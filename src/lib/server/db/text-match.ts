import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Db } from '../context.ts';

/** What a list searches in: a text of the row itself and texts of its child rows, each with a trigram index. */
export interface SearchedText {
	readonly table: PgTable & Record<'id' | 'number', PgColumn>;
	/** Word for word what the trigram index has folded. */
	readonly text: SQL;
	/** The code that "ticket:…" asks for. */
	readonly ticket?: PgColumn;
	readonly children: readonly {
		readonly table: PgTable;
		readonly record: PgColumn;
		readonly text: SQL;
	}[];
}

/** Fewer letters than a trigram are looked for where words begin: that the index can find. */
const SHORTEST_WITHIN = 3;
/** Up to here it is cheaper to collect the matches and sort them than to walk the list and look. */
const FEW = 2_000;

/**
 * Condition for the rows that contain `q`, or have the number of "ID 12" or the code of "ticket:…". Rare words are found through
 * the trigram indexes; for frequent ones the list is walked in its order until the page is full, so
 * neither costs more than the table's few thousandth part.
 */
export async function textMatch(db: Db, q: string, searched: SearchedText): Promise<SQL> {
	const { table, text, children } = searched;
	const number = /^id\s*(\d{1,15})$/i.exec(q)?.[1];
	if (number) return sql`${table.number} = ${number}::bigint`;
	const code = ticketIn(q);
	if (code && searched.ticket) return sql`${searched.ticket} = ${code}`;
	const found = [
		sql`select ${table.id} from ${table} where ${namesMatch(text, q)}`,
		...children.map(
			(child) => sql`select ${child.record} from ${child.table} where ${contains(child.text, q)}`
		)
	];
	const collected = sql.join(found, sql` union all `);
	const [matches] = await db
		.select({ count: sql<number>`count(*)::int` })
		.from(sql`(${collected} limit ${FEW + 1}) matches`);
	if ((matches?.count ?? 0) <= FEW) return sql`${table.id} in (${collected})`;
	const walked = [
		namesMatch(text, q),
		...children.map(
			(child) =>
				sql`exists (select from ${child.table} where ${child.record} = ${table.id} and ${contains(child.text, q)})`
		)
	];
	return sql`(${sql.join(walked, sql` or `)})`;
}

/** The code in "ticket:aB3…" and "ticket aB3…", or null. */
export const ticketIn = (q: string): string | null =>
	/^\s*ticket\s*[:\s]\s*([\w-]{11})\s*$/i.exec(q)?.[1] ?? null;

function contains(text: SQL, q: string): SQL {
	const within = likePattern(q);
	if (q.length >= SHORTEST_WITHIN) return sql`${text} ilike ${within}`;
	return sql`(${text} ilike ${within.slice(1)} or ${text} ilike ${`% ${within.slice(1)}`})`;
}

/** The names have this in them, in whatever letters both are written: answered by the index over the folded names. */
export const namesContain = (names: SQL, text: string): SQL =>
	sql`search_fold(${names}) like '%' || ${folded(text)} || '%'`;

/** The name begins so, in whatever letters both are written. */
const nameBegins = (name: SQL, text: string): SQL =>
	sql`search_fold(${name}) like ${folded(text)} || '%'`;

/** A word behind the first begins so: one or two letters hold no trigram of their own, but the beginning of a word does. */
export const wordBegins = (names: SQL, text: string): SQL =>
	sql`search_fold(${names}) like '% ' || ${folded(text)} || '%'`;

/** Fewer letters than a trigram are looked for where words begin. */
export const isShort = (text: string): boolean => Array.from(text).length < SHORTEST_WITHIN;

/** The names have this in them or, when it is short, one of their words begins so. */
export const namesMatch = (names: SQL, text: string): SQL =>
	isShort(text)
		? sql`(${nameBegins(names, text)} or ${wordBegins(names, text)})`
		: namesContain(names, text);

/** As names are compared, and taken literally by LIKE. */
export const folded = (text: string): SQL =>
	sql`regexp_replace(search_fold(${text}), '([\\\\%_])', '\\\\\\1', 'g')`;

/** The pattern "contains" for LIKE, with everything typed taken literally. */
export const likePattern = (q: string) => `%${q.replace(/[\\%_]/g, '\\$&')}%`;

/**
 * Whether a column of names begins so, in the order of the dictionary, so that the index of names answers it however common the beginning is.
 */
export function beginsWith(column: PgColumn, text: string): SQL {
	const first = text.toLowerCase();
	// U+FFFF is sorted after every character.
	return sql`${column} >= ${first} and ${column} < ${`${first}\uffff`}`;
}
