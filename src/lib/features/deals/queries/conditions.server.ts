import { and, eq, gte, isNotNull, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { departmentScope } from '#lib/features/users/scope.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	companyIndustries,
	dealClosures,
	dealCoOwners,
	deals,
	dealTags
} from '#lib/server/db/tables/index.ts';
import { textMatch } from '#lib/server/db/text-match.ts';
import { isId } from '#lib/shared/ids.ts';
import type { ListQuery } from '#lib/shared/list-query.ts';
import { daysAfter, instantIn, isDay, todayIn } from '#lib/shared/days.ts';
import { statusOf } from '../model.ts';
import { dealRecords } from '../record.server.ts';

type Wanted = Pick<ListQuery, 'q' | 'filters' | 'trash'>;

const SEARCHED = {
	table: deals,
	text: sql`${deals.name}`,
	ticket: deals.ticket,
	children: []
};

/** The deals that the actor may see and the address asks for; the trash is for those who may delete. */
export async function selection(ctx: Ctx, { q, filters, trash }: Wanted): Promise<SQL> {
	const seen = trash
		? departmentScope(ctx.actor, 'deal', deals, { verb: 'delete', coOwned: coOwned(ctx.actor.id) })
		: dealRecords.visibleTo(ctx.actor);
	// What lies in the trash lies there however it had ended.
	const status = trash ? (filters.status ?? 'all') : statusOf(filters);
	const wanted = Object.entries({ ...filters, status }).map(([name, value]) =>
		condition(ctx, name, value)
	);
	const found = q ? [await textMatch(ctx.db, q, SEARCHED)] : [];
	const all = and(
		seen,
		trash ? isNotNull(deals.deletedAt) : isNull(deals.deletedAt),
		...wanted,
		...found
	);
	return all ?? sql`true`;
}

/** Filters that name one thing by its id. */
const BY_ID: Readonly<Record<string, PgColumn>> = {
	pipeline: deals.pipelineId,
	stage: deals.stageId,
	company: deals.companyId,
	contact: deals.contactId,
	lead: deals.leadId,
	partner: deals.partnerId
};

function condition(ctx: Ctx, name: string, value: string): SQL {
	const column = BY_ID[name];
	if (column) return byId(column, value);
	switch (name) {
		case 'owner':
			return ownedBy(ctx, value);
		case 'department':
			return value === 'all' ? sql`true` : byId(deals.departmentId, value);
		case 'industry':
			return isId(value)
				? sql`exists (select from ${companyIndustries} where ${companyIndustries.companyId} = ${deals.companyId} and ${companyIndustries.industryId} = ${value})`
				: sql`false`;
		case 'important':
			return eq(deals.important, true);
		case 'status':
			return isAt(value);
		case 'reason':
			return isId(value) ? ended(sql`${dealClosures.reasonId} = ${value}`) : sql`false`;
		case 'closedFrom':
			return isDay(value) ? ended(gte(dealClosures.closedAt, dayBegins(ctx, value))) : sql`false`;
		case 'closedUntil':
			return isDay(value)
				? ended(lt(dealClosures.closedAt, dayBegins(ctx, daysAfter(value, 1))))
				: sql`false`;
		case 'step':
			return stepIs(todayIn(ctx.actor.timeZone, ctx.now), value);
		case 'tag':
			return isId(value)
				? sql`exists (select from ${dealTags} where ${dealTags.dealId} = ${deals.id} and ${dealTags.tagId} = ${value})`
				: sql`false`;
		default:
			return sql`true`;
	}
}

/** A deal is mine when I own it or co-own it. */
function ownedBy(ctx: Ctx, value: string): SQL {
	if (value === 'nobody') return isNull(deals.ownerId);
	const userId = value === 'me' ? ctx.actor.id : value;
	if (!isId(userId)) return sql`false`;
	return or(eq(deals.ownerId, userId), coOwned(userId)) ?? sql`false`;
}

/** Open, ended in one of three ways, or any. */
function isAt(status: string): SQL {
	// Word for word the condition of the partial indexes.
	if (status === 'open') return sql`${deals.isOpen}`;
	return status === 'all' ? sql`true` : ended(sql`${dealClosures.outcome} = ${status}`);
}

const ended = (how: SQL) =>
	sql`exists (select from ${dealClosures} where ${dealClosures.dealId} = ${deals.id} and ${how})`;

const dayBegins = ({ actor }: Ctx, day: string) => instantIn(actor.timeZone, day, '00:00');

function stepIs(today: string, value: string): SQL {
	if (value === 'late') return lt(deals.nextStepOn, today);
	if (value === 'today') return eq(deals.nextStepOn, today);
	return gte(deals.nextStepOn, today);
}

const coOwned = (userId: string) =>
	sql`exists (select from ${dealCoOwners} where ${dealCoOwners.dealId} = ${deals.id} and ${dealCoOwners.userId} = ${userId})`;

/** Links with an id that is none find nothing. */
const byId = (column: PgColumn, id: string): SQL => (isId(id) ? eq(column, id) : sql`false`);
