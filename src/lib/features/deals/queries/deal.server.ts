import { and, eq, isNull, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Money, RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	closingReasons,
	companies,
	contacts,
	dealClosures,
	deals,
	departments,
	leads,
	users,
	ydocs
} from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { isId } from '#lib/shared/ids.ts';
import { canDeleteDeal, writableDealFields } from '../policy.ts';
import { dealRecords, rightsOf } from '../record.server.ts';

const closer = alias(users, 'closer');

const facts = {
	id: deals.id,
	number: deals.number,
	rev: deals.rev,
	createdAt: deals.createdAt,
	updatedAt: deals.updatedAt,
	pipelineId: deals.pipelineId,
	departmentId: deals.departmentId,
	departmentName: departments.name,
	defaultCurrency: departments.defaultCurrency,
	ownerId: deals.ownerId,
	ownerName: users.name,
	companyId: deals.companyId,
	companyName: companies.name,
	contactId: deals.contactId,
	contactName: contacts.fullName,
	contactTitle: contacts.title,
	leadId: deals.leadId,
	leadName: leads.fullName,
	leadCompany: leads.companyName,
	epoch: ydocs.epoch,
	outcome: dealClosures.outcome,
	closedAt: dealClosures.closedAt,
	closedFor: closingReasons.name,
	closedBy: closer.name
};

export type DealPage = Awaited<ReturnType<typeof getDeal>>;

/** One deal with its values, the names beside it and what the actor may do with it. */
export async function getDeal(ctx: Ctx, id: string) {
	if (!isId(id)) throw new NotFound('deal');
	const [found] = await ctx.db
		.select(facts)
		.from(deals)
		.innerJoin(departments, eq(departments.id, deals.departmentId))
		.leftJoin(users, eq(users.id, deals.ownerId))
		.leftJoin(companies, eq(companies.id, deals.companyId))
		.leftJoin(contacts, eq(contacts.id, deals.contactId))
		.leftJoin(leads, eq(leads.id, deals.leadId))
		.leftJoin(dealClosures, eq(dealClosures.dealId, deals.id))
		.leftJoin(closingReasons, eq(closingReasons.id, dealClosures.reasonId))
		.leftJoin(closer, eq(closer.id, dealClosures.closedBy))
		.leftJoin(ydocs, and(eq(ydocs.kind, sql`'deal'`), eq(ydocs.recordId, deals.id)))
		.where(and(dealRecords.visibleTo(ctx.actor), isNull(deals.deletedAt), eq(deals.id, id)));
	const loaded = found && (await loadRecord(ctx, dealRecords, id));
	if (!found || !loaded) throw new NotFound('deal');
	const rights = rightsOf(loaded.row, loaded.values);
	const writable = writableDealFields(ctx.actor, rights);
	const { outcome, closedAt, closedFor, closedBy, ...deal } = found;
	return {
		...deal,
		/** How it ended; null while it is open. */
		closure:
			outcome && closedAt ? { outcome, at: closedAt, reason: closedFor, by: closedBy } : null,
		values: loaded.values,
		coOwnerIds: rights.coOwnerIds,
		amount: moneyOf(loaded.values.amount),
		// Sets do not survive the way to the browser as such.
		writable: typeof writable === 'string' ? writable : [...writable],
		mayDelete: canDeleteDeal(ctx.actor, rights)
	};
}

// Of this field's type: only money() writes it.
const moneyOf = (value: RecordValues[string] | undefined) => (value as Money | null) ?? null;
