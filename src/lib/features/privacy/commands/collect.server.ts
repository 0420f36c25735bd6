import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { and, eq, isNull, lt } from 'drizzle-orm';
import { pack, type Pack } from 'tar-stream';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { personExports } from '#lib/server/db/tables/index.ts';
import { announce } from '#lib/server/records/announce.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { bytesOf, openBlob } from '#lib/server/storage/blobs.ts';
import { removeUpload, storeUpload } from '#lib/server/storage/uploads.ts';
import {
	filesOf,
	partsOfClient,
	partsOfUser,
	type Part,
	type StoredFile
} from '../queries/collection.server.ts';
import { findPerson } from '../queries/person.server.ts';
import { knowPerson } from '../queries/traces.server.ts';

/** Collects what is kept of a person: JSON for each part, and the files. Safe to run twice. */
export async function collectPerson(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{ exportId }: { readonly exportId: string }
): Promise<void> {
	const isWaiting = and(eq(personExports.id, exportId), isNull(personExports.readyAt));
	const [asked] = await ctx.db.select().from(personExports).where(isWaiting);
	const person = asked && (await findPerson(ctx, { kind: asked.kind, id: asked.recordId }));
	if (!person) return;
	const { own } = await knowPerson(ctx, kinds, person);
	const isUser = person.kind === 'user';
	const parts = isUser ? partsOfUser(ctx, person.id) : partsOfClient(ctx, kinds, person, own);
	const files = await filesOf(ctx, isUser ? [person] : own);
	const archive = pack();
	const writing = fill(archive, parts, files).catch((error: Error) => archive.destroy(error));
	const packed = Readable.from(archive).pipe(createGzip());
	archive.on('error', (error) => packed.destroy(error));
	const stored = await storeUpload(packed, () => {});
	await writing;
	const kept = await inTransaction(ctx, async (ctx) => {
		const ready = { readyAt: ctx.now, ...stored };
		const [kept] = await ctx.db.update(personExports).set(ready).where(isWaiting).returning();
		if (!kept) return false;
		const about = { kind: person.kind, recordId: person.id };
		await announce(ctx, { ...about, act: 'privacy.exported', actorId: asked.askedBy });
		return true;
	});
	// Another run was faster, or he was erased meanwhile.
	if (!kept) await removeUpload(stored.storedAs);
}

async function fill(archive: Pack, parts: readonly Part[], files: readonly StoredFile[]) {
	for (const { name, rows } of parts) {
		let at = 0;
		for await (const some of rows) {
			if (some.length === 0) continue;
			at++;
			const entry = at === 1 ? `${name}.json` : `${name}-${at}.json`;
			await add(archive, entry, Buffer.from(JSON.stringify(some, plain, '\t')));
		}
	}
	for (const [index, file] of files.entries()) {
		const handle = await openBlob(file.sha256);
		// One that is missing is told elsewhere, and its name stands among the rest.
		if (!handle) continue;
		const name = `files/${index + 1}-${file.name.replace(/[/\\\0]/g, '_')}`;
		const entry = archive.entry({ name, size: file.sizeBytes });
		for await (const piece of bytesOf(handle, 0, file.sizeBytes)) {
			if (!entry.write(piece)) {
				await new Promise<void>((resolve) => void entry.once('drain', () => resolve()));
			}
		}
		entry.end(null);
	}
	archive.finalize();
}

const add = (archive: Pack, name: string, content: Buffer) =>
	new Promise<void>((resolve, reject) => {
		archive.entry({ name }, content, (error) => (error ? reject(error) : resolve()));
	});

const plain = (_key: string, value: unknown) =>
	typeof value === 'bigint'
		? String(value)
		: value instanceof Uint8Array
			? Buffer.from(value).toString('base64')
			: value;

/** So long a collection can be fetched. */
const KEPT_DAYS = 7;

/** Lets collections go that nobody is to find years later. */
export async function forgetOldExports(ctx: Ctx): Promise<void> {
	const before = new Date(ctx.now.getTime() - KEPT_DAYS * 86_400_000);
	const gone = await ctx.db
		.delete(personExports)
		.where(lt(personExports.askedAt, before))
		.returning({ storedAs: personExports.storedAs });
	for (const { storedAs } of gone) if (storedAs) await removeUpload(storedAs);
}
