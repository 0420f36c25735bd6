import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { attachments } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { advance } from '#lib/server/records/advance.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { lockSubject } from '#lib/server/records/subject.ts';
import { ok } from '#lib/shared/result.ts';
import type { OneFile } from '../schema.ts';

/** Takes a file away from its record; for some weeks it can be brought back. */
export const removeFile = (ctx: Ctx, kinds: readonly ServerKind[], { fileId }: OneFile) =>
	turn(ctx, kinds, fileId, 'file.removed');

/** Brings a file back that was taken away. */
export const restoreFile = (ctx: Ctx, kinds: readonly ServerKind[], { fileId }: OneFile) =>
	turn(ctx, kinds, fileId, 'file.restored');

function turn(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	fileId: string,
	act: 'file.removed' | 'file.restored'
) {
	return inTransaction(ctx, async (ctx) => {
		const [file] = await ctx.db.select().from(attachments).where(eq(attachments.id, fileId));
		if (!file) throw new NotFound('file');
		const subject = await lockSubject(ctx, kinds, file);
		if (!subject.mayWrite) throw new Forbidden('file');
		const gone = act === 'file.removed';
		const { kind, recordId, name } = file;
		// Two who press at once do it once.
		const [turned] = await ctx.db
			.update(attachments)
			.set(
				gone
					? { removedAt: ctx.now, removedBy: ctx.actor.id }
					: { removedAt: null, removedBy: null }
			)
			.where(
				and(
					eq(attachments.id, fileId),
					gone ? isNull(attachments.removedAt) : isNotNull(attachments.removedAt)
				)
			)
			.returning({ id: attachments.id });
		if (turned) {
			const told = { file: fileId, name };
			await advance(ctx, subject.serverKind, subject, {
				act: 'edit',
				events: [gone ? { act, old: told } : { act, new: told }]
			});
		}
		return ok({ fileId, kind, recordId });
	});
}
