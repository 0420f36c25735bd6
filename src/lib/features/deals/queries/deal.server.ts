import { and, eq, isNull, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Money, RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	changes,
	closingReasons,
	companies,
	contacts,
	dealClosures,
	deals,
	departments,
	leads,
	qualityEvents,
	qualitySignals,
	stages,
	users,
	ydocs
} from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { isId } from '#lib/shared/ids.ts';
import { canDeleteDeal, writableDealFields } from '../policy.ts';
import { signalsOf } from '../model/signals.ts';
import { visitsOf } from '../model/visits.ts';
import { dealRecords, rightsOf } from '../record.server.ts';
import { dealFacts, momentOf } from './facts.server.ts';

const closer = alias(users, 'closer');
const partner = alias(contacts, 'partner');
const partnerCompany = alias(companies, 'partner_company');

const columns = {
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
	partnerId: deals.partnerId,
	partnerName: partner.fullName,
	partnerCompany: partnerCompany.name,
	leadId: deals.leadId,
	leadName: leads.fullName,
	leadCompany: leads.companyName,
	epoch: ydocs.epoch,
	stageSince: deals.stageSince,
	wonAt: deals.wonAt,
	outcome: dealClosures.outcome,
	closedAt: dealClosures.closedAt,
	closedFor: closingReasons.name,
	closedBy: closer.name
};

/** What was noted of its quality, the latest first, and what may be noted: in the deal's own statement. */
const quality = {
	events: sql<QualityEvent[]>`(
		select coalesce(json_agg(json_build_object('id', ${qualityEvents.id}, 'name', ${qualitySignals.name},
			'weight', ${qualityEvents.weight}, 'details', ${qualityEvents.details}, 'at', ${qualityEvents.createdAt},
			'by', noter.name) order by ${qualityEvents.createdAt} desc, ${qualityEvents.id}), '[]')
		from ${qualityEvents} join ${qualitySignals} on ${qualitySignals.id} = ${qualityEvents.signalId}
		left join ${users} noter on noter.id = ${qualityEvents.createdBy}
		where ${qualityEvents.dealId} = ${deals.id})`,
	choices: sql<QualityChoice[]>`(
		select coalesce(json_agg(json_build_object('id', ${qualitySignals.id}, 'name', ${qualitySignals.name},
			'weight', ${qualitySignals.weight}) order by ${qualitySignals.name}), '[]')
		from ${qualitySignals} where ${qualitySignals.departmentId} = ${deals.departmentId})`
};

/** From stage to stage, as its history has it. */
const moves = sql<{ from: string | null; to: string; at: string }[]>`(
	select coalesce(json_agg(json_build_object('from', ${changes.old}, 'to', ${changes.new}, 'at', ${changes.at})
		order by ${changes.rev}, ${changes.id}), '[]')
	from ${changes} where ${changes.kind} = 'deal' and ${changes.recordId} = ${deals.id}
		and ${changes.field} = 'stage' and not ${changes.conflict})`;

interface QualityChoice {
	readonly id: string;
	readonly name: string;
	readonly weight: number;
}

interface QualityEvent extends QualityChoice {
	readonly details: string | null;
	readonly at: string;
	readonly by: string | null;
}

export type DealPage = Awaited<ReturnType<typeof getDeal>>;

/** One deal with its values, the names beside it and what the actor may do with it. */
export async function getDeal(ctx: Ctx, id: string) {
	if (!isId(id)) throw new NotFound('deal');
	const facts = ctx.db
		.select({ ...columns, stageId: deals.stageId, quality, moves, facts: dealFacts(ctx) })
		.from(deals)
		.innerJoin(departments, eq(departments.id, deals.departmentId))
		.innerJoin(stages, eq(stages.id, deals.stageId))
		.leftJoin(users, eq(users.id, deals.ownerId))
		.leftJoin(companies, eq(companies.id, deals.companyId))
		.leftJoin(contacts, eq(contacts.id, deals.contactId))
		.leftJoin(leads, eq(leads.id, deals.leadId))
		.leftJoin(partner, eq(partner.id, deals.partnerId))
		.leftJoin(partnerCompany, eq(partnerCompany.id, partner.companyId))
		.leftJoin(dealClosures, eq(dealClosures.dealId, deals.id))
		.leftJoin(closingReasons, eq(closingReasons.id, dealClosures.reasonId))
		.leftJoin(closer, eq(closer.id, dealClosures.closedBy))
		.leftJoin(ydocs, and(eq(ydocs.kind, sql`'deal'`), eq(ydocs.recordId, deals.id)))
		.where(and(dealRecords.visibleTo(ctx.actor), isNull(deals.deletedAt), eq(deals.id, id)));
	const [[found], loaded] = await Promise.all([facts, loadRecord(ctx, dealRecords, id)]);
	if (!found || !loaded) throw new NotFound('deal');
	const rights = rightsOf(loaded.row, loaded.values);
	const writable = writableDealFields(ctx.actor, rights);
	const { outcome, closedAt, closedFor, closedBy, facts: signs, moves: moved, ...deal } = found;
	return {
		...deal,
		/** How it ended; null while it is open. */
		closure:
			outcome && closedAt ? { outcome, at: closedAt, reason: closedFor, by: closedBy } : null,
		signals: signalsOf(signs, momentOf(ctx)),
		/** Its stays in stages, the latest first. */
		visits: visitsOf(deal, moved),
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
