import { and, asc, desc, eq } from 'drizzle-orm';
import { m } from '#lib/messages/messages.js';
import type { RecordValues } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import {
	companies,
	contacts,
	departments,
	pipelines,
	stages
} from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { create } from '#lib/server/records/create.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { nextWorkingDay, todayIn } from '#lib/shared/days.ts';
import { canCreateDeal } from '../policy.ts';
import { dealRecords } from '../record.server.ts';
import type { CreateDeal } from '../schema.ts';

/**
 * Begins a deal at the default stage of its pipeline, owned by the actor, with a next step on the next
 * working day; whatever the input says takes precedence. `values` are further fields.
 */
export function createDeal(ctx: Ctx, input: CreateDeal & { readonly values?: RecordValues }) {
	return inTransaction(ctx, async (ctx) => {
		const customer = await customerOf(ctx, input);
		if (!customer.ok) return customer;
		const { companyId } = customer.value;
		const pipeline = await pipelineOf(ctx, input, companyId);
		if (!pipeline) return fail('no_pipeline');
		if (!canCreateDeal(ctx.actor, pipeline.departmentId)) throw new Forbidden('deal');
		const stageId = input.stageId ?? (await defaultStage(ctx, pipeline.id));
		if (!stageId) return fail('no_stage');
		const today = todayIn(ctx.actor.timeZone, ctx.now);
		const key = input.idempotencyKey ?? input.id;
		return create(ctx, dealRecords, {
			...(input.id ? { id: input.id } : {}),
			// The form's id is its key too: pressing twice answers the first record.
			...(key ? { idempotencyKey: key } : {}),
			values: {
				name: input.name,
				department: pipeline.departmentId,
				pipeline: pipeline.id,
				stage: stageId,
				company: companyId,
				contact: input.contactId ?? null,
				lead: input.leadId ?? null,
				owner: input.ownerId === undefined ? ownerFor(ctx, pipeline.departmentId) : input.ownerId,
				nextStep: input.nextStep || firstStep(ctx),
				nextStepOn: input.nextStepOn ?? nextWorkingDay(today),
				amount: input.amount ?? null,
				...present(input.values)
			}
		});
	});
}

/** Further values; whoever leaves the next step open gets the first one. */
function present({ nextStep, nextStepOn, ...values }: RecordValues = {}): RecordValues {
	return {
		...values,
		...(nextStep ? { nextStep } : {}),
		...(nextStepOn ? { nextStepOn } : {})
	};
}

/** What is done first with every deal [core 10]. */
const firstStep = ({ actor }: Ctx) => m.deals_default_next_step({}, { locale: actor.language });

/** Whoever begins a deal owns it, if he is of its department. */
const ownerFor = ({ actor }: Ctx, departmentId: string) =>
	actor.departmentIds.includes(departmentId) ? actor.id : null;

/** Whose deal it is: a contact brings his company along, and a lead stands alone. */
async function customerOf(ctx: Ctx, input: CreateDeal) {
	const contact = await contactOf(ctx, input.contactId ?? null);
	const companyId = input.companyId ?? contact?.companyId ?? null;
	if (contact?.companyId && contact.companyId !== companyId) return fail('contact_elsewhere');
	if (input.leadId && (companyId ?? input.contactId)) return fail('lead_or_contact');
	return ok({ companyId });
}

async function contactOf(ctx: Ctx, contactId: string | null) {
	if (contactId === null) return null;
	const [contact] = await ctx.db
		.select({ companyId: contacts.companyId })
		.from(contacts)
		.where(eq(contacts.id, contactId));
	return contact ?? null;
}

/** The pipeline asked for, or the first of the department: the one given, the company's, or one's own. */
async function pipelineOf(ctx: Ctx, input: CreateDeal, companyId: string | null) {
	const columns = { id: pipelines.id, departmentId: pipelines.departmentId };
	if (input.pipelineId) {
		const [given] = await ctx.db
			.select(columns)
			.from(pipelines)
			.where(eq(pipelines.id, input.pipelineId));
		return given;
	}
	const departmentId = input.departmentId ?? (await departmentFor(ctx, companyId));
	if (!departmentId) return undefined;
	const [first] = await ctx.db
		.select(columns)
		.from(pipelines)
		.where(eq(pipelines.departmentId, departmentId))
		.orderBy(asc(pipelines.position), asc(pipelines.id))
		.limit(1);
	return first;
}

async function departmentFor(ctx: Ctx, companyId: string | null) {
	if (companyId !== null) {
		const [company] = await ctx.db
			.select({ departmentId: companies.departmentId })
			.from(companies)
			.where(eq(companies.id, companyId));
		if (company && ctx.actor.departmentIds.includes(company.departmentId)) {
			return company.departmentId;
		}
	}
	if (ctx.actor.departmentIds[0]) return ctx.actor.departmentIds[0];
	const [any] = await ctx.db.select({ id: departments.id }).from(departments).limit(1);
	return any?.id;
}

/** The default stage, or the first open one when nobody marked one. */
export async function defaultStage(ctx: Ctx, pipelineId: string): Promise<string | null> {
	const [stage] = await ctx.db
		.select({ id: stages.id })
		.from(stages)
		.where(and(eq(stages.pipelineId, pipelineId), eq(stages.outcome, 'open')))
		.orderBy(desc(stages.isDefault), asc(stages.position), asc(stages.id))
		.limit(1);
	return stage?.id ?? null;
}
