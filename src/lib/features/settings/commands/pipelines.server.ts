import { asc, eq } from 'drizzle-orm';
import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing';
import { mayManageSettings } from '#lib/features/users/policy.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { isReferred } from '#lib/server/db/refused.ts';
import { departments, pipelines, stages } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { announce, announceFields } from '#lib/server/records/announce.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { standardStages } from './standard-lists.ts';

/** Adds a pipeline after the others of its department, with one open stage and the ends of every deal. */
export function addPipeline(
	ctx: Ctx,
	{ departmentId, name }: { departmentId: string; name: string }
) {
	return changing(ctx, departmentId, async (ctx, others) => {
		const position = generateKeyBetween(others.at(-1)?.position ?? null, null);
		const [first, ...rest] = standardStages(ctx.actor.language);
		const steps = [first, ...rest.filter(({ outcome }) => outcome !== 'open')];
		const pipelineId = await insertPipeline(ctx, { departmentId, name, position }, steps);
		return ok({ pipelineId });
	});
}

export async function renamePipeline(
	ctx: Ctx,
	{ pipelineId, name }: { pipelineId: string; name: string }
) {
	return changing(ctx, await departmentOf(ctx, pipelineId), async (ctx, rows) => {
		await change(ctx, rows, pipelineId, { name });
		return ok(null);
	});
}

/** Moves a pipeline one step up or down; new deals of a department begin in its first one. */
export async function movePipeline(
	ctx: Ctx,
	{ pipelineId, direction }: { pipelineId: string; direction: 'up' | 'down' }
) {
	return changing(ctx, await departmentOf(ctx, pipelineId), async (ctx, rows) => {
		const others = rows.filter(({ id }) => id !== pipelineId);
		const to = rows.findIndex(({ id }) => id === pipelineId) + (direction === 'up' ? -1 : 1);
		if (to < 0 || to >= rows.length) return ok(null);
		const position = generateKeyBetween(
			others[to - 1]?.position ?? null,
			others[to]?.position ?? null
		);
		await change(ctx, rows, pipelineId, { position });
		return ok(null);
	});
}

/** Removes a pipeline in which no deal lies or lay; a department keeps its last one. */
export async function removePipeline(ctx: Ctx, { pipelineId }: { pipelineId: string }) {
	const departmentId = await departmentOf(ctx, pipelineId);
	try {
		return await changing(ctx, departmentId, async (ctx, rows) => {
			if (rows.length === 1) return fail('last_pipeline');
			const steps = await ctx.db
				.delete(stages)
				.where(eq(stages.pipelineId, pipelineId))
				.returning({ name: stages.name });
			const [gone] = await ctx.db.delete(pipelines).where(eq(pipelines.id, pipelineId)).returning();
			const old = { name: gone?.name, departmentId, stages: steps.map(({ name }) => name) };
			await announce(ctx, { ...about(pipelineId), act: 'remove', old });
			return ok(null);
		});
	} catch (thrown) {
		if (isReferred(thrown)) return fail('in_use');
		throw thrown;
	}
}

type Pipeline = typeof pipelines.$inferSelect;

/** Writes a pipeline with these steps in their order; deals begin in the first. */
export async function insertPipeline(
	ctx: Ctx,
	pipeline: Omit<Pipeline, 'id'>,
	steps: readonly Omit<typeof stages.$inferInsert, 'id' | 'pipelineId' | 'position'>[]
): Promise<string> {
	const pipelineId = newId();
	await ctx.db.insert(pipelines).values({ id: pipelineId, ...pipeline });
	const positions = generateNKeysBetween(null, null, steps.length);
	const rows = steps.map((step, index) => ({
		...{ ...step, id: newId(), pipelineId, isDefault: index === 0 },
		position: positions[index] ?? 'a0'
	}));
	await ctx.db.insert(stages).values(rows);
	const { departmentId, name } = pipeline;
	await announce(ctx, {
		...about(pipelineId),
		act: 'create',
		new: {
			departmentId,
			name,
			stages: rows.map(({ id, name, outcome }) => ({ id, name, outcome }))
		}
	});
	return pipelineId;
}

const about = (pipelineId: string) => ({ kind: 'pipeline', recordId: pipelineId }) as const;

async function change(
	ctx: Ctx,
	rows: readonly Pipeline[],
	pipelineId: string,
	now: Partial<Pick<Pipeline, 'name' | 'position'>>
): Promise<void> {
	const before = rows.find(({ id }) => id === pipelineId);
	// It was removed since its department was looked up.
	if (!before) throw new NotFound('pipeline');
	await ctx.db.update(pipelines).set(now).where(eq(pipelines.id, pipelineId));
	await announceFields(ctx, about(pipelineId), before, now);
}

/** Runs a change of a department's pipelines under the department's lock, so that their order stays one order. */
function changing<Value>(
	ctx: Ctx,
	departmentId: string,
	change: (ctx: Ctx, rows: readonly Pipeline[]) => Promise<Value>
): Promise<Value> {
	if (!mayManageSettings(ctx.actor)) throw new Forbidden('pipelines');
	return inTransaction(ctx, async (ctx) => {
		const [department] = await ctx.db
			.select({ id: departments.id })
			.from(departments)
			.where(eq(departments.id, departmentId))
			.for('no key update');
		if (!department) throw new NotFound('department');
		const rows = await ctx.db
			.select()
			.from(pipelines)
			.where(eq(pipelines.departmentId, departmentId))
			.orderBy(asc(pipelines.position), asc(pipelines.id));
		return change(ctx, rows);
	});
}

async function departmentOf(ctx: Ctx, pipelineId: string): Promise<string> {
	const [pipeline] = await ctx.db
		.select({ departmentId: pipelines.departmentId })
		.from(pipelines)
		.where(eq(pipelines.id, pipelineId));
	if (!pipeline) throw new NotFound('pipeline');
	return pipeline.departmentId;
}
