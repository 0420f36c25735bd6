import { and, eq, isNull } from 'drizzle-orm';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { linkDeal } from '#lib/features/deals/commands.server.ts';
import { entriesOf } from '#lib/records/document.ts';
import { isBlank, type Edit, type RecordValues } from '#lib/records/values.ts';
import { type Ctx } from '#lib/server/context.ts';
import { companies, contacts } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { edit } from '#lib/server/records/commit.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { fail } from '#lib/shared/result.ts';
import { requestRecords } from '../record.server.ts';
import { requestKind } from '../record.ts';
import { picked } from '../model/picked.ts';
import type { LinkCounterparty } from '../schema.ts';
import { fittingLinks } from './create.server.ts';
import { liveDealOf, lockEditableRequest, orTakenBack, takeBack } from './lock.server.ts';
import { answerOf } from './record.server.ts';

/**
 * Ties a request to a contact and a company, as a person has decided; a contact brings his company along and
 * never contradicts it. Fields that are still empty are filled from him [core 5.5], what was written stays.
 * The deal of the request follows.
 */
export function linkCounterparty(ctx: Ctx, { id, contactId, companyId }: LinkCounterparty) {
	return orTakenBack(ctx, async (ctx) => {
		await holdCounterparty(ctx, contactId, companyId);
		const request = await lockEditableRequest(ctx, id);
		const wanted = contactId === undefined ? request.contactId : contactId;
		// Another contact comes with his own company, unless one is named beside him.
		const company =
			companyId === undefined && wanted === request.contactId ? request.companyId : companyId;
		const links = await fittingLinks(ctx, wanted, company ?? null);
		if (links === null) return fail('contact_elsewhere');
		const loaded = await loadRecord(ctx, requestRecords, id);
		if (!loaded) throw new NotFound('request');
		const filled = await fillings(ctx, loaded.values, links);
		const edits: Edit[] = [
			{ field: 'contact', set: links.contactId },
			{ field: 'company', set: links.companyId },
			{ field: 'toVerify', set: false },
			...filled
		];
		const edited = await edit(ctx, requestRecords, id, edits, { commandMark: 'linkCounterparty' });
		if (!edited.ok) return answerOf(id, edited);
		const dealId = await liveDealOf(ctx, request.dealId);
		const followed = dealId === null ? null : await linkDeal(ctx, { dealId, ...links });
		if (followed?.ok === false) takeBack('deal_elsewhere');
		return answerOf(id, edited);
	});
}

/** Companies are locked before contacts and these before requests, everywhere; both must be in sight. */
export async function holdCounterparty(
	ctx: Ctx,
	contactId: string | null | undefined,
	companyId: string | null | undefined
): Promise<void> {
	if (companyId) {
		const [company] = await ctx.db
			.select({ id: companies.id })
			.from(companies)
			.where(
				and(
					companyRecords.visibleTo(ctx.actor),
					eq(companies.id, companyId),
					isNull(companies.deletedAt)
				)
			)
			.for('key share');
		if (!company) throw new NotFound('company');
	}
	if (contactId) {
		const [contact] = await ctx.db
			.select({ id: contacts.id })
			.from(contacts)
			.where(
				and(
					contactRecords.visibleTo(ctx.actor),
					eq(contacts.id, contactId),
					isNull(contacts.deletedAt)
				)
			)
			// His company must stay what it is.
			.for('share');
		if (!contact) throw new NotFound('contact');
	}
}

interface Links {
	readonly contactId: string | null;
	readonly companyId: string | null;
}

/** What the request does not say and its contact or company does. */
async function fillings(ctx: Ctx, values: RecordValues, { contactId, companyId }: Links) {
	const contact = contactId === null ? null : await loadRecord(ctx, contactRecords, contactId);
	const company = companyId === null ? null : await loadRecord(ctx, companyRecords, companyId);
	const isNameless = isBlank(values.firstName) && isBlank(values.lastName);
	const known: RecordValues = {
		...(contact && isNameless
			? picked(contact.values, ['firstName', 'middleName', 'lastName'])
			: {}),
		...(contact ? picked(contact.values, ['emails', 'phones']) : {}),
		...(company ? { companyName: company.values.name ?? null } : {}),
		...(company ? picked(company.values, ['website', 'place']) : {})
	};
	return Object.entries(known).flatMap(([field, value]): Edit[] => {
		if (isBlank(value) || !isBlank(values[field])) return [];
		// A number too short for a request may stand at a contact.
		if (!requestKind.fields[field as keyof typeof requestKind.fields].parse(value).ok) return [];
		const isList = field === 'emails' || field === 'phones';
		return [isList ? { field, put: entriesOf(value) } : { field, set: value }];
	});
}
