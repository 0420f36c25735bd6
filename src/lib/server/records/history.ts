import { and, eq, gt } from 'drizzle-orm';
import type { Ctx } from '../context.ts';
import { changes } from '../db/tables/index.ts';
import { announce, type Announcement } from './announce.ts';
import type { ServerKind } from './kind.ts';
import type { Change } from './settlement.ts';

/** How long somebody's writing in one text counts as one change of it. */
const SITTING_MS = 5 * 60 * 1000;

/**
 * Writes what changed, field by field. Live writing in a text is one change a sitting: it keeps the
 * text as it was before, so that every version can be found again without storing each keystroke.
 */
export async function writeHistory(
	ctx: Ctx,
	{ kind }: ServerKind,
	record: { readonly id: string; readonly rev: number; readonly batchId: string | null },
	changed: readonly Change[]
): Promise<void> {
	const events: Announcement[] = [];
	for (const change of changed) {
		const isWriting = kind.fields[change.field]?.shape === 'richText' && change.source === 'live';
		if (isWriting && (await isSitting(ctx, kind.name, record.id, change))) continue;
		events.push({
			kind: kind.name,
			recordId: record.id,
			rev: record.rev,
			act: 'edit',
			batchId: record.batchId,
			source: change.source,
			actorId: change.actor.id,
			field: change.field,
			old: change.old,
			new: isWriting ? null : change.new,
			conflict: change.conflict
		});
	}
	await announce(ctx, ...events);
}

async function isSitting(
	ctx: Ctx,
	kind: string,
	recordId: string,
	{ field, actor }: Change
): Promise<boolean> {
	const since = new Date(ctx.now.getTime() - SITTING_MS);
	const rows = await ctx.db
		.select({ id: changes.id })
		.from(changes)
		.where(
			and(
				eq(changes.kind, kind),
				eq(changes.recordId, recordId),
				eq(changes.field, field),
				eq(changes.actorId, actor.id),
				eq(changes.source, 'live'),
				gt(changes.at, since)
			)
		)
		.limit(1);
	return rows.length > 0;
}
