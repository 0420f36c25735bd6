import { inArray, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Ctx } from '#lib/server/context.ts';
import { phoneTail } from '#lib/server/db/tables/columns.ts';
import { publicMailDomains } from '#lib/server/db/tables/index.ts';
import { likePattern, namesContain } from '#lib/server/db/text-match.ts';
import { tailOf, type Phone } from '../model/names.ts';

/** Where is looked; without a department, everywhere the actor may see. */
export interface Within {
	readonly departmentId?: string;
}

/** Rows that one way of looking may bring: beyond them a name is too common to tell anything. */
const PER_WAY = 20;

/** The records that one of these ways finds: each by its own index, and capped on its own. */
export const amongFound = (id: PgColumn, ways: readonly SQL[]): SQL =>
	sql`${id} in (${sql.join(
		ways.map((way) => sql`(${way} limit ${PER_WAY})`),
		sql` union `
	)})`;

interface Reach {
	readonly emails: PgTable & Readonly<Record<'address', PgColumn>>;
	readonly emailOf: PgColumn;
	readonly phones: PgTable & Readonly<Record<'raw', PgColumn>>;
	readonly phoneOf: PgColumn;
}

/** Records that have one of these addresses or numbers. */
export const reachedAt = (
	{ emails, emailOf, phones, phoneOf }: Reach,
	known: { readonly emails: readonly string[]; readonly phones: readonly Phone[] }
): SQL[] => [
	...known.emails.map(
		(address) => sql`select ${emailOf} from ${emails} where lower(${emails.address}) = ${address}`
	),
	...known.phones.map(
		(phone) =>
			// Drizzle tells columns of tables and aliases apart by type only.
			sql`select ${phoneOf} from ${phones} where ${phoneTail(phones.raw as never)} = ${tailOf(phone)}`
	)
];

interface Named {
	readonly id: PgColumn;
	readonly table: PgTable;
	/** Word for word what the trigram index has folded. */
	readonly names: SQL;
	readonly here: SQL;
	/** Nothing comes after the last name. */
	readonly isAlone?: boolean;
}

/** People of this first and last name; titles stand before the name and belong to it. */
export function nameBranch(
	{ firstName, lastName }: { readonly firstName: string | null; readonly lastName: string | null },
	{ id, table, names, here, isAlone = false }: Named
): SQL[] {
	const first = firstName?.split(' ').at(-1);
	if (!first || !lastName) return [];
	return [
		sql`select ${id} from ${table} where ${namesContain(names, first)} and ${namesContain(names, lastName)}
			and ${names} ilike ${likePattern(first)} and ${names} ilike ${isAlone ? endingWith(lastName) : likePattern(lastName)} and ${here}`
	];
}

/** Of these domains, those where anybody may have a mailbox: they say nothing of where somebody works. */
export async function publicAmong(
	ctx: Ctx,
	domains: readonly string[]
): Promise<ReadonlySet<string>> {
	if (domains.length === 0) return new Set();
	const rows = await ctx.db
		.select()
		.from(publicMailDomains)
		.where(inArray(publicMailDomains.domain, [...domains]));
	return new Set(rows.map(({ domain }) => domain));
}

/** All addresses among these rows, in small letters. */
export const emailsOf = (rows: SQL) =>
	sql<readonly string[]>`(select coalesce(json_agg(lower(address)), '[]') from ${rows})`;

export const phonesOf = (rows: SQL) =>
	sql<
		readonly Phone[]
	>`(select coalesce(json_agg(json_build_object('raw', raw, 'e164', e164)), '[]') from ${rows})`;

export const endingWith = (text: string) => likePattern(text).slice(0, -1);
