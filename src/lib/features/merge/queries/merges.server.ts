import { and, desc, eq, isNull } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { merges, users } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { mergedInto } from '#lib/server/records/merged.ts';
import { readValues } from '#lib/server/records/row.ts';
import { findRecord } from './record.server.ts';
import { canStillUndo, undoableUntil } from '../model.ts';
import type { MergeableKind } from '../schema.ts';

export type MergeShown = Awaited<ReturnType<typeof mergesInto>>[number];

const SHOWN = 20;

/** What was merged into this record, the latest first, with what the actor may do about it. */
export async function mergesInto(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	kind: MergeableKind,
	keptId: string
) {
	const rows = await ctx.db
		.select({ id: merges.id, goneId: merges.goneId, at: merges.mergedAt, by: users.name })
		.from(merges)
		.leftJoin(users, eq(users.id, merges.mergedBy))
		.where(and(eq(merges.kind, kind), eq(merges.keptId, keptId), isNull(merges.undoneAt)))
		.orderBy(desc(merges.mergedAt), desc(merges.id))
		.limit(SHOWN);
	if (rows.length === 0) return [];
	const serverKind = kindOf(kinds, kind);
	const kept = await findRecord(ctx, serverKind, keptId);
	const mayChange =
		kept !== null &&
		serverKind.writable(ctx.actor, kept.row, await readValues(ctx, serverKind, kept.row)) !==
			'none';
	const found = await Promise.all(
		rows.map(async (row) => {
			const gone = await findRecord(ctx, serverKind, row.goneId);
			// Only its name is told of what lies in the trash; nothing of what the actor may not see.
			if (!gone) return [];
			const values = await readValues(ctx, serverKind, gone.row);
			const mayDelete = serverKind.mayDelete(ctx.actor, gone.row, values);
			const mayUndo = mayChange && mayDelete && canStillUndo(row.at, ctx.now);
			return [{ ...row, name: gone.title, mayUndo, until: undoableUntil(row.at) }];
		})
	);
	return found.flat();
}

const STEPS = 20;

/** Where the page of a record leads that was merged away: to the one that is left, if the actor may see it. */
export async function leadsTo(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	kind: MergeableKind,
	id: string
): Promise<string | null> {
	const serverKind = kindOf(kinds, kind);
	let at = await mergedInto(ctx, kind, id);
	// What was merged away may have been merged into before.
	for (let step = 0; at !== null && step < STEPS; step++) {
		const found = await findRecord(ctx, serverKind, at);
		if (!found) return null;
		if (found.row.deletedAt === null) return at;
		at = await mergedInto(ctx, kind, at);
	}
	return null;
}

function kindOf(kinds: readonly ServerKind[], kind: MergeableKind): ServerKind {
	const found = kinds.find((one) => one.kind.name === kind);
	if (!found) throw new NotFound(kind);
	return found;
}
