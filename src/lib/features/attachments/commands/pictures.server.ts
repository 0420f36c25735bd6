import { and, eq, type SQL } from 'drizzle-orm';
import { mayManageUsers } from '#lib/features/users/policy.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { pictures, users } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { advance } from '#lib/server/records/advance.ts';
import { announce } from '#lib/server/records/announce.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { notifyLive } from '#lib/server/records/live.ts';
import { lockSubject } from '#lib/server/records/subject.ts';
import { discardStaged, stageBlob, type Staged } from '#lib/server/storage/blobs.ts';
import { scaled } from '#lib/server/storage/pictures.ts';
import { sniffFile } from '#lib/server/storage/sniff.ts';
import { isId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { isPicture } from '../model.ts';
import { PICTURE_BYTES, type PictureOf } from '../schema.ts';
import { dropContents, forgetContents } from './erase.server.ts';
import { keepBlob, lockStore } from './store.server.ts';

/** Neither side of a face or logo is longer [core 4.1, 4.20]. */
const PICTURE_PIXELS = 200;
const MOST_PIXELS = 50_000_000;

/** Makes a picture somebody's face or a company's logo, as a small PNG; the one before is off the disk [C150]. */
export async function setPicture(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	of: PictureOf,
	brought: Staged
) {
	try {
		const { type, width, height } = await sniffFile(brought.path, brought.sizeBytes);
		if (brought.sizeBytes > PICTURE_BYTES) return fail('too_large');
		if (!isPicture(type)) return fail('no_picture');
		if ((width ?? 0) * (height ?? 0) > MOST_PIXELS) return fail('too_many_pixels');
		const made = await scaled(brought.path, { within: PICTURE_PIXELS, as: 'png' });
		if (made === 'unreadable') return fail('no_picture');
		const staged = await stageBlob(once(made.bytes), { limitBytes: PICTURE_BYTES });
		if (staged === 'too_large') return fail('too_large');
		const before = await keep(ctx, kinds, of, { staged, made }).finally(() =>
			discardStaged(staged)
		);
		await dropContents(ctx, before);
		return ok(of);
	} finally {
		await discardStaged(brought);
	}
}

async function* once(bytes: Buffer) {
	yield bytes;
}

const keep = (
	ctx: Ctx,
	kinds: readonly ServerKind[],
	of: PictureOf,
	{ staged, made }: { staged: Staged; made: { width: number; height: number } }
) =>
	inTransaction(ctx, async (ctx) => {
		await lockStore(ctx);
		const tell = await allowed(ctx, kinds, of);
		const [before] = await ctx.db.select().from(pictures).where(isOf(of));
		await keepBlob(ctx, staged, { type: 'image/png', ...made });
		const picture = { kind: of.kind, recordId: of.id, blob: staged.sha256 };
		await ctx.db
			.insert(pictures)
			.values(picture)
			.onConflictDoUpdate({ target: [pictures.kind, pictures.recordId], set: picture });
		await tell('picture.set');
		return before ? forgetContents(ctx, [before.blob]) : [];
	});

/** Takes the face or logo away, off the disk too. */
export async function removePicture(ctx: Ctx, kinds: readonly ServerKind[], of: PictureOf) {
	const before = await inTransaction(ctx, async (ctx) => {
		await lockStore(ctx);
		const tell = await allowed(ctx, kinds, of);
		const gone = await ctx.db.delete(pictures).where(isOf(of)).returning();
		if (gone.length > 0) await tell('picture.removed');
		return forgetContents(
			ctx,
			gone.map(({ blob }) => blob)
		);
	});
	await dropContents(ctx, before);
	return ok(of);
}

const isOf = ({ kind, id }: PictureOf): SQL | undefined =>
	and(eq(pictures.kind, kind), eq(pictures.recordId, id));

type PictureAct = 'picture.set' | 'picture.removed';

/** Everybody looks after his own face, an administrator after all; a logo is the company's. */
async function allowed(ctx: Ctx, kinds: readonly ServerKind[], { kind, id }: PictureOf) {
	if (kind === 'company') {
		const subject = await lockSubject(ctx, kinds, { kind, recordId: id });
		if (!subject.mayWrite) throw new Forbidden('picture');
		return (act: PictureAct) =>
			advance(ctx, subject.serverKind, subject, { act: 'edit', events: [{ act }] });
	}
	if (ctx.actor.id !== id && !mayManageUsers(ctx.actor)) throw new NotFound('user');
	const [user] = isId(id)
		? await ctx.db.select({ id: users.id }).from(users).where(eq(users.id, id))
		: [];
	if (!user) throw new NotFound('user');
	return async (act: PictureAct) => {
		await announce(ctx, { kind: 'user', recordId: id, act });
		// It stands for him on every open page.
		await notifyLive(ctx, { type: 'topic', topic: 'face:all', ids: [id], rev: 0 });
	};
}
