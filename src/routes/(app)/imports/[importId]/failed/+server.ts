import type { RequestHandler } from '@sveltejs/kit';
import { getImport, listFaultyRows, type Import } from '#lib/features/imports/queries.server.ts';
import { m } from '#lib/messages/messages.js';
import type { Ctx } from '#lib/server/context.ts';
import { ctxOf } from '#lib/server/web/context.ts';
import { orErrorPage } from '#lib/server/web/errors.ts';
import { csvLine } from '#lib/shared/csv.ts';
import { cellSentence } from '../../words.ts';

const PAGE = 500;

/** The rows that failed, as they were, with the reasons in one more column; ready to be corrected and imported. */
export const GET: RequestHandler = async (event) => {
	const ctx = ctxOf(event);
	const one = await orErrorPage(() => getImport(ctx, String(event.params.importId)));
	const lines = failedLines(ctx, one);
	const body = new ReadableStream<Uint8Array>({
		async pull(controller) {
			const next = await lines.next();
			if (next.done) controller.close();
			else controller.enqueue(new TextEncoder().encode(next.value));
		}
	});
	const name =
		one.fileName.replace(/\.[a-z]{1,5}$/i, '').replace(/[^\p{L}\p{N} _-]/gu, '') || 'rows';
	return new Response(body, {
		headers: {
			'content-type': 'text/csv; charset=utf-8',
			'content-disposition': `attachment; filename="failed.csv"; filename*=UTF-8''${encodeURIComponent(`${name} failed.csv`)}`,
			'cache-control': 'no-store'
		}
	});
};

/** Reads page by page, so that memory does not grow with the number of failed rows. */
async function* failedLines(ctx: Ctx, one: Import): AsyncGenerator<string> {
	// With the mark, spreadsheets read the file as Unicode.
	yield `\uFEFF${one.headings ? csvLine([...one.headings, m.imports_faults_reason()]) : ''}`;
	const width = one.mapping.length;
	for (let after = 0; ;) {
		const rows = await listFaultyRows(ctx, {
			importId: one.id,
			outcome: 'failed',
			after,
			limit: PAGE
		});
		if (rows.length === 0) return;
		yield rows
			.map(({ cells, faults }) => {
				const padded = Array.from(
					{ length: Math.max(width, cells.length) },
					(_, column) => cells[column] ?? ''
				);
				return csvLine([...padded, faults.map(cellSentence).join(' ')]);
			})
			.join('');
		after = rows.at(-1)?.rowNumber ?? after;
	}
}
