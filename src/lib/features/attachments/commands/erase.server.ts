import { and, eq, inArray, sql } from 'drizzle-orm';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { attachments, blobs, fileStore, pictures } from '#lib/server/db/tables/index.ts';
import { removeBlob } from '#lib/server/storage/blobs.ts';
import { lockStore } from './store.server.ts';

/**
 * Takes the files of these records away at once and for ever, and answers the contents that nobody refers to
 * any more: take those off the disk with `dropContents` once this is committed. Only for commands that exist
 * to erase.
 */
export async function eraseFiles(
	ctx: Ctx,
	kind: string,
	recordIds: readonly string[]
): Promise<{ readonly files: number; readonly contents: readonly string[] }> {
	if (recordIds.length === 0) return { files: 0, contents: [] };
	await lockStore(ctx);
	const candidates: string[] = [];
	for (const own of [attachments, pictures]) {
		const gone = await ctx.db
			.delete(own)
			.where(and(eq(own.kind, kind), inArray(own.recordId, [...recordIds])))
			.returning({ blob: own.blob });
		candidates.push(...gone.map(({ blob }) => blob));
	}
	return { files: candidates.length, contents: await forgetContents(ctx, candidates) };
}

/**
 * Forgets those of these contents, and their previews, that nobody refers to any more, and answers them: take
 * them off the disk with `dropContents` once this is committed. Whoever calls holds the store.
 */
export async function forgetContents(
	ctx: Ctx,
	candidates: readonly string[]
): Promise<readonly string[]> {
	const first = await forget(ctx, candidates);
	const previews = await forget(
		ctx,
		first.flatMap(({ preview }) => preview ?? [])
	);
	const gone = [...first, ...previews];
	const bytes = gone.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
	await ctx.db.update(fileStore).set({
		sizeBytes: sql`greatest(0, ${fileStore.sizeBytes} - ${bytes}::bigint)`,
		files: sql`greatest(0, ${fileStore.files} - ${gone.length}::bigint)`
	});
	return gone.map(({ sha256 }) => sha256);
}

async function forget(ctx: Ctx, sha256s: readonly string[]) {
	if (sha256s.length === 0) return [];
	return ctx.db
		.delete(blobs)
		.where(
			and(
				inArray(blobs.sha256, [...new Set(sha256s)]),
				sql`not exists (select from attachments a where a.blob = ${blobs.sha256})`,
				sql`not exists (select from pictures p where p.blob = ${blobs.sha256})`,
				sql`not exists (select from blobs o where o.preview = ${blobs.sha256})`
			)
		)
		.returning({ sha256: blobs.sha256, preview: blobs.preview, sizeBytes: blobs.sizeBytes });
}

/** Takes contents off the disk that no row names; one that somebody brought again meanwhile stays. */
export const dropContents = (ctx: Ctx, sha256s: readonly string[]): Promise<void> =>
	inTransaction(ctx, async (ctx) => {
		if (sha256s.length === 0) return;
		await lockStore(ctx);
		const known = await ctx.db
			.select({ sha256: blobs.sha256 })
			.from(blobs)
			.where(inArray(blobs.sha256, [...sha256s]));
		const named = new Set(known.map(({ sha256 }) => sha256));
		for (const sha256 of sha256s) if (!named.has(sha256)) await removeBlob(sha256);
	});
