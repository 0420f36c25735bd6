import { eq } from 'drizzle-orm';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { blobs } from '#lib/server/db/tables/index.ts';
import { discardStaged, isDiskFull, stageBlob } from '#lib/server/storage/blobs.ts';
import { pictureOf } from '#lib/server/storage/pictures.ts';
import { PREVIEWED } from '../model.ts';
import { keepBlob, lockStore } from './store.server.ts';
import { noteMissing } from './tidy.server.ts';

const PREVIEW_PIXELS = 480;
const MOST_BYTES = 5_000_000;

/** Makes the small picture of a stored picture, once; what cannot be read is not tried again. */
export async function makePreview(ctx: Ctx, sha256: string): Promise<void> {
	const [blob] = await ctx.db.select().from(blobs).where(eq(blobs.sha256, sha256));
	if (!blob || blob.preview || blob.previewFailedAt || !PREVIEWED.includes(blob.type)) return;
	const made = await pictureOf(sha256, { within: PREVIEW_PIXELS, as: 'webp' });
	if (made === 'missing') return noteMissing(ctx, sha256);
	if (made === 'unreadable') {
		await ctx.db.update(blobs).set({ previewFailedAt: ctx.now }).where(eq(blobs.sha256, sha256));
		return;
	}
	const { bytes, width, height } = made;
	const staged = await stageBlob(once(bytes), { limitBytes: MOST_BYTES });
	if (staged === 'too_large') return;
	try {
		await inTransaction(ctx, async (ctx) => {
			await lockStore(ctx);
			await keepBlob(ctx, staged, { type: 'image/webp', width, height });
			await ctx.db.update(blobs).set({ preview: staged.sha256 }).where(eq(blobs.sha256, sha256));
		});
	} catch (error) {
		// The picture itself serves; a full disk is nothing to try again at once.
		if (!isDiskFull(error)) throw error;
		ctx.log.error('files.disk_full', { error });
	} finally {
		await discardStaged(staged);
	}
}

async function* once(bytes: Buffer) {
	yield bytes;
}
