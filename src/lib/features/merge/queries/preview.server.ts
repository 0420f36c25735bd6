import { and, count, eq, isNull } from 'drizzle-orm';
import type { KindName } from '#lib/records/kind.ts';
import type { Ctx } from '#lib/server/context.ts';
import { attachments, comments, reminders } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { holdersOf, idsHolding } from '#lib/server/records/holders.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { findSubject, type FoundSubject } from '#lib/server/records/subject.ts';
import { namesIn } from '#lib/server/records/timeline.ts';
import { type MergeableKind, MergePair, picksIn } from '../schema.ts';
import { patchOf } from './patch.server.ts';

export type MergePreview = Awaited<ReturnType<typeof previewMerge>>;

/** What hangs on a record and moves when it is merged: how many records of which kind, and what stands beside it. */
export type Hanging = KindName | 'file' | 'comment' | 'reminder';

/** The record that somebody wants to merge with another one. Throws NotFound and Forbidden. */
export async function getMergeable(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	kind: MergeableKind,
	recordId: string
) {
	const subject = await findSubject(ctx, kinds, { kind, recordId });
	if (subject.row.deletedAt) throw new NotFound(kind);
	if (!subject.mayWrite) throw new Forbidden(kind);
	return { ...shown(subject), values: subject.values };
}

/**
 * Exactly what merging these two would do, as the address asks for it: the patch with its mark, and what moves.
 * Null when the address names no other record that can be merged with this one.
 */
export async function previewMerge(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	kind: MergeableKind,
	asked: Readonly<Record<string, unknown>>
) {
	const read = MergePair.safeParse(asked);
	if (!read.success || read.data.id === read.data.with) return null;
	const { id, keep, with: other } = read.data;
	const [keptId, goneId] = keep === 'other' ? [other, id] : [id, other];
	const kept = await findSubject(ctx, kinds, { kind, recordId: keptId });
	const gone = await findSubject(ctx, kinds, { kind, recordId: goneId });
	if (kept.row.deletedAt || gone.row.deletedAt) throw new NotFound(kind);
	const { rows, mark } = await patchOf(ctx, { kept, gone }, picksIn(asked));
	const refs = rows.flatMap(({ field, ...row }) => [
		{ field, old: row.kept as never, new: row.gone as never },
		{ field, old: null, new: row.result as never }
	]);
	return {
		...{ keep, rows, mark, kept: shown(kept), gone: shown(gone) },
		/** Whoever merges may change both, and delete the one that goes. */
		mayMerge: kept.mayWrite && gone.mayWrite && gone.mayDelete,
		names: await namesIn(ctx, kept.serverKind, refs),
		hanging: await hangingOn(ctx, kinds, kind, goneId)
	};
}

const shown = ({ row, title }: FoundSubject) => ({
	id: row.id,
	title,
	number: Number(row['number'])
});

async function hangingOn(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	kind: MergeableKind,
	id: string
): Promise<readonly { readonly what: Hanging; readonly count: number }[]> {
	const held = new Map<KindName, Set<string>>();
	for (const holder of holdersOf(kinds, kind)) {
		const { name } = holder.serverKind.kind;
		const ids = held.get(name) ?? new Set();
		for (const one of await idsHolding(ctx, holder, id)) ids.add(one);
		held.set(name, ids);
	}
	const beside = await Promise.all([
		ctx.db
			.select({ count: count() })
			.from(attachments)
			.where(
				and(eq(attachments.kind, kind), eq(attachments.recordId, id), isNull(attachments.removedAt))
			),
		ctx.db
			.select({ count: count() })
			.from(comments)
			.where(and(eq(comments.kind, kind), eq(comments.recordId, id), isNull(comments.removedAt))),
		ctx.db
			.select({ count: count() })
			.from(reminders)
			.where(and(eq(reminders.kind, kind), eq(reminders.recordId, id)))
	]);
	const [files = 0, said = 0, reminding = 0] = beside.map(([row]) => row?.count ?? 0);
	return [
		...[...held].map(([what, ids]) => ({ what, count: ids.size })),
		{ what: 'file' as const, count: files },
		{ what: 'comment' as const, count: said },
		{ what: 'reminder' as const, count: reminding }
	].filter(({ count }) => count > 0);
}
