import { sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { blobs, fileStore } from '#lib/server/db/tables/index.ts';
import { placeBlob, type Staged } from '#lib/server/storage/blobs.ts';
import type { Sniffed } from '#lib/server/storage/sniff.ts';

/**
 * Holds the store until the transaction ends: what is counted stays counted, and no content is taken away
 * while somebody brings the same one.
 */
export const lockStore = (ctx: Ctx) =>
	ctx.db.execute(sql`select pg_advisory_xact_lock(hashtext('tandem.files'))`);

/** Puts a content where it belongs, and its row; whoever calls holds the store. */
export async function keepBlob(
	ctx: Ctx,
	staged: Staged,
	{ type, width, height }: Pick<Sniffed, 'type' | 'width' | 'height'>
): Promise<void> {
	const { sha256, sizeBytes } = staged;
	// The file is on the disk before a row names it.
	await placeBlob(staged);
	const [made] = await ctx.db
		.insert(blobs)
		.values({ sha256, sizeBytes, type, width, height, storedAt: ctx.now })
		.onConflictDoUpdate({ target: blobs.sha256, set: { missingAt: null } })
		.returning({ isNew: sql<boolean>`xmax = 0` });
	if (made?.isNew) await count(ctx, { sizeBytes, files: 1 });
}

/** Notes that the store grew or shrank. */
export async function count(
	ctx: Ctx,
	{ sizeBytes, files }: { readonly sizeBytes: number; readonly files: number }
): Promise<void> {
	await ctx.db
		.insert(fileStore)
		.values({ only: true, sizeBytes, files })
		.onConflictDoUpdate({
			target: fileStore.only,
			set: {
				sizeBytes: sql`greatest(0, ${fileStore.sizeBytes} + excluded.size_bytes)`,
				files: sql`greatest(0, ${fileStore.files} + excluded.files)`
			}
		});
}
