import { sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Ctx } from '#lib/server/context.ts';
import { phoneTail } from '#lib/server/db/tables/columns.ts';
import {
	beginsWith,
	folded,
	isShort,
	namesMatch,
	ticketIn,
	wordBegins
} from '#lib/server/db/text-match.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { tailOf, wantedOf, type Wanted } from './model.ts';
import { wordsNear } from './queries/words.server.ts';
import type { Hit } from './schema.ts';

export { findNamed } from './queries/named.server.ts';

/** Hits of one kind that are shown. */
export const HITS_PER_KIND = 8;
// Matches of one branch that are ranked; beyond them a name is too common for its order to matter.
const CANDIDATES = 64;

/**
 * Records that the actor may see, by name, e-mail address, phone number, number or ticket: kind by kind, best first.
 * When nothing is called so, what is called nearly so.
 */
export async function search(ctx: Ctx, kinds: readonly ServerKind[], text: string): Promise<Hit[]> {
	const ticket = ticketIn(text);
	const wanted = ticket ? ticketOnly(ticket) : wantedOf(text);
	if (!ticket && wanted.words.length === 0 && wanted.number === null) return [];
	const sources = kinds.map((kind) => sourceOf(ctx, kind));
	const hits = await findAll(ctx, sources, { ...wanted, near: NOTHING_NEAR });
	if (hits.length > 0 || wanted.words.length === 0) return hits;
	const near = await wordsNear(ctx, wanted.words);
	if (near.size === 0) return [];
	const found = await findAll(ctx, sources, { ...namesOnly(wanted.words), near });
	return found.map((hit) => ({ ...hit, near: true }));
}

const ticketOnly = (ticket: string): Wanted => ({ ...namesOnly([]), ticket });
const namesOnly = (words: readonly string[]): Wanted => ({
	...{ words, number: null, email: null, phone: null }
});

/** With the words that may have been meant by one that nobody is called. */
interface Looked extends Wanted {
	readonly near: ReadonlyMap<string, readonly string[]>;
}
const NOTHING_NEAR: Looked['near'] = new Map();

async function findAll(ctx: Ctx, sources: readonly Source[], looked: Looked): Promise<Hit[]> {
	const hits = await Promise.all(sources.map((source) => find(ctx, source, looked)));
	return hits.flat();
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

async function find(ctx: Ctx, source: Source, wanted: Looked): Promise<Hit[]> {
	const found = foundBy(beginnings(source, wanted), insides(source, wanted));
	if (found === null) return [];
	const { kind, table, title, detail, joins } = source;
	const rows = await ctx.db.execute<Row>(sql`
		with ${found}
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
		detail: row.detail,
		near: false
	}));
}

/**
 * The ids of `found`. What the text is the beginning, the number or the ticket of is answered by indexes in their
 * order and ranked before everything else: only where that leaves room names and addresses are looked through.
 */
function foundBy(beginnings: readonly SQL[], insides: readonly SQL[]): SQL | null {
	const parts = [
		...(beginnings.length > 0 ? [sql`select * from first`] : []),
		...(insides.length > 0 ? [sql`select * from within`] : [])
	];
	if (parts.length === 0) return null;
	const union = (branches: readonly SQL[]) => sql.join([...branches], sql` union all `);
	const first = sql`first as (select id, min(address) as address from (${union(beginnings)}) b group by id),`;
	const within = sql`within as (select * from (${union(insides)}) b ${
		beginnings.length > 0 ? sql`where (select count(*) from first) < ${HITS_PER_KIND}` : sql.empty()
	}),`;
	return sql`${beginnings.length > 0 ? first : sql.empty()} ${insides.length > 0 ? within : sql.empty()}
		found as (select id, min(address) as address from (${union(parts)}) b group by id)`;
}

/*
 * Ids that match, each branch by its own index and capped on its own: one condition with OR would read
 * the whole table, and a common word must not crowd out the record that begins with it.
 */

function beginnings(source: Source, { words, number, email, phone, ticket, near }: Looked): SQL[] {
	const { table, title, emails, phones } = source;
	const branches: SQL[] = [];
	if (ticket && source.ticket) branches.push(branch(source, sql`${source.ticket} = ${ticket}`));
	if (number !== null) branches.push(branch(source, sql`${table.number} = ${number}`));
	for (const text of textsOf(words, near)) {
		const [order, limit] = [sql`order by ${title}`, HITS_PER_KIND];
		branches.push(branch(source, beginsWith(title, text), { order, limit }));
	}
	const letters = lettersOf(words);
	if (letters) {
		branches.push(branch(source, foldedBegins(title, letters), { limit: HITS_PER_KIND }));
	}
	if (phone !== null && phones) {
		const match = sql`${phoneTail(phones.raw)} = ${tailOf(phone)}`;
		const join = sql`join ${phones.table} on ${phones.of} = ${table.id}`;
		branches.push(branch(source, match, { join, address: sql`${phones.raw}` }));
	}
	if (email !== null && emails && /[@.]/.test(email)) {
		branches.push(
			branch(source, beginsWith(emails.address, email), {
				...addressOf(source, emails),
				order: sql`order by ${emails.address}`,
				limit: HITS_PER_KIND
			})
		);
	}
	return branches;
}

const addressOf = ({ table }: Source, emails: NonNullable<Source['emails']>) => ({
	join: sql`join ${emails.table} on ${emails.of} = ${table.id}`,
	address: sql`${emails.address}`
});

/** With what a name may begin: the words as they were typed, or each that one alone may have meant. */
function textsOf(words: readonly string[], near: Looked['near']): readonly string[] {
	if (words.length === 0) return [];
	if (near.size === 0) return [words.join(' ')];
	return words.length === 1 ? [...near.values()].flat() : [];
}

// Signs alone, and the beginning of a phone number.
const BESIDE = /^([^\p{L}\p{N}]*|[+(][\d\s()/.-]*)$/u;

/** Nothing that trigrams could be asked for: nobody has it in his name, and everything would be read. */
const isBeside = (text: string): boolean => text !== '' && BESIDE.test(text);

/** One or two letters and nothing else. */
const lettersOf = ([word = '', ...others]: readonly string[]): string | null =>
	word !== '' && others.length === 0 && isShort(word) ? word : null;

function insides(source: Source, { words, email, near }: Looked): SQL[] {
	const { names, emails } = source;
	const branches: SQL[] = [];
	if (isBeside(words.join(' '))) return branches;
	const letters = lettersOf(words);
	if (letters) {
		branches.push(branch(source, wordBegins(names, letters)));
	} else if (words.length > 0) {
		const all = words.map((word) => wordMatches(names, [word, ...(near.get(word) ?? [])]));
		branches.push(branch(source, sql.join(all, sql` and `)));
	}
	if (email !== null && emails) {
		const match = sql`lower(${emails.address}) like ${`%${escaped(email)}%`}`;
		branches.push(branch(source, match, addressOf(source, emails)));
	}
	return branches;
}

/*
 * Of the revision nothing is asked. But no index has it: else Postgres walks one in which names can be looked at, on
 * the way to matches that it believes to be everywhere and that may all lie at its end.
 */
function branch(
	{ table, visible }: Source,
	match: SQL,
	{
		join = sql``,
		address = sql`null::text`,
		order = sql``,
		limit = CANDIDATES
	}: { join?: SQL; address?: SQL; order?: SQL; limit?: number } = {}
): SQL {
	return sql`(
		select ${table.id} as id, ${address} as address from ${table} ${join}
		where ${match} and ${table.deletedAt} is null and ${visible} and ${table.rev} >= 0
		${order} limit ${limit}
	)`;
}

/** A name that begins so in whatever letters both are written: what few letters begin is too much for trigrams. */
const foldedBegins = (column: PgColumn, text: string): SQL =>
	sql`(search_fold(${column}) >= search_fold(${text}) and search_fold(${column}) < search_fold(${text}) || ${'\uffff'})`;

/** One of the words in the names; a word of one or two letters begins one of theirs. */
const wordMatches = (names: SQL, words: readonly string[]): SQL =>
	sql`(${sql.join(
		words.map((word) => namesMatch(names, word)),
		sql` or `
	)})`;

/** The number itself, then the exact name, then names that begin so, then the rest. */
function rank({ table, title }: Source, { words, number }: Looked): SQL {
	const text = words.join(' ');
	return sql`case
		when ${table.number} = ${number ?? -1} then 0
		when search_fold(${title}) like ${folded(text)} || '%'
			then case when search_fold(${title}) = search_fold(${text}) then 1 else 2 end
		else 3 end`;
}

const escaped = (text: string) => text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
