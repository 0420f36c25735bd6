import { asc, eq } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { stages } from '#lib/server/db/tables/index.ts';

interface Arrival {
	readonly stageSince: Date;
	/** Where it goes on to by itself; null for a stage where it stays. */
	readonly onwardStageId: string | null;
	/** Absent when it stays what it was. */
	readonly wonAt?: Date | null;
}

type Step = Pick<
	typeof stages.$inferSelect,
	'id' | 'outcome' | 'isDefault' | 'isSecondDefault' | 'isConditionalSuccess'
>;

/** The stages of a pipeline in their order. */
export function stepsOf(ctx: Ctx, pipelineId: string): Promise<readonly Step[]> {
	const { id, outcome, isDefault, isSecondDefault, isConditionalSuccess } = stages;
	const query = ctx.db
		.select({ id, outcome, isDefault, isSecondDefault, isConditionalSuccess })
		.from(stages)
		.where(eq(stages.pipelineId, pipelineId))
		.orderBy(asc(stages.position), asc(stages.id));
	// Asked at once, and once: a query is asked anew by everybody who waits for it.
	return query.execute();
}

/**
 * What is noted of a deal that comes to a stage: since when it is there, where it goes on to, and whether it is
 * won by that. A deal that has come past the stage of conditional success stays won as long as it is beyond it.
 */
export function arrivalAt(steps: readonly Step[], stageId: string, now: Date): Arrival | null {
	const at = steps.findIndex((step) => step.id === stageId);
	const step = steps[at];
	if (!step) return null;
	const second = steps.find((other) => other.isSecondDefault);
	const isWon = step.outcome === 'won' || step.isConditionalSuccess;
	const isBeyond = steps.slice(0, at).some((other) => other.isConditionalSuccess);
	const staysWon = step.outcome === 'shipped' || (step.outcome === 'open' && isBeyond);
	return {
		stageSince: now,
		onwardStageId: step.isDefault ? (second?.id ?? null) : null,
		...(staysWon && !isWon ? {} : { wonAt: isWon ? now : null })
	};
}
