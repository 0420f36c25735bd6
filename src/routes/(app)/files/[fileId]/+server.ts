import { error, type RequestHandler } from '@sveltejs/kit';
import { noteMissing } from '#lib/features/attachments/commands.server.ts';
import { mayBeShown } from '#lib/features/attachments/model.ts';
import { getFile } from '#lib/features/attachments/queries.server.ts';
import { m } from '#lib/messages/messages.js';
import { openBlob } from '#lib/server/storage/blobs.ts';
import { ctxOf } from '#lib/server/web/context.ts';
import { orErrorPage } from '#lib/server/web/errors.ts';
import { fileResponse } from '#lib/server/web/file-response.ts';

/** A file of a record that the person may read, at this very moment; shown where that is safe, else saved. */
export const GET: RequestHandler = async (event) => {
	const ctx = ctxOf(event);
	const file = await orErrorPage(() =>
		getFile(ctx, event.locals.kinds, String(event.params.fileId))
	);
	const opened = await openBlob(file.sha256);
	if (!opened) {
		await noteMissing(ctx, file.sha256);
		error(410, { message: m.files_missing_here() });
	}
	const isSaved = event.url.searchParams.has('save');
	return fileResponse(event.request, opened, {
		...file,
		mayBeShown: mayBeShown(file.type) && !isSaved
	});
};
