import { and, asc, eq, isNull, ne, sql } from 'drizzle-orm';
import { leadRecords } from '#lib/features/leads/record.server.ts';
import { isMember } from '#lib/features/users/policy.ts';
import type { Edit } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { membersOf } from '#lib/server/db/referable.ts';
import {
	contacts,
	dealClosures,
	deals,
	dealTags,
	leads,
	pipelines,
	tags
} from '#lib/server/db/tables/index.ts';
import { edit } from '#lib/server/records/commit.ts';
import { scopeOf } from '#lib/shared/actor.ts';
import { fail } from '#lib/shared/result.ts';
import { dealRecords, positionOnTop } from '../record.server.ts';
import type { AssignDeal, ChangePipeline, LinkDeal } from '../schema.ts';
import { defaultStage } from './create.server.ts';
import { lockEditableDeal } from './lock.server.ts';
import { answerOf } from './record.server.ts';

/**
 * Hands a deal to another owner, another department, or both. The owner is always a member of the
 * deal's department; in a new department the deal begins at the default stage of its first pipeline.
 */
export function assignDeal(ctx: Ctx, input: AssignDeal) {
	return inTransaction(ctx, async (ctx) => {
		const lead = await lockLeadOf(ctx, input.dealId);
		const deal = await lockEditableDeal(ctx, input.dealId);
		const departmentId = input.departmentId ?? deal.departmentId;
		// Its reason and its stage of the end are of the department.
		if (departmentId !== deal.departmentId && (await isClosed(ctx, deal.id))) return fail('closed');
		const wanted = input.ownerId === undefined ? deal.ownerId : input.ownerId;
		const moves = departmentId !== deal.departmentId;
		if (
			moves &&
			!isMember(ctx.actor, departmentId) &&
			scopeOf(ctx.actor, 'deal', 'update') !== 'all'
		) {
			return fail('foreign_department');
		}
		const members = await membersOf(ctx, { ids: wanted === null ? [] : [wanted], departmentId });
		const isFit = wanted === null || members.has(wanted);
		if (!isFit && !(moves && wanted === deal.ownerId)) return fail('owner_not_member');
		// Who owned it in the old department does not own it in the new one.
		const ownerId = isFit ? wanted : null;
		const edits: Edit[] = ownerId === deal.ownerId ? [] : [{ field: 'owner', set: ownerId }];
		if (!moves) {
			if (edits.length > 0 && lead) await follow(ctx, lead, { ownerId, departmentId });
			return assign(ctx, deal.id, edits);
		}
		const pipelineId = await firstPipeline(ctx, departmentId);
		if (!pipelineId) return fail('no_pipeline');
		const foreignTags = await tagsOutside(ctx, deal.id, departmentId);
		return assign(ctx, deal.id, [
			{ field: 'department', set: departmentId },
			...edits,
			...(await pipelineEdits(ctx, pipelineId)),
			...(foreignTags.length > 0 ? [{ field: 'tags', remove: foreignTags }] : [])
		]);
	});
}

/** The lead of a deal, taken before the deal as everywhere; absent for a deal of nobody's or of a contact. */
async function lockLeadOf(ctx: Ctx, dealId: string) {
	const ofDeal = ctx.db.select({ id: deals.leadId }).from(deals).where(eq(deals.id, dealId));
	const [lead] = await ctx.db
		.select({ id: leads.id, ownerId: leads.ownerId, departmentId: leads.departmentId })
		.from(leads)
		.where(
			and(eq(leads.id, sql`(${ofDeal})`), isNull(leads.deletedAt), leadRecords.visibleTo(ctx.actor))
		)
		.for('no key update');
	return lead;
}

/** Whoever takes a deal over takes over its lead, too, within the same department [C187]. */
async function follow(
	ctx: Ctx,
	lead: NonNullable<Awaited<ReturnType<typeof lockLeadOf>>>,
	{ ownerId, departmentId }: { readonly ownerId: string | null; readonly departmentId: string }
): Promise<void> {
	if (lead.departmentId !== departmentId || lead.ownerId === ownerId) return;
	const edits = [{ field: 'owner', set: ownerId }];
	await edit(ctx, leadRecords, lead.id, edits, { commandMark: 'assignDeal' });
}

/**
 * Ties a deal to a company and a contact, or to a lead instead; a contact brings its company along and never
 * contradicts it. Whichever of the two is given takes the place of the other. A partner stands beside either.
 */
export function linkDeal(ctx: Ctx, input: LinkDeal) {
	return inTransaction(ctx, async (ctx) => {
		const deal = await lockEditableDeal(ctx, input.dealId);
		const isOfLead = Boolean(input.leadId);
		if (isOfLead && (input.companyId ?? input.contactId)) return fail('lead_or_contact');
		const before = isOfLead ? { contactId: null, companyId: null } : deal;
		const contactId = input.contactId === undefined ? before.contactId : input.contactId;
		const wanted = input.companyId === undefined ? before.companyId : input.companyId;
		const contactsCompany = contactId === null ? null : await companyOf(ctx, contactId);
		const companyId = wanted ?? contactsCompany;
		if (contactsCompany !== null && contactsCompany !== companyId) return fail('contact_elsewhere');
		const isOfOthers = companyId !== null || contactId !== null;
		const leadId = input.leadId === undefined ? deal.leadId : input.leadId;
		const wantedLead = isOfOthers ? null : leadId;
		const edits: Edit[] = [];
		if (wantedLead !== deal.leadId) edits.push({ field: 'lead', set: wantedLead });
		if (companyId !== deal.companyId) edits.push({ field: 'company', set: companyId });
		if (contactId !== deal.contactId) edits.push({ field: 'contact', set: contactId });
		const partnerId = input.partnerId === undefined ? deal.partnerId : input.partnerId;
		if (partnerId !== deal.partnerId) edits.push({ field: 'partner', set: partnerId });
		const options = { commandMark: 'linkDeal' };
		return answerOf(deal.id, await edit(ctx, dealRecords, deal.id, edits, options));
	});
}

/** Moves a deal to the default stage of another pipeline of its department. */
export function changePipeline(ctx: Ctx, { dealId, pipelineId }: ChangePipeline) {
	return inTransaction(ctx, async (ctx) => {
		const deal = await lockEditableDeal(ctx, dealId);
		if (await isClosed(ctx, deal.id)) return fail('closed');
		const edits = pipelineId === deal.pipelineId ? [] : await pipelineEdits(ctx, pipelineId);
		return assign(ctx, deal.id, edits);
	});
}

async function isClosed(ctx: Ctx, dealId: string): Promise<boolean> {
	const [closure] = await ctx.db
		.select({ dealId: dealClosures.dealId })
		.from(dealClosures)
		.where(eq(dealClosures.dealId, dealId));
	return closure !== undefined;
}

async function assign(ctx: Ctx, dealId: string, edits: readonly Edit[]) {
	const edited = await edit(ctx, dealRecords, dealId, edits, { commandMark: 'assignDeal' });
	const stage = edits.find(({ field }) => field === 'stage');
	if (edited.ok && stage && 'set' in stage && typeof stage.set === 'string') {
		const position = await positionOnTop(ctx, stage.set);
		await ctx.db.update(deals).set({ position }).where(eq(deals.id, dealId));
	}
	return answerOf(dealId, edited);
}

async function pipelineEdits(ctx: Ctx, pipelineId: string): Promise<Edit[]> {
	return [
		{ field: 'pipeline', set: pipelineId },
		{ field: 'stage', set: await defaultStage(ctx, pipelineId) }
	];
}

async function firstPipeline(ctx: Ctx, departmentId: string) {
	const [first] = await ctx.db
		.select({ id: pipelines.id })
		.from(pipelines)
		.where(eq(pipelines.departmentId, departmentId))
		.orderBy(asc(pipelines.position), asc(pipelines.id))
		.limit(1);
	return first?.id ?? null;
}

async function tagsOutside(ctx: Ctx, dealId: string, departmentId: string) {
	const rows = await ctx.db
		.select({ id: dealTags.tagId })
		.from(dealTags)
		.innerJoin(tags, eq(tags.id, dealTags.tagId))
		.where(and(eq(dealTags.dealId, dealId), ne(tags.departmentId, departmentId)));
	return rows.map(({ id }) => id);
}

async function companyOf(ctx: Ctx, contactId: string) {
	const [contact] = await ctx.db
		.select({ companyId: contacts.companyId })
		.from(contacts)
		.where(eq(contacts.id, contactId));
	return contact?.companyId ?? null;
}
