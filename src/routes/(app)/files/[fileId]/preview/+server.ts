import { error, type RequestHandler } from '@sveltejs/kit';
import { isPicture } from '#lib/features/attachments/model.ts';
import { getBlob, getFile } from '#lib/features/attachments/queries.server.ts';
import { m } from '#lib/messages/messages.js';
import { openBlob } from '#lib/server/storage/blobs.ts';
import { ctxOf } from '#lib/server/web/context.ts';
import { orErrorPage } from '#lib/server/web/errors.ts';
import { fileResponse } from '#lib/server/web/file-response.ts';

/** A picture this small serves as its own preview until there is a smaller one. */
const SMALL_BYTES = 1_000_000;

/** The small picture of a file, under the same rights as the file. */
export const GET: RequestHandler = async (event) => {
	const ctx = ctxOf(event);
	const file = await orErrorPage(() =>
		getFile(ctx, event.locals.kinds, String(event.params.fileId))
	);
	const small = file.preview ? await getBlob(ctx, file.preview) : null;
	const served = small ?? (isPicture(file.type) && file.sizeBytes <= SMALL_BYTES ? file : null);
	const opened = served && (await openBlob(served.sha256));
	if (!served || !opened) error(404, { message: m.files_no_preview() });
	return fileResponse(event.request, opened, { ...served, name: file.name, mayBeShown: true });
};
