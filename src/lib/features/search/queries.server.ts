import { and, isNull, sql, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Ctx } from '#lib/server/context.ts';
import { likePattern, ticketIn } from '#lib/server/db/text-match.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { wantedOf, type Wanted } from './model.ts';
import type { Hit } from './schema.ts';

/** Hits of one kind that are shown. */
export const HITS_PER_KIND = 8;
// Matches of one branch that are ranked; beyond them a name is too common for its order to matter.
const CANDIDATES = 200;

/** Records that the actor may see, by name, e-mail address, number or ticket: kind by kind, best first. */
export async function search(ctx: Ctx, kinds: readonly ServerKind[], text: string): Promise<Hit[]> {
	const ticket = ticketIn(text);
	const wanted = ticket ? { words: [], number: null, email: null, ticket } : wantedOf(text);
	if (!ticket && wanted.words.length === 0 && wanted.number === null) return [];
	const hits = await Promise.all(kinds.map((kind) => find(ctx, sourceOf(ctx, kind), wanted)));
	return hits.flat();
}

/** Records of one kind for a picker: what the actor may see and the text occurs in, names that begin so first. */
export async function findNamed(
	ctx: Ctx,
	{ table, search: { title, names }, visibleTo }: ServerKind,
	text: string,
	limit = 10
): Promise<{ readonly id: string; readonly name: string }[]> {
	const rows = await ctx.db
		.select({ id: table.id, name: title })
		.from(table as PgTable)
		.where(
			and(visibleTo(ctx.actor), isNull(table.deletedAt), sql`${names} ilike ${likePattern(text)}`)
		)
		.orderBy(sql`${title} not ilike ${likePattern(text).slice(1)}`, title, table.id)
		.limit(limit);
	// Drizzle types the columns of a table it only knows by shape as unknown; both are text.
	return rows.map(({ id, name }) => ({ id: String(id), name: String(name) }));
}

/** How one kind is searched by this actor. */
type Source = ServerKind['search'] &
	Pick<ServerKind, 'table'> & { readonly kind: Hit['kind']; readonly visible: SQL };

const sourceOf = ({ actor }: Ctx, { kind, table, search, visibleTo }: ServerKind): Source => ({
	...search,
	kind: kind.name,
	table,
	visible: visibleTo(actor)
});

interface Row extends Record<string, unknown> {
	id: string;
	number: string;
	title: string;
	detail: string | null;
}

async function find(ctx: Ctx, source: Source, wanted: Wanted): Promise<Hit[]> {
	const { kind, table, title, detail, joins } = source;
	const branches = branchesOf(source, wanted);
	if (branches.length === 0) return [];
	const rows = await ctx.db.execute<Row>(sql`
		with branches as (${sql.join(branches, sql` union all `)}),
		found as (select id, min(address) as address from branches group by id)
		select ${table.id} as id, ${table.number} as number, ${title} as title,
			coalesce(found.address, ${detail}) as detail
		from found join ${table} on ${table.id} = found.id ${joins}
		order by ${rank(source, wanted)}, ${title}, ${table.id}
		limit ${HITS_PER_KIND}`);
	return rows.map((row) => ({
		kind,
		id: row.id,
		number: Number(row.number),
		title: row.title,
		detail: row.detail
	}));
}

/**
 * Ids that match, each branch by its own index and capped on its own: one condition with OR would read
 * the whole table, and a common word must not crowd out the record that begins with it.
 */
function branchesOf(source: Source, { words, number, email, ticket }: Wanted): SQL[] {
	const { table, title, names, emails } = source;
	const branches: SQL[] = [];
	if (ticket && source.ticket) branches.push(branch(source, sql`${source.ticket} = ${ticket}`));
	if (number !== null) branches.push(branch(source, sql`${table.number} = ${number}`));
	if (words.length > 0) {
		const all = sql.join(
			words.map((word) => wordMatches(names, word)),
			sql` and `
		);
		branches.push(
			branch(source, beginsWith(title, words.join(' ')), { order: sql`order by ${title}` })
		);
		branches.push(branch(source, all));
	}
	if (email !== null && emails) {
		const match = sql`lower(${emails.address}) like ${`%${escaped(email)}%`}`;
		const join = sql`join ${emails.table} on ${emails.of} = ${table.id}`;
		branches.push(branch(source, match, { join, address: sql`${emails.address}` }));
	}
	return branches;
}

function branch(
	{ table, visible }: Source,
	match: SQL,
	{
		join = sql``,
		address = sql`null::text`,
		order = sql``
	}: { join?: SQL; address?: SQL; order?: SQL } = {}
): SQL {
	return sql`(
		select ${table.id} as id, ${address} as address from ${table} ${join}
		where ${match} and ${table.deletedAt} is null and ${visible}
		${order} limit ${CANDIDATES}
	)`;
}

/** In the order of the dictionary, so that the index of names answers it however common the beginning is. */
function beginsWith(title: PgColumn, text: string): SQL {
	const first = text.toLowerCase();
	// U+FFFF is sorted after every character.
	return sql`${title} >= ${first} and ${title} < ${`${first}\uffff`}`;
}

// One or two letters hold no trigram of their own, but the beginning of a word does.
const WORD_START_ONLY = 2;

function wordMatches(names: SQL, word: string): SQL {
	const pattern = escaped(word);
	if (Array.from(word).length > WORD_START_ONLY) return sql`${names} ilike ${`%${pattern}%`}`;
	return sql`(${names} ilike ${`${pattern}%`} or ${names} ilike ${`% ${pattern}%`})`;
}

/** The number itself, then the exact name, then names that begin so, then the rest. */
function rank({ table, title }: Source, { words, number }: Wanted): SQL {
	const text = words.join(' ');
	return sql`case
		when ${table.number} = ${number ?? -1} then 0
		when lower(${title}) = lower(${text}) then 1
		when ${title} ilike ${`${escaped(text)}%`} then 2
		else 3 end`;
}

const escaped = (text: string) => text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
