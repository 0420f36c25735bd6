import { json, redirect, type RequestHandler } from '@sveltejs/kit';
import { attachFile } from '#lib/features/attachments/commands.server.ts';
import { findRecordOf, getFileLimits } from '#lib/features/attachments/queries.server.ts';
import {
	FILES_AT_ONCE,
	FilesOf,
	type FileFault,
	type UploadedFile
} from '#lib/features/attachments/schema.ts';
import type { Ctx } from '#lib/server/context.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import {
	discardStaged,
	hasRoomFor,
	isDiskFull,
	stageBlob,
	type Staged
} from '#lib/server/storage/blobs.ts';
import { receiveFiles } from '#lib/server/storage/multipart.ts';
import { ctxOf } from '#lib/server/web/context.ts';
import { orErrorPage } from '#lib/server/web/errors.ts';
import { addressOf } from '#lib/shared/kinds.ts';

/** Takes files for the record that the address names, with JavaScript (answers JSON) or without (leads on). */
export const POST: RequestHandler = async (event) => {
	const ctx = ctxOf(event);
	const { kinds } = event.locals;
	const of = FilesOf.safeParse(Object.fromEntries(event.url.searchParams));
	const files = await orErrorPage(async () => {
		if (!of.success) throw new NotFound('record');
		return takeAll(ctx, kinds, event.request, of.data);
	});
	const wantsJson = event.request.headers.get('accept') === 'application/json';
	if (wantsJson || !of.success) return json({ files }, { status: statusOf(files) });
	const refused = files.flatMap((file) => (file.ok ? [] : [`${file.reason} ${file.name}`]));
	const { kind, id } = of.data;
	const stays = new URLSearchParams([
		['kind', kind],
		['id', id],
		...refused.map((fault) => ['refused', fault])
	]);
	redirect(303, refused.length > 0 ? `/files?${stays}` : `${addressOf(kind, id)}#files`);
};

/** 507 tells programs, and backups of them, that it is not the file's fault (RFC 4918 §11.5). */
function statusOf(files: readonly UploadedFile[]): number {
	if (files.some((file) => !file.ok && file.reason === 'disk_full')) return 507;
	return files.every(({ ok }) => ok) ? 201 : 422;
}

type Taken = { readonly name: string; readonly staged: Staged | FileFault };

async function takeAll(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	request: Request,
	of: FilesOf
): Promise<readonly UploadedFile[]> {
	// Before a byte is read: whoever may not add files here sends none.
	const { mayWrite } = await findRecordOf(ctx, kinds, of);
	if (!mayWrite) throw new Forbidden('file');
	const ref = { kind: of.kind, recordId: of.id };
	const { fileMb } = await getFileLimits(ctx);
	const length = Number(request.headers.get('content-length') ?? 0);
	const hasRoom = await hasRoomFor(length);
	const received = await receiveFiles<Taken>(request, {
		most: FILES_AT_ONCE,
		take: async (pieces, name) => ({
			name,
			staged: hasRoom ? await stage(pieces, fileMb * 1e6) : await letGo(pieces)
		}),
		drop: async ({ staged }) => {
			if (typeof staged !== 'string') await discardStaged(staged);
		}
	});
	if (!received.ok) return [{ ok: false, name: '', reason: received.reason }];
	const answers: UploadedFile[] = [];
	try {
		for (const { name, staged } of received.files) {
			answers.push(
				typeof staged === 'string'
					? { ok: false, name, reason: staged }
					: await attachFile(ctx, kinds, ref, { name, staged })
			);
		}
	} finally {
		// Of those that an error kept from their turn.
		for (const { staged } of received.files)
			if (typeof staged !== 'string') await discardStaged(staged);
	}
	if (received.more) answers.push({ ok: false, name: '', reason: 'too_many' });
	if (answers.length === 0) answers.push({ ok: false, name: '', reason: 'no_file' });
	return answers;
}

async function stage(
	pieces: AsyncIterable<Buffer>,
	limitBytes: number
): Promise<Staged | FileFault> {
	try {
		return await stageBlob(pieces, { limitBytes });
	} catch (error) {
		if (isDiskFull(error)) return 'disk_full';
		throw error;
	}
}

/** Read to the end, so that the browser gets an answer. */
async function letGo(pieces: AsyncIterable<Buffer>): Promise<FileFault> {
	for await (const _piece of pieces);
	return 'disk_full';
}
