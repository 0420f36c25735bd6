import { type SQL, sql } from 'drizzle-orm';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { leadRecords } from '#lib/features/leads/record.server.ts';
import { entriesOf } from '#lib/records/document.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	companies,
	contactEmails,
	contacts,
	deals,
	leadEmails,
	leads
} from '#lib/server/db/tables/index.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import type { ImportKind } from '../schema.ts';

/** A row as far as it says which record it may be. */
export interface Sought {
	readonly values: RecordValues;
	readonly number: number | null;
}

/** A record that is there already, with the revision in which it was found. */
export interface Found {
	readonly id: string;
	readonly rev: number;
}

/**
 * Of each row the record that it is about and that the actor may see, if there is one: by its number, else a company
 * by name and country, a person by first name and e-mail address [core 5.20], and without an address by the whole
 * name and the company, a deal by name and company. Several that answer to it are `several`. Two statements.
 */
export async function findExisting(
	ctx: Ctx,
	kind: ImportKind,
	rows: readonly Sought[]
): Promise<readonly (Found | 'several' | null)[]> {
	const asked = rows.map((row, i) => ({ i, ...askedOf(row) }));
	const { table, match } = WAYS[kind];
	const { visibleTo } = KINDS[kind];
	const found = await ctx.db.execute<{ i: number; id: string; rev: number }>(sql`
		with asked as materialized (
			select * from jsonb_to_recordset(${JSON.stringify(asked)}::text::jsonb) as asked(
				i int, number bigint, name text, country text, first text, addresses text[], company text, company_id uuid)
		)
		select distinct asked.i as "i", ${table}.id as "id", ${table}.rev::int as "rev"
		from asked join ${table} on ${table}.number = asked.number
		where ${table}.deleted_at is null and ${visibleTo(ctx.actor)}
		union
		select asked.i, ${table}.id, ${table}.rev::int from asked ${match}
		where asked.number is null and ${table}.deleted_at is null and ${visibleTo(ctx.actor)}`);
	const byRow = Map.groupBy(found, ({ i }) => i);
	return rows.map((_, i) => {
		const [one, ...others] = byRow.get(i) ?? [];
		if (!one) return null;
		return others.length > 0 ? 'several' : { id: one.id, rev: one.rev };
	});
}

/** What rows have in common that mean the same record, whether it is there or not; null for a row that may be any. */
export function identityOf(kind: ImportKind, row: Sought): string | null {
	const { number, name, first, addresses, company, company_id } = askedOf(row);
	if (number !== null) return `#${number}`;
	const key = (...parts: readonly (string | null)[]) => JSON.stringify(parts).toLowerCase();
	if (kind === 'company') return key(name);
	if (kind === 'deal') return key(name, company_id);
	if (addresses[0] !== undefined) return key(first, addresses[0]);
	return company_id === null && company === null ? null : key(name, company, company_id);
}

const KINDS: Readonly<Record<ImportKind, Pick<ServerKind, 'visibleTo'>>> = {
	company: companyRecords,
	contact: contactRecords,
	lead: leadRecords,
	deal: dealRecords
};

function askedOf({ values, number }: Sought) {
	const { place } = values;
	const isPlace = typeof place === 'object' && place !== null && 'country' in place;
	const parts = [values.firstName, values.middleName, values.lastName].map(textOf);
	return {
		number,
		name: textOf(values.name) ?? parts.filter((part) => part !== null).join(' '),
		country: isPlace ? textOf(place.country) : null,
		first: parts[0] ?? null,
		addresses: Object.values(entriesOf(values.emails)).flatMap((entry) =>
			'address' in entry ? [entry.address] : []
		),
		company: textOf(values.companyName),
		company_id: textOf(values.company)
	};
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : null);

const same = (column: SQL, text: SQL) => sql`lower(${column}) = lower(${text} collate "und-x-icu")`;

const WAYS: Readonly<Record<ImportKind, { readonly table: SQL; readonly match: SQL }>> = {
	company: {
		table: sql`${companies}`,
		match: sql`join ${companies} on ${same(sql`${companies.name}`, sql`asked.name`)}
			and (asked.country is null or ${companies.country} is null or ${companies.country} = asked.country)`
	},
	contact: {
		table: sql`${contacts}`,
		match: sql`join lateral (
				select ${contactEmails.contactId} as id from ${contactEmails} where ${contactEmails.address} = any(asked.addresses)
				union all select called.id from ${contacts} called
				where asked.addresses = '{}' and called.company_id = asked.company_id and called.full_name = asked.name
			) near on true
			join ${contacts} on ${contacts.id} = near.id
				and (asked.addresses = '{}' or ${same(sql`${contacts.firstName}`, sql`asked.first`)})`
	},
	lead: {
		table: sql`${leads}`,
		match: sql`join lateral (
				select ${leadEmails.leadId} as id from ${leadEmails} where ${leadEmails.address} = any(asked.addresses)
				union all select called.id from ${leads} called
				where asked.addresses = '{}' and called.company_name = asked.company and called.full_name = asked.name
			) near on true
			join ${leads} on ${leads.id} = near.id
				and (asked.addresses = '{}' or ${same(sql`${leads.firstName}`, sql`asked.first`)})`
	},
	deal: {
		table: sql`${deals}`,
		match: sql`join ${deals} on ${deals.companyId} is not distinct from asked.company_id and ${deals.name} = asked.name`
	}
};
