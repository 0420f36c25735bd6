import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { attachments, blobs } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { enqueue } from '#lib/server/jobs/job.ts';
import { advance } from '#lib/server/records/advance.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { lockSubject, type FoundSubject, type SubjectRef } from '#lib/server/records/subject.ts';
import { discardStaged, isDiskFull, type Staged } from '#lib/server/storage/blobs.ts';
import { sniffFile, type Sniffed } from '#lib/server/storage/sniff.ts';
import { newId } from '#lib/shared/ids.ts';
import { previewJob } from '../jobs.server.ts';
import { faultOfContent, PREVIEWED } from '../model.ts';
import { getFileLimits, getStoreUse } from '../queries.server.ts';
import type { FileFault, UploadedFile } from '../schema.ts';
import { keepBlob, lockStore } from './store.server.ts';

/** A file that has arrived and belongs to nothing yet. */
export interface IncomingFile {
	readonly name: string;
	readonly staged: Staged;
}

/**
 * Hangs a file that has arrived at a record; a content that is stored already is not stored again, and the
 * same file under the same name at the same record is one. Whatever comes of it, nothing stays behind.
 */
export async function attachFile(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	ref: SubjectRef,
	{ name, staged }: IncomingFile
): Promise<UploadedFile> {
	try {
		const sniffed = await sniffFile(staged.path, staged.sizeBytes);
		const fault = faultOfContent(name, { ...sniffed, sizeBytes: staged.sizeBytes });
		const taken = fault ?? (await take(ctx, kinds, ref, { name, staged, sniffed }));
		return typeof taken === 'string'
			? { ok: false, name, reason: taken }
			: { ok: true, name, id: taken.id };
	} catch (error) {
		if (!isDiskFull(error)) throw error;
		ctx.log.error('files.disk_full', { error });
		return { ok: false, name, reason: 'disk_full' };
	} finally {
		await discardStaged(staged);
	}
}

function take(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	ref: SubjectRef,
	{ name, staged, sniffed }: IncomingFile & { readonly sniffed: Sniffed }
): Promise<FileFault | { readonly id: string }> {
	return inTransaction(ctx, async (ctx) => {
		// Before the record: whoever waits for the store holds up nobody's edits.
		await lockStore(ctx);
		const subject = await lockSubject(ctx, kinds, ref);
		if (!subject.mayWrite) throw new Forbidden('file');
		const same = await findSame(ctx, ref, { name, blob: staged.sha256 });
		const fault = await quotaFault(ctx, staged);
		if (fault) return fault;
		await keepBlob(ctx, staged, sniffed);
		if (same) return same;
		const id = newId(ctx.now.getTime());
		await insertAll(ctx, subject, [{ id, name, blob: staged.sha256 }]);
		const { sizeBytes } = staged;
		const told = { file: id, name, sizeBytes, type: sniffed.type };
		await advance(ctx, subject.serverKind, subject, {
			act: 'edit',
			events: [{ act: 'file.added', new: told }]
		});
		if (PREVIEWED.includes(sniffed.type)) {
			await enqueue(ctx, previewJob, { sha256: staged.sha256 }, { key: staged.sha256 });
		}
		return { id };
	});
}

const insertAll = (
	ctx: Ctx,
	{ serverKind, row }: FoundSubject,
	files: readonly { readonly id: string; readonly name: string; readonly blob: string }[]
) =>
	ctx.db.insert(attachments).values(
		files.map((file) => ({
			...file,
			...{ kind: serverKind.kind.name, recordId: row.id },
			uploadedBy: ctx.actor.type === 'user' ? ctx.actor.id : null,
			uploadedAt: ctx.now
		}))
	);

async function findSame(ctx: Ctx, ref: SubjectRef, { name, blob }: { name: string; blob: string }) {
	const [same] = await ctx.db
		.select({ id: attachments.id })
		.from(attachments)
		.where(
			and(
				eq(attachments.kind, ref.kind),
				eq(attachments.recordId, ref.recordId),
				eq(attachments.blob, blob),
				eq(attachments.name, name),
				isNull(attachments.removedAt)
			)
		)
		.limit(1);
	return same ?? null;
}

const DAY_MS = 86_400_000;

async function quotaFault(ctx: Ctx, { sizeBytes }: Staged): Promise<FileFault | null> {
	const [limits, use] = [await getFileLimits(ctx), await getStoreUse(ctx)];
	if (sizeBytes > limits.fileMb * 1e6) return 'too_large';
	if (use.sizeBytes + sizeBytes > limits.totalGb * 1e9) return 'store_full';
	if (ctx.actor.type !== 'user') return null;
	const since = new Date(ctx.now.getTime() - DAY_MS);
	const [day] = await ctx.db
		.select({ sum: sql<string>`coalesce(sum(${blobs.sizeBytes}), 0)` })
		.from(attachments)
		.innerJoin(blobs, eq(blobs.sha256, attachments.blob))
		.where(and(eq(attachments.uploadedBy, ctx.actor.id), gt(attachments.uploadedAt, since)));
	return Number(day?.sum ?? 0) + sizeBytes > limits.dayMb * 1e6 ? 'day_full' : null;
}

/**
 * Hangs the files of one record at another, too: the contents are the same ones. For commands that make a
 * record out of another; they have checked that the actor may read the first and write the second.
 */
export function copyFiles(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{ from, to }: { readonly from: SubjectRef; readonly to: SubjectRef }
): Promise<number> {
	return inTransaction(ctx, async (ctx) => {
		const subject = await lockSubject(ctx, kinds, to);
		const found = await ctx.db
			.select({ name: attachments.name, blob: attachments.blob, blobs })
			.from(attachments)
			.innerJoin(blobs, eq(blobs.sha256, attachments.blob))
			.where(
				and(
					eq(attachments.kind, from.kind),
					eq(attachments.recordId, from.recordId),
					isNull(attachments.removedAt)
				)
			)
			.orderBy(attachments.uploadedAt, attachments.id);
		if (found.length === 0) return 0;
		const copies = found.map((file) => ({ ...file, id: newId(ctx.now.getTime()) }));
		await insertAll(
			ctx,
			subject,
			copies.map(({ id, name, blob }) => ({ id, name, blob }))
		);
		await advance(ctx, subject.serverKind, subject, {
			act: 'edit',
			events: copies.map(({ id, name, blobs: { sizeBytes, type } }) => ({
				act: 'file.added',
				new: { file: id, name, sizeBytes, type }
			}))
		});
		return copies.length;
	});
}
