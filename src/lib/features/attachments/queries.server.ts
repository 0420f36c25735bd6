import { and, desc, eq, inArray, isNull, isNotNull, lt, sql, type SQL } from 'drizzle-orm';
import { mayManageSettings } from '#lib/features/users/policy.ts';
import type { Ctx } from '#lib/server/context.ts';
import { remembered } from '#lib/server/db/remembered.ts';
import { attachments, blobs, fileStore, pictures, users } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { findSubject, type SubjectRef } from '#lib/server/records/subject.ts';
import { defineSetting, readSetting } from '#lib/server/settings.ts';
import { isId } from '#lib/shared/ids.ts';
import type { FileAt } from './model.ts';
import { StoredLimits, type FileLimits, type FilesOf, type PictureOf } from './schema.ts';

/** How much may be stored, among the settings of the installation. */
export const LIMITS_SETTING = defineSetting({ key: 'file_limits', schema: StoredLimits });

/** How much may be stored. */
export const getFileLimits = (ctx: Ctx): Promise<FileLimits> => readSetting(ctx, LIMITS_SETTING);

/** How much is stored. */
export async function getStoreUse(ctx: Ctx): Promise<{ sizeBytes: number; files: number }> {
	const [use] = await ctx.db
		.select({ sizeBytes: fileStore.sizeBytes, files: fileStore.files })
		.from(fileStore);
	return use ?? { sizeBytes: 0, files: 0 };
}

/** The record that an address names for its files: what it is called, and whether the actor may add some. */
export async function findRecordOf(ctx: Ctx, kinds: readonly ServerKind[], { kind, id }: FilesOf) {
	const { title, mayWrite } = await findSubject(ctx, kinds, { kind, recordId: id });
	return { title, mayWrite };
}

const SHOWN = 20;

export interface FilesAt {
	/** The newest first. */
	readonly files: readonly FileAt[];
	/** There are older ones. */
	readonly more: boolean;
}

/** The newest files of a record that the caller has found for the actor. One statement. */
export async function listFiles(
	ctx: Ctx,
	{ kind, recordId }: SubjectRef,
	{ limit = SHOWN, before }: { readonly limit?: number; readonly before?: string | undefined } = {}
): Promise<FilesAt> {
	const rows = await ctx.db
		.select(fileColumns)
		.from(attachments)
		.innerJoin(blobs, eq(blobs.sha256, attachments.blob))
		.leftJoin(users, eq(users.id, attachments.uploadedBy))
		.where(
			and(
				eq(attachments.kind, kind),
				eq(attachments.recordId, recordId),
				isNull(attachments.removedAt),
				before === undefined ? undefined : olderThan(before)
			)
		)
		.orderBy(desc(attachments.uploadedAt), desc(attachments.id))
		.limit(limit + 1);
	return { files: rows.slice(0, limit), more: rows.length > limit };
}

/** Those of these files that are still at the record, by id. */
export async function filesById(
	ctx: Ctx,
	{ kind, recordId }: SubjectRef,
	ids: readonly string[]
): Promise<Record<string, FileAt>> {
	if (ids.length === 0) return {};
	const rows = await ctx.db
		.select(fileColumns)
		.from(attachments)
		.innerJoin(blobs, eq(blobs.sha256, attachments.blob))
		.leftJoin(users, eq(users.id, attachments.uploadedBy))
		.where(
			and(
				inArray(attachments.id, [...ids]),
				eq(attachments.kind, kind),
				eq(attachments.recordId, recordId),
				isNull(attachments.removedAt)
			)
		);
	return Object.fromEntries(rows.map((row) => [row.id, row]));
}

const REMOVED_SHOWN = 50;

/** What was taken away from a record and can still be brought back, the last one first. */
export async function listRemoved(ctx: Ctx, { kind, recordId }: SubjectRef) {
	const rows = await ctx.db
		.select({ ...fileColumns, removedAt: attachments.removedAt })
		.from(attachments)
		.innerJoin(blobs, eq(blobs.sha256, attachments.blob))
		.leftJoin(users, eq(users.id, attachments.removedBy))
		.where(
			and(
				eq(attachments.kind, kind),
				eq(attachments.recordId, recordId),
				isNotNull(attachments.removedAt)
			)
		)
		.orderBy(desc(attachments.removedAt), desc(attachments.id))
		.limit(REMOVED_SHOWN);
	return rows.map(({ uploadedBy: removedBy, ...file }) => ({ ...file, removedBy }));
}

const fileColumns = {
	id: attachments.id,
	name: attachments.name,
	type: blobs.type,
	sizeBytes: blobs.sizeBytes,
	uploadedAt: attachments.uploadedAt,
	uploadedBy: users.name,
	missing: sql<boolean>`${blobs.missingAt} is not null`
};

const olderThan = (id: string): SQL =>
	isId(id)
		? lt(
				sql`(${attachments.uploadedAt}, ${attachments.id})`,
				sql`(select a.uploaded_at, a.id from attachments a where a.id = ${id})`
			)
		: sql`true`;

/** One file of a record that the actor may read, with what its download needs. Throws NotFound. */
export async function getFile(ctx: Ctx, kinds: readonly ServerKind[], fileId: string) {
	if (!isId(fileId)) throw new NotFound('file');
	const [file] = await ctx.db
		.select({
			...fileColumns,
			kind: attachments.kind,
			recordId: attachments.recordId,
			sha256: attachments.blob,
			preview: blobs.preview
		})
		.from(attachments)
		.innerJoin(blobs, eq(blobs.sha256, attachments.blob))
		.leftJoin(users, eq(users.id, attachments.uploadedBy))
		.where(and(eq(attachments.id, fileId), isNull(attachments.removedAt)));
	if (!file) throw new NotFound('file');
	await findSubject(ctx, kinds, file);
	return file;
}

/** Size and content of a small picture. */
export async function getBlob(ctx: Ctx, sha256: string) {
	const [blob] = await ctx.db.select().from(blobs).where(eq(blobs.sha256, sha256));
	return blob ?? null;
}

const MISSING_SHOWN = 100;

/** What an administrator wants to know of the store: how full it is, and what the disk has lost. */
export async function getStore(ctx: Ctx) {
	if (!mayManageSettings(ctx.actor)) throw new Forbidden('settings');
	const [limits, use, missing] = await Promise.all([
		getFileLimits(ctx),
		getStoreUse(ctx),
		ctx.db
			.select({
				sha256: blobs.sha256,
				sizeBytes: blobs.sizeBytes,
				missingAt: blobs.missingAt,
				name: attachments.name,
				kind: attachments.kind,
				recordId: attachments.recordId,
				uploadedBy: users.name
			})
			.from(blobs)
			.leftJoin(attachments, and(eq(attachments.blob, blobs.sha256), isNull(attachments.removedAt)))
			.leftJoin(users, eq(users.id, attachments.uploadedBy))
			.where(isNotNull(blobs.missingAt))
			.orderBy(desc(blobs.missingAt), blobs.sha256, attachments.id)
			.limit(MISSING_SHOWN)
	]);
	return { limits, use, missing };
}

/** Whoever has a face, with what tells a new one from the one before. */
export function listFaces(ctx: Ctx): Promise<Readonly<Record<string, string>>> {
	return remembered(ctx, { name: 'faces', tables: ['pictures'] }, async () => {
		const rows = await ctx.db
			.select({ id: pictures.recordId, version: sql<string>`left(${pictures.blob}, 8)` })
			.from(pictures)
			.where(eq(pictures.kind, 'user'));
		return Object.fromEntries(rows.map(({ id, version }) => [id, version]));
	});
}

/** What tells a company's logo from the one before it, or null when it has none. */
export async function getLogo(ctx: Ctx, companyId: string): Promise<string | null> {
	const [logo] = await ctx.db
		.select({ version: sql<string>`left(${pictures.blob}, 8)` })
		.from(pictures)
		.where(and(eq(pictures.kind, 'company'), eq(pictures.recordId, companyId)));
	return logo?.version ?? null;
}

/** The stored picture of a person, for everybody, or of a company that the actor may read. Throws NotFound. */
export async function getPicture(ctx: Ctx, kinds: readonly ServerKind[], { kind, id }: PictureOf) {
	if (kind === 'company') await findSubject(ctx, kinds, { kind, recordId: id });
	const [picture] = await ctx.db
		.select({ sha256: blobs.sha256, sizeBytes: blobs.sizeBytes, type: blobs.type })
		.from(pictures)
		.innerJoin(blobs, eq(blobs.sha256, pictures.blob))
		.where(and(eq(pictures.kind, kind), eq(pictures.recordId, id)));
	if (!picture) throw new NotFound('picture');
	return picture;
}
