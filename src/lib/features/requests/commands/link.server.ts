import { and, eq, isNull } from 'drizzle-orm';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { linkDeal } from '#lib/features/deals/commands.server.ts';
import { lockLead } from '#lib/features/leads/commands.server.ts';
import { leadRecords } from '#lib/features/leads/record.server.ts';
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
import { type Links, NOBODY } from '../model/links.ts';
import { picked } from '../model/picked.ts';
import type { LinkCounterparty } from '../schema.ts';
import { fieldsOf, fittingLinks } from './create.server.ts';
import { liveDealOf, lockEditableRequest, orTakenBack, takeBack } from './lock.server.ts';
import { answerOf } from './record.server.ts';

/**
 * Ties a request to a contact and a company, or to a lead, as a person has decided; a contact brings his company along and
 * never contradicts it. Fields that are still empty are filled from him [core 5.5], what was written stays.
 * The deal of the request follows.
 */
export function linkCounterparty(ctx: Ctx, { id, ...asked }: LinkCounterparty) {
	return orTakenBack(ctx, async (ctx) => {
		await holdCounterparty(ctx, asked);
		const request = await lockEditableRequest(ctx, id);
		const links = await fittingLinks(ctx, wantedBy(asked, request));
		if (typeof links === 'string') return fail(links);
		const loaded = await loadRecord(ctx, requestRecords, id);
		if (!loaded) throw new NotFound('request');
		const set = Object.entries({ ...fieldsOf(links), toVerify: false });
		const edits: Edit[] = [
			...set.map(([field, set]) => ({ field, set })),
			...(await fillings(ctx, loaded.values, links))
		];
		const edited = await edit(ctx, requestRecords, id, edits, { commandMark: 'linkCounterparty' });
		if (!edited.ok) return answerOf(id, edited);
		const dealId = await liveDealOf(ctx, request.dealId);
		const followed = dealId === null ? null : await linkDeal(ctx, { dealId, ...links });
		if (followed?.ok === false) takeBack('deal_elsewhere');
		return answerOf(id, edited);
	});
}

type Asked = Omit<LinkCounterparty, 'id'>;

/** What is not asked about stays, unless it makes room: another contact has a company of his own, a lead none. */
function wantedBy({ contactId, companyId, leadId }: Asked, now: Links): Links {
	if (leadId && !contactId && !companyId) return { ...NOBODY, leadId };
	const contact = contactId === undefined ? (leadId ? null : now.contactId) : contactId;
	const keeps = companyId === undefined && contact === now.contactId;
	const company = keeps ? now.companyId : (companyId ?? null);
	const isLinked = contact !== null || company !== null;
	const lead = leadId === undefined ? (isLinked ? null : now.leadId) : leadId;
	return { contactId: contact, companyId: company, leadId: lead };
}

/** Companies are locked before contacts and these before requests, everywhere; both must be in sight. */
export async function holdCounterparty(
	ctx: Ctx,
	{ contactId, companyId, leadId }: Asked
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
	if (leadId) await lockLead(ctx, leadId);
}

/** What the request does not say and its contact, company or lead does. */
async function fillings(ctx: Ctx, values: RecordValues, { contactId, companyId, leadId }: Links) {
	const contact = contactId === null ? null : await loadRecord(ctx, contactRecords, contactId);
	const company = companyId === null ? null : await loadRecord(ctx, companyRecords, companyId);
	const lead = leadId === null ? null : await loadRecord(ctx, leadRecords, leadId);
	const person = contact ?? lead;
	const isNameless = isBlank(values.firstName) && isBlank(values.lastName);
	const known: RecordValues = {
		...(person && isNameless ? picked(person.values, ['firstName', 'middleName', 'lastName']) : {}),
		...(person ? picked(person.values, ['emails', 'phones']) : {}),
		...(lead ? picked(lead.values, ['companyName', 'website', 'place']) : {}),
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
