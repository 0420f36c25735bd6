import { and, eq, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { byId } from '#lib/server/db/conditions.ts';
import { requestEmails, requestPhones, requests } from '#lib/server/db/tables/index.ts';
import { textMatch } from '#lib/server/db/text-match.ts';
import { isId } from '#lib/shared/ids.ts';
import type { ListQuery } from '#lib/shared/list-query.ts';
import { requestRecords, requestScope, requestText } from '../record.server.ts';

type Wanted = Pick<ListQuery, 'q' | 'filters' | 'trash'>;

const SEARCHED = {
	table: requests,
	text: requestText,
	ticket: requests.ticket,
	children: [
		{
			table: requestEmails,
			record: requestEmails.requestId,
			text: sql`lower(${requestEmails.address})`
		},
		{ table: requestPhones, record: requestPhones.requestId, text: sql`${requestPhones.raw}` }
	]
};

/** The requests that the actor may see and the address asks for; the trash is for those who may delete. */
export async function selection(ctx: Ctx, { q, filters, trash }: Wanted): Promise<SQL> {
	const seen = trash ? requestScope(ctx.actor, 'delete') : requestRecords.visibleTo(ctx.actor);
	const wanted = Object.entries(filters).map(([name, value]) => condition(ctx, name, value));
	const found = q ? [await textMatch(ctx.db, q, SEARCHED)] : [];
	const all = and(
		seen,
		trash ? isNotNull(requests.deletedAt) : isNull(requests.deletedAt),
		...wanted,
		...found
	);
	return all ?? sql`true`;
}

function condition(ctx: Ctx, name: string, value: string): SQL {
	switch (name) {
		case 'view':
			return viewIs(ctx, value);
		case 'owner':
			return ownedBy(ctx, value);
		case 'department':
			return value === 'all' ? sql`true` : byId(requests.departmentId, value);
		case 'source':
			return byId(requests.sourceId, value);
		case 'company':
			return byId(requests.companyId, value);
		case 'contact':
			return byId(requests.contactId, value);
		case 'lead':
			return byId(requests.leadId, value);
		case 'status':
			return statusIs(value);
		default:
			return sql`true`;
	}
}

function viewIs(ctx: Ctx, view: string): SQL {
	switch (view) {
		case 'inbox':
			return allOf(isPending, isNull(requests.ownerId));
		case 'mine':
			return allOf(isPending, mine(ctx.actor.id));
		case 'pending':
			return isPending;
		default:
			return sql`true`;
	}
}

function statusIs(status: string): SQL {
	switch (status) {
		case 'pending':
			return isPending;
		case 'deal':
			return isNotNull(requests.dealId);
		case 'duplicate':
			return eq(requests.duplicate, true);
		case 'case':
			return eq(requests.isCase, true);
		case 'verify':
			return eq(requests.toVerify, true);
		default:
			return sql`true`;
	}
}

/** A request is mine when I own it or co-own it. */
function ownedBy(ctx: Ctx, value: string): SQL {
	if (value === 'nobody') return isNull(requests.ownerId);
	const userId = value === 'me' ? ctx.actor.id : value;
	return isId(userId) ? mine(userId) : sql`false`;
}

// Written out, so that the planner sees the condition of the partial indexes.
export const isPending = sql`${requests.pending}`;

export const mine = (userId: string): SQL =>
	or(eq(requests.ownerId, userId), eq(requests.coOwnerId, userId)) ?? sql`false`;

const allOf = (...conditions: readonly SQL[]): SQL => and(...conditions) ?? sql`true`;
