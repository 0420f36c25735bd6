import type postgres from 'postgres';
import { query } from '#tests/support/cluster-setup.ts';

/** Settings of a server that remembers every statement it was sent. */
export const WATCHING = [
	'shared_preload_libraries=pg_stat_statements',
	'pg_stat_statements.max=20000',
	'pg_stat_statements.track=top'
];

/** From here on; what made the database is forgotten. */
export async function beginWatch(databaseUrl: string): Promise<void> {
	// In a schema of its own: what Tandem's tables are is nobody's business but Tandem's.
	await query(databaseUrl, 'create schema watch');
	await query(databaseUrl, 'create extension pg_stat_statements schema watch');
	await query(databaseUrl, 'select watch.pg_stat_statements_reset()');
}

/** Every statement with a count or an offset that this database was sent since, in one line each. */
export async function watched(sql: postgres.Sql): Promise<readonly string[]> {
	const rows = await sql<{ query: string }[]>`
		select distinct query from watch.pg_stat_statements s join pg_database d on d.oid = s.dbid
		where d.datname = current_database() and query ~* '\\m(count|offset)\\M' and query !~* '(pg_stat_|pgboss)'`;
	return rows.map(({ query }) => query.replaceAll(/\s+/g, ' ').trim());
}

/**
 * Tables that grow with what a company has; of all others there are as many rows as somebody has set up. In the quotes
 * in which Tandem writes them, and tests do not.
 */
const GROWING =
	/"(companies|contacts|leads|deals|requests|tasks|projects|products|changes|comments|attachments|notifications|reminders|line_items|payments|outgoing_mails|kept_edits|bulk_items|import_faults|search_words)"/;

/** Counts without a limit, and what bounds them. */
const BOUNDED: readonly (readonly [count: RegExp, by: string])[] = [];

/** True when it skips rows, however many: pages go on behind a row and not behind a number of rows. */
export const skipsRows = (statement: string): boolean => /\boffset\b/i.test(statement);

/** True when it counts rows of a table that grows, without an end and without anything else that bounds it. */
export const countsAll = (statement: string): boolean =>
	[...statement.matchAll(/\bcount\s*\(/gi)]
		.map(({ index }) => selectAround(statement, index))
		.some(
			(select) =>
				GROWING.test(select) &&
				!/\blimit\b/i.test(select) &&
				!BOUNDED.some(([count]) => count.test(select))
		);

/** The text between the parentheses in which this place of a statement lies, or all of it. */
function selectAround(statement: string, place: number): string {
	const ends = [-1, 1].map((step) => {
		let depth = 0;
		let at = place;
		for (; at >= 0 && at < statement.length; at += step) {
			if (statement[at] === (step < 0 ? '(' : ')') && depth-- === 0) break;
			if (statement[at] === (step < 0 ? ')' : '(')) depth++;
		}
		return at;
	});
	return statement.slice((ends[0] ?? 0) + 1, ends[1]);
}
