import { and, asc, eq, sql } from 'drizzle-orm';
import { generateKeyBetween } from 'fractional-indexing';
import { mayManageSettings } from '#lib/features/users/policy.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { isReferred } from '#lib/server/db/refused.ts';
import { deals, pipelines, stages } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { announce, announceFields } from '#lib/server/records/announce.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import type { ChangeStage } from '../schema.ts';

/** Adds an open stage after the last open one of its pipeline. */
export function addStage(ctx: Ctx, { pipelineId, name }: { pipelineId: string; name: string }) {
	return changing(ctx, pipelineId, async (ctx, steps) => {
		const lastOpen = steps.findLastIndex((step) => step.outcome === 'open');
		const before = steps[lastOpen]?.position ?? null;
		const after = steps[lastOpen + 1]?.position ?? null;
		const position = generateKeyBetween(before, after);
		const isDefault = steps.length === 0;
		const id = newId();
		await ctx.db.insert(stages).values({ id, pipelineId, name, position, isDefault });
		const made = { pipelineId, name, position, isDefault };
		await announce(ctx, { ...about(id), act: 'create', new: made });
		return ok({ stageId: id });
	});
}

export async function renameStage(ctx: Ctx, { stageId, name }: { stageId: string; name: string }) {
	return changing(ctx, await pipelineOf(ctx, stageId), async (ctx, steps) => {
		await change(ctx, steps, stageId, { name });
		return ok(null);
	});
}

/** Moves a stage one step towards the start or the end of its pipeline; at the edge it stays. */
export async function moveStage(
	ctx: Ctx,
	{ stageId, direction }: { stageId: string; direction: 'up' | 'down' }
) {
	return changing(ctx, await pipelineOf(ctx, stageId), async (ctx, steps) => {
		const others = steps.filter((step) => step.id !== stageId);
		const from = steps.findIndex((step) => step.id === stageId);
		const to = direction === 'up' ? from - 1 : from + 1;
		if (to < 0 || to >= steps.length) return ok(null);
		const before = others[to - 1]?.position ?? null;
		const position = generateKeyBetween(before, others[to]?.position ?? null);
		await change(ctx, steps, stageId, { position });
		return ok(null);
	});
}

/** Makes new deals begin in this stage, which must be an open one. */
export async function makeDefault(ctx: Ctx, { stageId }: { stageId: string }) {
	const pipelineId = await pipelineOf(ctx, stageId);
	return changing(ctx, pipelineId, async (ctx, steps) => {
		const step = steps.find(({ id }) => id === stageId);
		if (step?.outcome !== 'open') return fail('not_open');
		const former = steps.find(({ isDefault }) => isDefault);
		if (former) await change(ctx, steps, former.id, { isDefault: false });
		await change(ctx, steps, stageId, { isDefault: true, isSecondDefault: false });
		await redirect(ctx, pipelineId);
		return ok(null);
	});
}

/**
 * Says of an open stage how likely its deals are won, after how many days they are stale, whether deals go on to
 * it by themselves, and whether they are as good as won in it. Of each of the last two a pipeline has at most one:
 * the former gives way.
 */
export async function changeStage(ctx: Ctx, { stageId, ...now }: ChangeStage) {
	const pipelineId = await pipelineOf(ctx, stageId);
	return changing(ctx, pipelineId, async (ctx, steps) => {
		const step = steps.find(({ id }) => id === stageId);
		if (step?.outcome !== 'open') return fail('not_open');
		if (step.isDefault && now.isSecondDefault) return fail('is_first');
		for (const flag of ['isSecondDefault', 'isConditionalSuccess'] as const) {
			const former = steps.find((other) => other[flag] && other.id !== stageId);
			if (now[flag] && former) await change(ctx, steps, former.id, { [flag]: false });
		}
		await change(ctx, steps, stageId, now);
		await redirect(ctx, pipelineId);
		return ok(null);
	});
}

/** Deals that lie in the default stage learn where they go on to. */
async function redirect(ctx: Ctx, pipelineId: string): Promise<void> {
	const of = (flag: 'is_default' | 'is_second_default') =>
		sql`(select id from stages where pipeline_id = ${pipelineId} and ${sql.identifier(flag)})`;
	const onward = sql`case when ${deals.stageId} = ${of('is_default')} then ${of('is_second_default')} end`;
	await ctx.db
		.update(deals)
		.set({ onwardStageId: onward })
		.where(
			and(eq(deals.pipelineId, pipelineId), sql`${deals.onwardStageId} is distinct from ${onward}`)
		);
}

/** Removes an open stage without deals that is not the one where deals begin. */
export async function removeStage(ctx: Ctx, { stageId }: { stageId: string }) {
	const pipelineId = await pipelineOf(ctx, stageId);
	try {
		return await changing(ctx, pipelineId, async (ctx, steps) => {
			const step = steps.find(({ id }) => id === stageId);
			if (step?.outcome !== 'open') return fail('not_open');
			if (step.isDefault) return fail('is_default');
			await ctx.db.delete(stages).where(eq(stages.id, stageId));
			const { id, ...old } = step;
			await announce(ctx, { ...about(id), act: 'remove', old });
			return ok(null);
		});
	} catch (thrown) {
		if (isReferred(thrown)) return fail('in_use');
		throw thrown;
	}
}

type StageRow = typeof stages.$inferSelect;

const about = (stageId: string) => ({ kind: 'stage', recordId: stageId }) as const;

async function change(
	ctx: Ctx,
	steps: readonly StageRow[],
	stageId: string,
	now: Partial<Omit<StageRow, 'id' | 'pipelineId' | 'outcome'>>
): Promise<void> {
	const before = steps.find(({ id }) => id === stageId);
	// It was removed since its pipeline was looked up.
	if (!before) throw new NotFound('stage');
	await ctx.db.update(stages).set(now).where(eq(stages.id, stageId));
	await announceFields(ctx, about(stageId), before, now);
}

/** Runs a change of a pipeline's stages under the pipeline's lock, so that their order stays one order. */
function changing<Value>(
	ctx: Ctx,
	pipelineId: string,
	change: (ctx: Ctx, steps: readonly StageRow[]) => Promise<Value>
): Promise<Value> {
	if (!mayManageSettings(ctx.actor)) throw new Forbidden('stages');
	return inTransaction(ctx, async (ctx) => {
		const [pipeline] = await ctx.db
			.select({ id: pipelines.id })
			.from(pipelines)
			.where(eq(pipelines.id, pipelineId))
			.for('update');
		if (!pipeline) throw new NotFound('pipeline');
		const steps = await ctx.db
			.select()
			.from(stages)
			.where(eq(stages.pipelineId, pipelineId))
			.orderBy(asc(stages.position), asc(stages.id));
		return change(ctx, steps);
	});
}

async function pipelineOf(ctx: Ctx, stageId: string): Promise<string> {
	const [stage] = await ctx.db
		.select({ pipelineId: stages.pipelineId })
		.from(stages)
		.where(eq(stages.id, stageId));
	if (!stage) throw new NotFound('stage');
	return stage.pipelineId;
}
