import { and, eq, isNull, sql } from 'drizzle-orm';
import { peopleFor, type Known, type PersonCandidate } from '#lib/features/matching/model.ts';
import {
	amongFound,
	emailsOf,
	nameBranch,
	phonesOf,
	reachedAt,
	type Within
} from '#lib/features/matching/queries.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { leadEmails, leadPhones, leads } from '#lib/server/db/tables/index.ts';
import { isConverted, leadRecords } from '../record.server.ts';

const REACH = {
	...{ emails: leadEmails, emailOf: leadEmails.leadId },
	...{ phones: leadPhones, phoneOf: leadPhones.leadId }
};

/** The expression of the trigram index, word for word. */
const NAMES = sql`(coalesce(${leads.fullName}, '') || ' ' || coalesce(${leads.companyName}, ''))`;

/** Leads that the actor may see and that may be the person meant, the likeliest first. One statement. */
export async function findLeadCandidates(
	ctx: Ctx,
	known: Known,
	{ departmentId }: Within = {}
): Promise<readonly PersonCandidate[]> {
	const here =
		departmentId === undefined
			? sql`${leads.deletedAt} is null`
			: sql`${leads.deletedAt} is null and ${leads.departmentId} = ${departmentId}`;
	const ways = [
		...reachedAt(REACH, known),
		...nameBranch(known, { id: leads.id, table: leads, names: NAMES, here })
	];
	if (ways.length === 0) return [];
	const rows = await ctx.db
		.select({
			id: leads.id,
			name: leads.fullName,
			firstName: leads.firstName,
			lastName: leads.lastName,
			companyId: sql<null>`null`,
			companyName: leads.companyName,
			companyAlternativeNames: sql<null>`null`,
			emails: emailsOf(sql`${leadEmails} where ${leadEmails.leadId} = ${leads.id}`),
			phones: phonesOf(sql`${leadPhones} where ${leadPhones.leadId} = ${leads.id}`)
		})
		.from(leads)
		.where(
			and(
				amongFound(leads.id, ways),
				leadRecords.visibleTo(ctx.actor),
				sql`not ${isConverted}`,
				isNull(leads.deletedAt),
				departmentId === undefined ? undefined : eq(leads.departmentId, departmentId)
			)
		);
	return peopleFor(known, rows);
}
