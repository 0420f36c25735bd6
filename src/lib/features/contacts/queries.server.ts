import { and, asc, eq, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import { departmentScope } from '#lib/features/users/scope.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { byId, hasMember, membersNamed, ownedBy } from '#lib/server/db/conditions.ts';
import { cappedCount, keysetPage, type SortColumn, toPage } from '#lib/server/db/keyset.ts';
import {
	companies,
	contactEmails,
	contactPhones,
	contacts,
	contactTags,
	departments,
	tags,
	users,
	ydocs
} from '#lib/server/db/tables/index.ts';
import { textMatch } from '#lib/server/db/text-match.ts';
import { NotFound } from '#lib/server/errors.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { isId } from '#lib/shared/ids.ts';
import type { Listing } from '#lib/server/records/list.ts';
import { changedSinceLooked } from '#lib/server/records/looked.ts';
import type { ListQuery } from '#lib/shared/list-query.ts';
import { canDeleteContact, canEditContact } from './policy.ts';
import { contactRecords } from './record.server.ts';
import { contactList } from './schema.ts';

const BY_NAME: SortColumn = { column: contacts.fullName, type: 'text' };
const BY_DELETION: SortColumn = { column: contacts.deletedAt, type: 'timestamptz' };
const SORTS: Record<string, SortColumn> = {
	name: BY_NAME,
	lastName: { column: contacts.lastName, type: 'text', nullable: true },
	number: { column: contacts.number, type: 'bigint' },
	created: { column: contacts.createdAt, type: 'timestamptz' },
	updated: { column: contacts.updatedAt, type: 'timestamptz' }
};

const SEARCHED = {
	table: contacts,
	text: sql`${contacts.fullName}`,
	children: [
		{
			table: contactEmails,
			record: contactEmails.contactId,
			text: sql`lower(${contactEmails.address})`
		}
	]
};

type Wanted = Pick<ListQuery, 'q' | 'filters' | 'trash'>;

const tagSet = { record: contactTags.contactId, member: contactTags.tagId };

const firstEmail = sql<string | null>`(
	select ${contactEmails.address} from ${contactEmails}
	where ${contactEmails.contactId} = ${contacts.id} order by ${contactEmails.position}, ${contactEmails.id} limit 1
)`;
const firstPhone = sql<string | null>`(
	select coalesce(${contactPhones.e164}, ${contactPhones.raw}) from ${contactPhones}
	where ${contactPhones.contactId} = ${contacts.id} order by ${contactPhones.position}, ${contactPhones.id} limit 1
)`;

const row = {
	id: contacts.id,
	rev: contacts.rev,
	number: contacts.number,
	fullName: contacts.fullName,
	title: contacts.title,
	companyId: contacts.companyId,
	companyName: companies.name,
	ownerId: contacts.ownerId,
	ownerName: users.name,
	departmentId: contacts.departmentId,
	departmentName: departments.name,
	createdAt: contacts.createdAt,
	updatedAt: contacts.updatedAt,
	deletedAt: contacts.deletedAt,
	email: firstEmail,
	phone: firstPhone,
	tags: membersNamed(tagSet, contacts.id, tags),
	/** Where the row lies in the list's order, for the cursor. */
	key: sql<string | null>`page.key`
};

export type ContactRow = Awaited<ReturnType<typeof rowsOf>>[number];

/**
 * One page of the contacts the actor may see, as the address asks, and how many there are in all pages
 * (up to 10,000). The trash is for those who may delete. Two statements, one more when searching.
 */
export async function listContacts(ctx: Ctx, query: ListQuery) {
	const request = {
		sort: query.trash ? BY_DELETION : (SORTS[query.sort] ?? BY_NAME),
		descending: query.trash || query.descending,
		after: query.after,
		before: query.before
	};
	const selected = await selection(ctx, query);
	const { page, order } = keysetPage(contacts, selected, request);
	const [rows, total] = await Promise.all([
		rowsOf(ctx, page, order),
		cappedCount(ctx.db, contacts, selected)
	]);
	const listed = toPage(rows, request);
	const ids = listed.rows.map(({ id }) => id);
	return { page: listed, total, unseen: await changedSinceLooked(ctx, 'contact', ids) };
}

/** The people of one company that the actor may see, by name, and how many there are. */
export async function listContactsOf(ctx: Ctx, companyId: string, limit = 20) {
	const selected = and(
		contactRecords.visibleTo(ctx.actor),
		isNull(contacts.deletedAt),
		eq(contacts.companyId, companyId)
	);
	const rows = await ctx.db
		.select({
			id: contacts.id,
			fullName: contacts.fullName,
			title: contacts.title,
			email: firstEmail,
			phone: firstPhone,
			count: sql<number>`(count(*) over ())::int`
		})
		.from(contacts)
		// Only joined so that columns are written with their table, as the subqueries need them.
		.leftJoin(companies, eq(companies.id, contacts.companyId))
		.where(selected)
		.orderBy(asc(contacts.fullName), asc(contacts.id))
		.limit(limit);
	return { rows, count: rows[0]?.count ?? 0 };
}

export type ContactPage = Awaited<ReturnType<typeof getContact>>;

/** One contact with its values, the names beside it and what the actor may do with it. */
export async function getContact(ctx: Ctx, id: string) {
	if (!isId(id)) throw new NotFound('contact');
	const [found] = await ctx.db
		.select({
			id: contacts.id,
			rev: contacts.rev,
			number: contacts.number,
			fullName: contacts.fullName,
			createdAt: contacts.createdAt,
			updatedAt: contacts.updatedAt,
			deletedAt: contacts.deletedAt,
			companyId: contacts.companyId,
			companyName: companies.name,
			ownerId: contacts.ownerId,
			ownerName: users.name,
			departmentId: contacts.departmentId,
			departmentName: departments.name,
			epoch: ydocs.epoch
		})
		.from(contacts)
		.innerJoin(departments, eq(departments.id, contacts.departmentId))
		.leftJoin(companies, eq(companies.id, contacts.companyId))
		.leftJoin(users, eq(users.id, contacts.ownerId))
		.leftJoin(ydocs, and(eq(ydocs.kind, sql`'contact'`), eq(ydocs.recordId, contacts.id)))
		.where(and(contactRecords.visibleTo(ctx.actor), eq(contacts.id, id)));
	const loaded = found && (await loadRecord(ctx, contactRecords, id));
	if (!found || !loaded) throw new NotFound('contact');
	const mayDelete = canDeleteContact(ctx.actor, found);
	if (found.deletedAt !== null && !mayDelete) throw new NotFound('contact');
	const mayEdit = found.deletedAt === null && canEditContact(ctx.actor, found);
	return { ...found, values: loaded.values, mayEdit, mayDelete };
}

/** A contact in the trash that the actor may restore, or null. */
export async function getTrashedContact(ctx: Ctx, id: string) {
	const [found] = await ctx.db
		.select({ id: contacts.id, name: contacts.fullName })
		.from(contacts)
		.where(
			and(
				departmentScope(ctx.actor, 'contact', contacts, { verb: 'delete' }),
				byId(contacts.id, id),
				isNotNull(contacts.deletedAt)
			)
		);
	return found ?? null;
}

/** How contacts are found, for the API. */
export const contactListing: Listing = { shape: contactList, sorts: SORTS, select: selection };

function rowsOf(ctx: Ctx, page: SQL, order: SQL) {
	return ctx.db
		.select(row)
		.from(sql`(${page}) page`)
		.innerJoin(contacts, sql`${contacts.id} = page.id`)
		.innerJoin(departments, eq(departments.id, contacts.departmentId))
		.leftJoin(companies, eq(companies.id, contacts.companyId))
		.leftJoin(users, eq(users.id, contacts.ownerId))
		.orderBy(order);
}

async function selection(ctx: Ctx, { q, filters, trash }: Wanted): Promise<SQL> {
	const conditions = Object.entries(filters).map(([name, value]) => condition(ctx, name, value));
	const seen = trash
		? departmentScope(ctx.actor, 'contact', contacts, { verb: 'delete' })
		: contactRecords.visibleTo(ctx.actor);
	const all = and(
		seen,
		trash ? isNotNull(contacts.deletedAt) : isNull(contacts.deletedAt),
		...conditions,
		...(q ? [await textMatch(ctx.db, q, SEARCHED)] : [])
	);
	return all ?? sql`true`;
}

function condition(ctx: Ctx, name: string, value: string): SQL {
	switch (name) {
		case 'owner':
			return ownedBy(contacts.ownerId, value, ctx.actor.id);
		case 'department':
			return value === 'all' ? sql`true` : byId(contacts.departmentId, value);
		case 'company':
			return value === 'none' ? isNull(contacts.companyId) : byId(contacts.companyId, value);
		case 'tag':
			return hasMember(tagSet, contacts.id, value);
		case 'email':
			return sql`not exists (select from ${contactEmails} where ${contactEmails.contactId} = ${contacts.id})`;
		default:
			return sql`true`;
	}
}
