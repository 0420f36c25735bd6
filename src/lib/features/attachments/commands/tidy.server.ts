import { and, asc, eq, gt, inArray, isNull, lt, max, sql } from 'drizzle-orm';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import {
	attachments,
	blobs,
	changes,
	fileStore,
	rolePermissions,
	userProfiles,
	userRoles
} from '#lib/server/db/tables/index.ts';
import { announce, INSTALLATION } from '#lib/server/records/announce.ts';
import type { KindName } from '#lib/shared/kinds.ts';
import { blobSize, removeBlob, storedBlobs } from '#lib/server/storage/blobs.ts';
import { lockStore } from './store.server.ts';

const DAY_MS = 86_400_000;
/** How long a removed file can be brought back, and how long a content stays that nobody refers to. */
const GRACE_DAYS = 30;
const AT_ONCE = 500;

/**
 * Forgets files that were removed long ago, takes contents off the disk that nobody refers to any more,
 * and counts the store anew. Safe to run at any time, beside itself too.
 */
export async function tidyFiles(ctx: Ctx): Promise<{ readonly removed: number }> {
	const before = new Date(ctx.now.getTime() - GRACE_DAYS * DAY_MS);
	await ctx.db.delete(attachments).where(lt(attachments.removedAt, before));
	let removed = 0;
	for (let more = true; more;) {
		const gone = await removeUnreferred(ctx, before);
		removed += gone;
		more = gone === AT_ONCE;
	}
	await removeNameless(ctx);
	await recount(ctx);
	return { removed };
}

/** With the store held: nobody brings a content at the moment at which it goes. */
function removeUnreferred(ctx: Ctx, before: Date): Promise<number> {
	return inTransaction(ctx, async (ctx) => {
		await lockStore(ctx);
		const gone = await ctx.db
			.delete(blobs)
			.where(
				inArray(
					blobs.sha256,
					sql`(
						select b.sha256 from blobs b
						where b.stored_at < ${before.toISOString()}::timestamptz
							and not exists (select from attachments a where a.blob = b.sha256)
							and not exists (select from pictures p where p.blob = b.sha256)
							and not exists (select from blobs o where o.preview = b.sha256)
						limit ${AT_ONCE})`
				)
			)
			.returning({ sha256: blobs.sha256 });
		for (const { sha256 } of gone) await removeBlob(sha256);
		return gone.length;
	});
}

/** What lies on the disk without a row: its upload did not come to an end. */
async function removeNameless(ctx: Ctx): Promise<void> {
	for await (const found of storedBlobs({ olderThan: ctx.now.getTime() - DAY_MS })) {
		await inTransaction(ctx, async (ctx) => {
			await lockStore(ctx);
			const known = await ctx.db
				.select({ sha256: blobs.sha256 })
				.from(blobs)
				.where(inArray(blobs.sha256, [...found]));
			const named = new Set(known.map(({ sha256 }) => sha256));
			for (const sha256 of found) if (!named.has(sha256)) await removeBlob(sha256);
		});
	}
}

const recount = (ctx: Ctx) =>
	inTransaction(ctx, async (ctx) => {
		await lockStore(ctx);
		const [all] = await ctx.db
			.select({
				sizeBytes: sql<string>`coalesce(sum(${blobs.sizeBytes}), 0)`,
				files: sql<string>`count(*)`
			})
			.from(blobs);
		const counted = { sizeBytes: Number(all?.sizeBytes ?? 0), files: Number(all?.files ?? 0) };
		await ctx.db
			.insert(fileStore)
			.values({ only: true, ...counted })
			.onConflictDoUpdate({ target: fileStore.only, set: counted });
	});

/** Compares every row with the disk; what is missing is noted, and what has come back, too. */
export async function checkBlobs(ctx: Ctx): Promise<{ readonly missing: number }> {
	let missing = 0;
	for (let after = ''; ;) {
		const rows = await ctx.db
			.select({ sha256: blobs.sha256, sizeBytes: blobs.sizeBytes, missingAt: blobs.missingAt })
			.from(blobs)
			.where(gt(blobs.sha256, after))
			.orderBy(asc(blobs.sha256))
			.limit(AT_ONCE);
		for (const row of rows) {
			const isThere = (await blobSize(row.sha256)) === row.sizeBytes;
			if (!isThere) missing++;
			if (isThere && row.missingAt) {
				await ctx.db.update(blobs).set({ missingAt: null }).where(eq(blobs.sha256, row.sha256));
			} else if (!isThere) await noteMissing(ctx, row.sha256);
		}
		const last = rows.at(-1);
		if (!last || rows.length < AT_ONCE) return { missing };
		after = last.sha256;
	}
}

/** Notes, once, that the disk does not have a content that it should have: administrators are told. */
export async function noteMissing(ctx: Ctx, sha256: string): Promise<void> {
	await inTransaction(ctx, async (ctx) => {
		const [noted] = await ctx.db
			.update(blobs)
			.set({ missingAt: ctx.now })
			.where(and(eq(blobs.sha256, sha256), isNull(blobs.missingAt)))
			.returning({ sha256: blobs.sha256, sizeBytes: blobs.sizeBytes });
		if (!noted) return;
		ctx.log.error('files.missing', { sha256 });
		const files = await ctx.db
			.select({
				file: attachments.id,
				name: attachments.name,
				kind: attachments.kind,
				recordId: attachments.recordId
			})
			.from(attachments)
			.where(and(eq(attachments.blob, sha256), isNull(attachments.removedAt)))
			.limit(20);
		await announce(ctx, { ...INSTALLATION, act: 'file.missing', new: { ...noted, files } });
		await tellAdministrators(ctx, files);
	});
}

interface Lost {
	readonly file: string;
	readonly name: string;
	readonly kind: string;
	readonly recordId: string;
}

/** Writes it into the history of each record that misses a file, with whom it concerns. */
async function tellAdministrators(ctx: Ctx, files: readonly Lost[]): Promise<void> {
	const rows = await ctx.db
		.selectDistinct({ id: userRoles.userId })
		.from(userRoles)
		.innerJoin(rolePermissions, eq(rolePermissions.roleId, userRoles.roleId))
		.innerJoin(userProfiles, eq(userProfiles.userId, userRoles.userId))
		.where(
			and(
				eq(rolePermissions.entity, 'settings'),
				eq(rolePermissions.verb, 'update'),
				eq(rolePermissions.scope, 'all'),
				eq(userProfiles.active, true)
			)
		);
	const administrators = rows.map(({ id }) => id);
	for (const { kind, recordId, file, name } of files) {
		const [last] = await ctx.db
			.select({ rev: max(changes.rev) })
			.from(changes)
			.where(and(eq(changes.kind, kind), eq(changes.recordId, recordId)));
		await announce(ctx, {
			// Files hang at records of registered kinds alone.
			...{ kind: kind as KindName, recordId, rev: last?.rev ?? 0, act: 'file.missing' },
			new: { file, name, administrators }
		});
	}
}
