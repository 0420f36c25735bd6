import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { isSelling } from '#lib/features/products/queries.server.ts';
import { idsOf } from '#lib/records/document.ts';
import type { Ctx } from '#lib/server/context.ts';
import { byId } from '#lib/server/db/conditions.ts';
import {
	companies,
	contacts,
	deals,
	departments,
	leads,
	leadSources,
	requests,
	users,
	ydocs
} from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { isId } from '#lib/shared/ids.ts';
import { canCreateRequest, canDeleteRequest, canEditRequest } from '../policy.ts';
import { requestRecords, requestScope } from '../record.server.ts';
import { Received } from '../schema.ts';

const coOwners = alias(users, 'co_owners');
const companyOwners = alias(users, 'company_owners');
const contactOwners = alias(users, 'contact_owners');
const leadOwners = alias(users, 'lead_owners');

const facts = {
	id: requests.id,
	rev: requests.rev,
	number: requests.number,
	ticket: requests.ticket,
	requestFor: requests.requestFor,
	createdAt: requests.createdAt,
	updatedAt: requests.updatedAt,
	deletedAt: requests.deletedAt,
	received: requests.received,
	sourceName: leadSources.name,
	contactId: requests.contactId,
	contactName: contacts.fullName,
	companyId: requests.companyId,
	companyName: companies.name,
	/** Whose the client is: the company's owner, or the contact's when he belongs to none. */
	clientOwnerId: sql<
		string | null
	>`coalesce(${companies.ownerId}, ${contacts.ownerId}, ${leads.ownerId})`,
	clientOwnerName: sql<
		string | null
	>`coalesce(${companyOwners.name}, ${contactOwners.name}, ${leadOwners.name})`,
	leadId: requests.leadId,
	leadName: leads.fullName,
	dealId: requests.dealId,
	dealName: deals.name,
	dealDeletedAt: deals.deletedAt,
	pending: requests.pending,
	subsequent: requests.subsequent,
	duplicate: requests.duplicate,
	isCase: requests.isCase,
	toVerify: requests.toVerify,
	ownerId: requests.ownerId,
	ownerName: users.name,
	coOwnerId: requests.coOwnerId,
	coOwnerName: coOwners.name,
	departmentId: requests.departmentId,
	departmentName: departments.name,
	worksGlobally: departments.worksGlobally,
	epoch: ydocs.epoch
};

export type RequestPage = Awaited<ReturnType<typeof getRequest>>;

/** One request with its values, the names beside it and what the actor may do with it. */
export async function getRequest(ctx: Ctx, id: string) {
	if (!isId(id)) throw new NotFound('request');
	const [found] = await ctx.db
		.select(facts)
		.from(requests)
		.innerJoin(departments, eq(departments.id, requests.departmentId))
		.leftJoin(leadSources, eq(leadSources.id, requests.sourceId))
		.leftJoin(contacts, eq(contacts.id, requests.contactId))
		.leftJoin(companies, eq(companies.id, requests.companyId))
		.leftJoin(companyOwners, eq(companyOwners.id, companies.ownerId))
		.leftJoin(contactOwners, eq(contactOwners.id, contacts.ownerId))
		.leftJoin(leads, eq(leads.id, requests.leadId))
		.leftJoin(leadOwners, eq(leadOwners.id, leads.ownerId))
		.leftJoin(deals, eq(deals.id, requests.dealId))
		.leftJoin(users, eq(users.id, requests.ownerId))
		.leftJoin(coOwners, eq(coOwners.id, requests.coOwnerId))
		.leftJoin(ydocs, and(eq(ydocs.kind, sql`'request'`), eq(ydocs.recordId, requests.id)))
		.where(and(requestRecords.visibleTo(ctx.actor), eq(requests.id, id)));
	const loaded = found && (await loadRecord(ctx, requestRecords, id));
	if (!found || !loaded) throw new NotFound('request');
	const mayDelete = canDeleteRequest(ctx.actor, found);
	if (found.deletedAt !== null && !mayDelete) throw new NotFound('request');
	const mayEdit = found.deletedAt === null && canEditRequest(ctx.actor, found);
	const received = Received.nullable().parse(found.received);
	const mayCopy = found.deletedAt === null && canCreateRequest(ctx.actor, found.departmentId);
	const { values } = loaded;
	const lacksProducts =
		idsOf(values.products).length === 0 && (await isSelling(ctx, found.departmentId));
	return { ...found, received, values, lacksProducts, mayEdit, mayDelete, mayCopy };
}

/** A request in the trash that the actor may restore, or null. */
export async function getTrashedRequest(ctx: Ctx, id: string) {
	const [found] = await ctx.db
		.select({ id: requests.id, name: requests.requestFor })
		.from(requests)
		.where(
			and(requestScope(ctx.actor, 'delete'), byId(requests.id, id), isNotNull(requests.deletedAt))
		);
	return found ?? null;
}

/** The request that a deal came from, when the actor may see it; null otherwise. */
export async function findRequestOfDeal(ctx: Ctx, dealId: string) {
	const [found] = await ctx.db
		.select({ id: requests.id })
		.from(requests)
		.where(
			and(
				requestRecords.visibleTo(ctx.actor),
				isNull(requests.deletedAt),
				byId(requests.dealId, dealId)
			)
		);
	return found ?? null;
}
