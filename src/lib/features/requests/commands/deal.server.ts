import { eq } from 'drizzle-orm';
import { ownerFor } from '#lib/features/companies/commands.server.ts';
import { createContact } from '#lib/features/contacts/commands.server.ts';
import { reportingCurrencies } from '#lib/features/currencies/queries.server.ts';
import { copyFiles } from '#lib/features/attachments/commands.server.ts';
import { isSelling } from '#lib/features/products/queries.server.ts';
import { carryProducts } from '#lib/features/shipments/commands.server.ts';
import { idsOf } from '#lib/records/document.ts';
import { createLead } from '#lib/features/leads/commands.server.ts';
import { createDeal } from '#lib/features/deals/commands.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { m } from '#lib/messages/messages.js';
import { isBlank, type RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { companies, deals, departments } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound, Stale } from '#lib/server/errors.ts';
import { announce } from '#lib/server/records/announce.ts';
import { edit } from '#lib/server/records/commit.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { isSame } from '#lib/shared/same.ts';
import { type Links, NOBODY, surestLinks } from '../model/links.ts';
import { PERSON_FIELDS, picked } from '../model/picked.ts';
import { canEditRequest } from '../policy.ts';
import { findCandidates } from '../queries/candidates.server.ts';
import { requestRecords } from '../record.server.ts';
import type { OneRequest } from '../schema.ts';
import { fieldsOf } from './create.server.ts';
import {
	liveDealOf,
	lockEditableRequest,
	orTakenBack,
	peekAtRequest,
	type RequestRow,
	takeBack,
	tell
} from './lock.server.ts';

/**
 * Makes a request's deal, once however often it is asked for [C89]: with the counterparty that is linked or
 * beyond doubt, else with a new contact of a known company, else with a new lead. When who asks belongs to
 * another company than the linked one, that is said instead: no deal is nobody's [B79]. The request waits no
 * longer [core 5.8].
 */
export async function createDealFromRequest(ctx: Ctx, { id }: OneRequest) {
	const made = await orTakenBack(ctx, (ctx) => makeDeal(ctx, id));
	// Somebody else was faster: his deal is the answer.
	return !made.ok && made.error === 'has_deal' ? existingDeal(ctx, id) : made;
}

async function makeDeal(ctx: Ctx, id: string) {
	const before = await peekAtRequest(ctx, id);
	if (before.dealId) return existingDeal(ctx, id);
	if (!canEditRequest(ctx.actor, before)) throw new Forbidden('request');
	if (before.duplicate) return fail('is_duplicate');
	if (before.isCase) return fail('is_case');
	if (await lacksCountry(ctx, before)) return fail('country_needed');
	const loaded = await loadRecord(ctx, requestRecords, id);
	if (!loaded) throw new NotFound('request');
	const productIds = idsOf(loaded.values.products);
	if (productIds.length === 0 && (await isSelling(ctx, before.departmentId))) {
		return fail('products_needed');
	}
	// A new contact takes the lock of its company, which comes before the request's, everywhere.
	const party = await counterpartyFor(ctx, before, loaded.values);
	const request = await lockEditableRequest(ctx, id);
	if (request.dealId) return takeBack('has_deal');
	if (!isSame(linksOf(request), linksOf(before))) throw new Stale('request');
	const ownerId = request.ownerId ?? (await ownerFor(ctx, request.departmentId));
	const dealId = await beginDeal(ctx, request, { ...party, ownerId, notes: loaded.values.notes });
	await carryProducts(ctx, { dealId, productIds });
	await settle(ctx, request, { ...party, ownerId, dealId });
	return ok({ id, dealId });
}

const linksOf = ({ contactId, companyId, leadId }: Links): Links => ({
	...{ contactId, companyId, leadId }
});

async function existingDeal(ctx: Ctx, id: string) {
	const { dealId } = await peekAtRequest(ctx, id);
	const live = await liveDealOf(ctx, dealId);
	return live === null ? fail('deal_in_trash') : ok({ id, dealId: live });
}

/** Departments that work everywhere need to know where somebody is [T82]; that of his company will do. */
async function lacksCountry(ctx: Ctx, request: RequestRow): Promise<boolean> {
	if (request.country !== null) return false;
	const [department] = await ctx.db
		.select({ worksGlobally: departments.worksGlobally })
		.from(departments)
		.where(eq(departments.id, request.departmentId));
	if (!department?.worksGlobally) return false;
	if (request.companyId === null) return true;
	const [company] = await ctx.db
		.select({ country: companies.country })
		.from(companies)
		.where(eq(companies.id, request.companyId));
	return !company?.country;
}

interface Party extends Links {
	readonly toVerify: boolean;
}

async function counterpartyFor(
	ctx: Ctx,
	request: RequestRow,
	values: RecordValues
): Promise<Party> {
	const { contactId, companyId, leadId, toVerify } = request;
	if (contactId ?? leadId) return { contactId, companyId, leadId, toVerify };
	const found = await findCandidates(ctx, values, request.departmentId);
	if (found.people.some(({ isElsewhere }) => isElsewhere)) return takeBack('contact_elsewhere');
	const sure = surestLinks(found);
	const company = companyId ?? sure.companyId;
	if (company === null && sure.contactId === null) return leadFor(ctx, request, values, sure);
	if (sure.contactId !== null) return { ...sure, toVerify: true };
	const contact = await newContact(ctx, values, company);
	const isFound = companyId === null;
	return { contactId: contact, companyId: company, leadId: null, toVerify: toVerify || isFound };
}

/** Whoever is no contact and of no known company is a lead: the one who is beyond doubt, or a new one [T84]. */
async function leadFor(
	ctx: Ctx,
	request: RequestRow,
	values: RecordValues,
	{ leadId }: Links
): Promise<Party> {
	if (leadId !== null) return { ...NOBODY, leadId, toVerify: true };
	if (isBlank(values.firstName)) return takeBack('no_counterparty');
	const person = picked(values, [...PERSON_FIELDS, 'companyName', 'website', 'place', 'source']);
	const { departmentId, ownerId } = request;
	const made = await createLead(ctx, {
		...{ departmentId, ownerId: ownerId ?? undefined },
		values: person
	});
	if (!made.ok) return takeBack('lead_refused');
	return { ...NOBODY, leadId: made.value.id, toVerify: false };
}

/** A company that is known may have new people [T74]; one who left neither name nor address is not stored. */
async function newContact(ctx: Ctx, values: RecordValues, companyId: string | null) {
	if (isBlank(values.firstName) || isBlank(values.emails)) return null;
	const person = picked(values, PERSON_FIELDS);
	const made = await createContact(ctx, { companyId, values: person });
	return made.ok ? made.value.id : takeBack('contact_refused');
}

interface Begun extends Party {
	readonly ownerId: string | null;
	readonly notes: RecordValues[string] | undefined;
}

async function beginDeal(
	ctx: Ctx,
	request: RequestRow,
	{ contactId, companyId, leadId, ownerId, notes }: Begun
): Promise<string> {
	const currency = await currencyOf(ctx, request.departmentId);
	const made = await createDeal(ctx, {
		...{ name: request.requestFor, departmentId: request.departmentId },
		...{ contactId, companyId, leadId, ownerId },
		nextStep: m.deals_default_next_step({}, { locale: ctx.actor.language }),
		amount: currency === null ? null : { minor: '0', currency },
		values: { notes: notes ?? null, coOwners: request.coOwnerId ? [request.coOwnerId] : [] }
	});
	if (!made.ok)
		return takeBack('error' in made && made.error !== 'invalid' ? made.error : 'deal_refused');
	const { id, rev } = made.value;
	await ctx.db.update(deals).set({ ticket: request.ticket }).where(eq(deals.id, id));
	const about = { kind: 'deal', recordId: id, rev } as const;
	await announce(ctx, { ...about, act: 'deal.begun_from_request', new: { request: request.id } });
	await copyFiles(ctx, [dealRecords], {
		from: { kind: 'request', recordId: request.id },
		to: { kind: 'deal', recordId: id }
	});
	return id;
}

/** What the department trades in, else the currency of the books. */
async function currencyOf(ctx: Ctx, departmentId: string): Promise<string | null> {
	const [department] = await ctx.db
		.select({ currency: departments.defaultCurrency })
		.from(departments)
		.where(eq(departments.id, departmentId));
	return department?.currency ?? (await reportingCurrencies(ctx)).state;
}

async function settle(
	ctx: Ctx,
	request: RequestRow,
	party: Party & { readonly ownerId: string | null; readonly dealId: string }
): Promise<void> {
	const edits = Object.entries({
		...fieldsOf(party),
		toVerify: party.toVerify,
		owner: party.ownerId,
		deal: party.dealId,
		pending: false
	}).map(([field, set]) => ({ field, set }));
	const done = await edit(ctx, requestRecords, request.id, edits, {
		commandMark: 'createDealFromRequest'
	});
	if (!done.ok) throw new Error(`request refused its deal: ${JSON.stringify(done.faults)}`);
	await tell(ctx, request.id, 'deal_created', { fresh: { deal: party.dealId } });
}
