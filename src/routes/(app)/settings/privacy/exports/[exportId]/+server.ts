import { openAsBlob } from 'node:fs';
import type { RequestHandler } from '@sveltejs/kit';
import { readyExport } from '#lib/features/privacy/queries.server.ts';
import { OneExport } from '#lib/features/privacy/schema.ts';
import { NotFound } from '#lib/server/errors.ts';
import { uploadPath } from '#lib/server/storage/uploads.ts';
import { ctxOf } from '#lib/server/web/context.ts';
import { orErrorPage } from '#lib/server/web/errors.ts';
import { disposition } from '#lib/server/web/file-response.ts';

/** What was collected about a person, for whoever may have it collected. */
export const GET: RequestHandler = (event) =>
	orErrorPage(async () => {
		const asked = OneExport.safeParse(event.params);
		if (!asked.success) throw new NotFound('export');
		const { storedAs, askedAt } = await readyExport(ctxOf(event), asked.data.exportId);
		const file = await openAsBlob(uploadPath(storedAs)).catch(() => {
			throw new NotFound('export');
		});
		const name = `person-${askedAt.toISOString().slice(0, 10)}.tar.gz`;
		return new Response(file.stream(), {
			headers: {
				'content-type': 'application/gzip',
				'content-length': String(file.size),
				'content-disposition': disposition('attachment', name),
				'cache-control': 'no-store'
			}
		});
	});
