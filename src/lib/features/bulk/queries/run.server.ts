import { and, asc, desc, eq, isNotNull, ne, sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { bulkItems, bulkRuns, type BulkReason } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { refKey, titlesOf } from '#lib/server/records/titles.ts';
import { isId } from '#lib/shared/ids.ts';
import { isKind, type KindName } from '#lib/shared/kinds.ts';
import { BULK_KINDS } from '../record.server.ts';
import { UNDO_DAYS } from '../schema.ts';

type Row = typeof bulkRuns.$inferSelect;

export interface Counts {
	readonly total: number;
	readonly waiting: number;
	readonly changed: number;
	readonly same: number;
	readonly refused: number;
}

export interface ShownRun extends Pick<Row, 'id' | 'act' | 'state' | 'wish' | 'query'> {
	readonly kind: KindName | null;
	readonly counts: Counts;
	readonly isStopping: boolean;
	readonly mayUndo: boolean;
	/** The run that has taken this one back. */
	readonly undoneBy: string | null;
}

const counted = (state: Exclude<keyof Counts, 'total'>) =>
	sql<number>`count(*) filter (where ${bulkItems.state} = ${state})::int`;

/** One run of the actor's own; those of others are not found. */
export async function getRun(ctx: Ctx, runId: string): Promise<ShownRun> {
	const isOwn = and(eq(bulkRuns.id, runId), eq(bulkRuns.actorId, ctx.actor.id));
	const [run] = isId(runId) ? await ctx.db.select().from(bulkRuns).where(isOwn) : [];
	if (!run) throw new NotFound('bulk');
	const [counts] = await ctx.db
		.select({
			total: sql<number>`count(*)::int`,
			waiting: counted('waiting'),
			changed: counted('changed'),
			same: counted('same'),
			refused: counted('refused')
		})
		.from(bulkItems)
		.where(eq(bulkItems.runId, run.id));
	const [undo] = await ctx.db
		.select({ id: bulkRuns.id })
		.from(bulkRuns)
		.where(eq(bulkRuns.undoes, run.id));
	const { id, act, state, wish, query } = run;
	const hasEnded = state === 'done' || state === 'cancelled' || state === 'failed';
	const age = ctx.now.getTime() - run.createdAt.getTime();
	return {
		...{ id, act, state, wish, query },
		kind: isKind(run.kind) ? run.kind : null,
		counts: counts ?? { total: 0, waiting: 0, changed: 0, same: 0, refused: 0 },
		isStopping: run.cancelRequestedAt !== null,
		mayUndo:
			hasEnded && !undo && (counts?.changed ?? 0) > 0 && age < UNDO_DAYS * 24 * 60 * 60 * 1000,
		undoneBy: undo?.id ?? null
	};
}

export interface Outcome {
	readonly kind: KindName;
	readonly recordId: string;
	/** Null for a record that the actor may not see. */
	readonly title: string | null;
	readonly state: 'refused' | 'changed' | 'same' | 'waiting';
	readonly reasons: readonly BulkReason[];
}

const SHOWN = 100;

/** The first of those records about which there is something to say: why they were refused, or what stayed behind. */
export async function listOutcomes(ctx: Ctx, runId: string): Promise<readonly Outcome[]> {
	const rows = await ctx.db
		.select()
		.from(bulkItems)
		.where(
			and(
				eq(bulkItems.runId, runId),
				isNotNull(bulkItems.reasons),
				sql`jsonb_array_length(${bulkItems.reasons}) > 0`
			)
		)
		.orderBy(asc(bulkItems.position))
		.limit(SHOWN);
	return withTitles(ctx, rows);
}

/** Records by their names, as far as the actor may know them. */
export async function withTitles(
	ctx: Ctx,
	rows: readonly (typeof bulkItems.$inferSelect)[]
): Promise<readonly Outcome[]> {
	const kinds = Object.values(BULK_KINDS).map(({ records }) => records);
	const titles = await titlesOf(ctx, kinds, rows);
	return rows.flatMap((row) => {
		const { kind, recordId, state, reasons } = row;
		if (!isKind(kind)) return [];
		const title = titles.get(refKey(row))?.title ?? null;
		return [{ kind, recordId, title, state, reasons: reasons ?? [] }];
	});
}

const LISTED = 50;

/** What the actor has done with many records lately, the newest first; what he only chose is left out. */
export async function listRuns(ctx: Ctx) {
	const rows = await ctx.db
		.select({
			id: bulkRuns.id,
			act: bulkRuns.act,
			kind: bulkRuns.kind,
			state: bulkRuns.state,
			createdAt: bulkRuns.createdAt,
			changed: sql<number>`(
				select count(*)::int from ${bulkItems}
				where ${bulkItems.runId} = ${bulkRuns.id} and ${bulkItems.state} = 'changed')`
		})
		.from(bulkRuns)
		.where(and(eq(bulkRuns.actorId, ctx.actor.id), ne(bulkRuns.state, 'draft')))
		.orderBy(desc(bulkRuns.createdAt), desc(bulkRuns.id))
		.limit(LISTED);
	return rows.map((row) => ({ ...row, kind: isKind(row.kind) ? row.kind : null }));
}
