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
const BOUNDED: readonly (readonly [count: RegExp, by: string])[] = [
	[/"line_items"."deal_id" = /, 'the line items of one deal'],
	[/"line_items"."product_id" = /, 'the deals of one product'],
	[/"tasks"."project_id" = /, 'the tasks of one project'],
	[/"run_id" = /, 'the records of one run, which somebody has chosen'],
	[/group by ("deals".)?"stage_id", ("deals".)?"currency"/, 'the lanes of one board'],
	[/where \(+"\w+"."(co_)?owner_id" = /, 'what one person owns, told before it is handed over'],
	[/"deal_co_owners"."user_id" = \$\d+\) and .* group by "departments"."id"/, 'the same'],
	[/"(attachments|comments|reminders)"."record_id" = /, 'what stands beside one record'],
	[/"record_id" in \(/, 'what there is about one person, told before it is erased']
];

/** True when it skips rows, however many: pages go on behind a row and not behind a number of rows. */
export const skipsRows = (statement: string): boolean => /\boffset\b/i.test(statement);

/** The selects of this statement that count rows of a table that grows without an end, and nothing else bounds them. */
export const unboundedCounts = (statement: string): readonly string[] =>
	[...statement.matchAll(/\bcount\s*\(/gi)]
		.map(({ index }) => selectAround(statement, index))
		.filter(
			(select) =>
				GROWING.test(select) &&
				!/\blimit\b/i.test(sourceOf(select)) &&
				!BOUNDED.some(([count]) => count.test(select))
		);

/** The innermost select in which this place of a statement lies. */
function selectAround(statement: string, place: number): string {
	const start = closing(statement, place, -1);
	const text = statement.slice(start + 1, closing(statement, place, 1));
	return start < 0 || /^\s*(select|with)\b/i.test(text) ? text : selectAround(statement, start - 1);
}

/** What a select reads from: the rows that it counts, and not those that it looks up beside them. */
function sourceOf(select: string): string {
	const own = [...select.matchAll(/\bfrom\b/gi)].find(
		({ index }) => closing(select, index, -1) < 0 && closing(select, index, 1) === select.length
	);
	return own ? select.slice(own.index) : select;
}

/** Where the parentheses around a place begin (step -1) or end (step 1). */
function closing(statement: string, place: number, step: -1 | 1): number {
	const [outward, inward] = step < 0 ? '()' : ')(';
	let depth = 0;
	let at = place;
	for (; at >= 0 && at < statement.length; at += step) {
		if (statement[at] === inward) depth++;
		else if (statement[at] === outward && depth-- === 0) break;
	}
	return at;
}
