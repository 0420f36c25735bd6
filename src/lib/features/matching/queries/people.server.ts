import { and, eq, isNull, sql } from 'drizzle-orm';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { companies, contactEmails, contactPhones, contacts } from '#lib/server/db/tables/index.ts';
import { peopleFor, type Known, type PersonCandidate } from '../model/judge.ts';
import {
	amongFound,
	emailsOf,
	nameBranch,
	phonesOf,
	reachedAt,
	type Within
} from './ways.server.ts';

const REACH = {
	...{ emails: contactEmails, emailOf: contactEmails.contactId },
	...{ phones: contactPhones, phoneOf: contactPhones.contactId }
};

/** Contacts that the actor may see and that may be the person meant, the likeliest first. One statement. */
export async function findPeople(
	ctx: Ctx,
	known: Known,
	{ departmentId }: Within = {}
): Promise<readonly PersonCandidate[]> {
	const here =
		departmentId === undefined
			? sql`${contacts.deletedAt} is null`
			: sql`${contacts.deletedAt} is null and ${contacts.departmentId} = ${departmentId}`;
	const ways = [
		...reachedAt(REACH, known),
		...nameBranch(known, {
			...{ id: contacts.id, table: contacts, names: sql`${contacts.fullName}`, here },
			isAlone: true
		})
	];
	if (ways.length === 0) return [];
	const rows = await ctx.db
		.select({
			id: contacts.id,
			name: contacts.fullName,
			firstName: contacts.firstName,
			lastName: contacts.lastName,
			companyId: contacts.companyId,
			companyName: companies.name,
			companyAlternativeNames: companies.alternativeNames,
			emails: emailsOf(sql`${contactEmails} where ${contactEmails.contactId} = ${contacts.id}`),
			phones: phonesOf(sql`${contactPhones} where ${contactPhones.contactId} = ${contacts.id}`)
		})
		.from(contacts)
		.leftJoin(companies, eq(companies.id, contacts.companyId))
		.where(
			and(
				amongFound(contacts.id, ways),
				contactRecords.visibleTo(ctx.actor),
				isNull(contacts.deletedAt),
				departmentId === undefined ? undefined : eq(contacts.departmentId, departmentId)
			)
		);
	return peopleFor(known, rows);
}
