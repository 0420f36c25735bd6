import { and, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Ctx } from '#lib/server/context.ts';
import {
	contacts,
	leadConversions,
	leads,
	merges,
	requestEmails,
	requests,
	userProfiles,
	users
} from '#lib/server/db/tables/index.ts';
import type { OnePerson, PersonKind } from '../schema.ts';

export interface Person extends OnePerson {
	readonly name: string;
	/** Of an account: it can still be signed in to. */
	readonly active: boolean;
}

/** A record that is about the person himself. */
export interface OwnRecord {
	readonly kind: 'contact' | 'lead' | 'request';
	readonly id: string;
}

/**
 * Whoever this is, in the trash or not. A lead that became a contact is that contact; null when there is
 * nobody of that id.
 */
export async function findPerson(ctx: Ctx, { kind, id }: OnePerson): Promise<Person | null> {
	if (kind === 'user') return findUser(ctx, id);
	const [became] =
		kind === 'lead'
			? await ctx.db
					.select({ id: leadConversions.contactId })
					.from(leadConversions)
					.where(and(eq(leadConversions.leadId, id), isNull(leadConversions.undoneAt)))
			: [];
	if (became) return findPerson(ctx, { kind: 'contact', id: became.id });
	const table = kind === 'lead' ? leads : contacts;
	const [row] = await ctx.db
		.select({ name: table.fullName })
		.from(table as PgTable)
		.where(eq(table.id, id));
	return row ? { kind, id, name: String(row.name), active: false } : null;
}

async function findUser(ctx: Ctx, id: string): Promise<Person | null> {
	const [row] = await ctx.db
		.select({ name: users.name, active: userProfiles.active })
		.from(users)
		.leftJoin(userProfiles, eq(userProfiles.userId, users.id))
		.where(eq(users.id, id));
	return row ? { kind: 'user', id, name: row.name, active: row.active ?? false } : null;
}

/** The records that are about the person: himself, the leads that he was, and what he asked for. */
export async function ownRecordsOf(
	ctx: Ctx,
	{ kind, id }: OnePerson,
	emails: readonly string[] = []
): Promise<readonly OwnRecord[]> {
	if (kind === 'user') return [];
	const contactIds = kind === 'contact' ? await withMerged(ctx, 'contact', [id]) : [];
	const became = kind === 'lead' ? [id] : await leadsThatBecame(ctx, contactIds);
	const leadIds = await withMerged(ctx, 'lead', became);
	const found = await ctx.db
		.select({ id: requests.id })
		.from(requests)
		.where(
			or(
				among(requests.contactId, contactIds),
				among(requests.leadId, leadIds),
				and(
					isNull(requests.contactId),
					isNull(requests.leadId),
					among(
						requests.id,
						emails.length === 0
							? []
							: ctx.db
									.select({ id: requestEmails.requestId })
									.from(requestEmails)
									.where(among(sql`lower(${requestEmails.address})`, emails))
					)
				)
			)
		);
	const of = (kind: OwnRecord['kind'], ids: readonly string[]) => ids.map((id) => ({ kind, id }));
	return [
		...of('contact', contactIds),
		...of('lead', leadIds),
		...of(
			'request',
			found.map((row) => row.id)
		)
	];
}

/** Nothing is among nothing. */
function among(column: PgColumn | ReturnType<typeof sql>, values: readonly string[] | object) {
	if (Array.isArray(values) && values.length === 0) return sql`false`;
	return inArray(column as PgColumn, values as string[]);
}

/** With those that were merged into them, and lie in the trash with what they knew. */
async function withMerged(
	ctx: Ctx,
	kind: 'contact' | 'lead',
	ids: readonly string[]
): Promise<readonly string[]> {
	if (ids.length === 0) return [];
	const rows = await ctx.db.execute<{ id: string }>(sql`
		with recursive one(id) as (
			select value::uuid from jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb)
			union
			select ${merges.goneId} from ${merges} join one on one.id = ${merges.keptId}
			where ${merges.kind} = ${kind} and ${merges.undoneAt} is null
		)
		select id from one`);
	return rows.map(({ id }) => id);
}

async function leadsThatBecame(
	ctx: Ctx,
	contactIds: readonly string[]
): Promise<readonly string[]> {
	if (contactIds.length === 0) return [];
	const rows = await ctx.db
		.selectDistinct({ id: leadConversions.leadId })
		.from(leadConversions)
		.where(
			and(inArray(leadConversions.contactId, [...contactIds]), isNull(leadConversions.undoneAt))
		);
	return rows.map(({ id }) => id);
}

const AT_ONCE = 20;

/** People whose name or address holds these letters, of every kind; in the trash too. */
export async function searchPersons(ctx: Ctx, text: string): Promise<readonly Person[]> {
	const like = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
	const ofKind = (
		kind: PersonKind,
		name: PgColumn,
		table: PgTable,
		address: ReturnType<typeof sql>
	) =>
		sql`select ${kind} as kind, id, ${name} as name from ${table}
			where ${name} ilike ${like} or ${address}`;
	const mail = (table: string, of: string, own: string) =>
		sql.raw(`exists (select from ${table} e where e.${of} = ${own}.id and e.address ilike `);
	const rows = await ctx.db.execute<{ kind: PersonKind; id: string; name: string }>(sql`
		(${ofKind('contact', contacts.fullName, contacts, sql`${mail('contact_emails', 'contact_id', 'contacts')}${like})`)}
			order by name, id limit ${AT_ONCE})
		union all
		(${ofKind('lead', leads.fullName, leads, sql`${mail('lead_emails', 'lead_id', 'leads')}${like})`)}
			order by name, id limit ${AT_ONCE})
		union all
		(${ofKind('user', users.name, users, sql`${users.email} ilike ${like}`)}
			order by name, id limit ${AT_ONCE})`);
	return rows.map((row) => ({ ...row, active: false }));
}
