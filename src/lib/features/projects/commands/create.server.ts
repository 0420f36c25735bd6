import { eq } from 'drizzle-orm';
import { m } from '#lib/messages/messages.js';
import { idsOf } from '#lib/records/document.ts';
import { richTextOf } from '#lib/records/rich-text.ts';
import type { RecordValues } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { create } from '#lib/server/records/create.ts';
import { nextWorkingDay, todayIn } from '#lib/shared/days.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { reachOf, type WorkKind } from '../policy.ts';
import { STAGE_TABLES } from '../queries/lists.server.ts';
import { listWorkChoices, type WorkChoices } from '../queries/people.server.ts';
import { projectRecords } from '../record.server.ts';
import type { CreateWork } from '../schema.ts';

/** Begins a project; the actor owns it. */
export function createProject(ctx: Ctx, input: CreateWork) {
	return inTransaction(ctx, async (ctx) => {
		const begun = await beginWork(ctx, 'project', input);
		if (!begun.ok) return begun;
		return create(ctx, projectRecords, { ...keyOf(input), values: begun.value });
	});
}

/** The form's id is its key too: pressing twice answers the first record. */
export const keyOf = ({ id }: CreateWork) => (id ? { id, idempotencyKey: id } : {});

/** The main task of a new subtask, as far as its people go. */
export interface Main {
	readonly ownerId: string;
	readonly responsibleIds: readonly string[];
}

/**
 * The values with which a task or project begins, or why it cannot: the actor owns it and, unless he
 * says otherwise, does it; the next step is due on the next working day. Only people whom he may choose
 * have a part in it; the head of his department has one in every task that he sets himself [comms 3.3].
 */
export async function beginWork(ctx: Ctx, kind: WorkKind, input: CreateWork, main?: Main) {
	const { values } = input;
	const choices = await listWorkChoices(ctx, kind, main?.responsibleIds);
	const responsible = values.responsible === undefined ? [ctx.actor.id] : idsOf(values.responsible);
	if (responsible.length === 0) return withoutResponsible();
	if (main && responsible.length > 1) return fail('one_responsible');
	if (!areAmong(choices.responsible, responsible)) return fail('responsible_not_choosable');
	const coOwner = coOwnerFor(ctx, choices, values, main);
	if (coOwner === undefined) return fail('co_owner_not_choosable');
	const today = todayIn(ctx.actor.timeZone, ctx.now);
	return ok<RecordValues>({
		...values,
		stage: values.stage ?? (await defaultStage(ctx, kind)),
		priority: values.priority ?? 'middle',
		nextStep: values.nextStep ?? m.work_step_noted({}, { locale: ctx.actor.language }),
		nextStepOn: values.nextStepOn ?? nextWorkingDay(today),
		notes: values.notes ?? (input.description?.trim() ? richTextOf(input.description) : null),
		owner: ctx.actor.id,
		coOwner,
		responsible,
		subscribers: subscribersFor(values, responsible, main)
	});
}

export const withoutResponsible = () =>
	({
		ok: false,
		error: 'invalid',
		faults: [{ field: 'responsible', code: 'required' }]
	}) as const;

export const areAmong = (choices: readonly { readonly id: string }[], ids: readonly string[]) =>
	ids.every((id) => choices.some((choice) => choice.id === id));

/** Undefined for somebody who may not be chosen. */
function coOwnerFor(
	{ actor }: Ctx,
	{ coOwners }: WorkChoices,
	{ coOwner: wanted }: RecordValues,
	main: Main | undefined
): string | null | undefined {
	if (main) return main.ownerId === actor.id ? null : main.ownerId;
	if (typeof wanted === 'string') return areAmong(coOwners, [wanted]) ? wanted : undefined;
	// Who gives tasks to nobody but himself does not work unseen.
	return reachOf(actor) === 'own' ? (coOwners[0]?.id ?? null) : null;
}

/** Who does the main task wants to know of its parts; who does the part knows anyway. */
function subscribersFor(
	{ subscribers }: RecordValues,
	responsible: readonly string[],
	main: Main | undefined
): readonly string[] {
	const wanted = subscribers === undefined ? (main?.responsibleIds ?? []) : idsOf(subscribers);
	return main ? wanted.filter((id) => !responsible.includes(id)) : wanted;
}

async function defaultStage(ctx: Ctx, kind: WorkKind): Promise<string | null> {
	const stages = STAGE_TABLES[kind];
	const [stage] = await ctx.db
		.select({ id: stages.id })
		.from(stages)
		.where(eq(stages.isDefault, true));
	return stage?.id ?? null;
}
