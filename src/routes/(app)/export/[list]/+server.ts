import { error, type RequestHandler } from '@sveltejs/kit';
import {
	beginExport,
	exportCards,
	exportRows,
	isMoreThan,
	kindAt
} from '#lib/features/exports/queries.server.ts';
import { exportColumns } from '#lib/features/exports/model.ts';
import { ExportQuery } from '#lib/features/exports/schema.ts';
import { m } from '#lib/messages/messages.js';
import { ctxOf } from '#lib/server/web/context.ts';
import { orErrorPage } from '#lib/server/web/errors.ts';
import { tableFile, textFile } from '#lib/server/web/table-file.ts';
import { MAX_SHEET_ROWS } from '#lib/server/xlsx/write.ts';
import { headingsOf, listTitle, readerWords } from '../words.ts';

/** What a list shows, every record of it, as CSV or as a workbook; read and sent page by page. */
export const GET: RequestHandler = async (event) => {
	const ctx = ctxOf(event);
	const kind = kindAt(String(event.params.list));
	if (!kind) error(404, { message: m.users_stop_not_found() });
	const params = event.url.searchParams;
	const { format, ids } = ExportQuery.parse(Object.fromEntries(params));
	const wanted = { kind: kind.name, format, params, ids };
	const { selected, pages } = await orErrorPage(() => beginExport(ctx, wanted));
	const title = listTitle(kind.name);
	const name = [title, ctx.actor.name, ctx.now.toISOString().slice(0, 10)].join(' ');
	const { kinds, locale } = event.locals;
	if (format === 'vcf' && kind.name === 'contact') {
		return textFile({ name: `${name}.vcf`, type: 'text/vcard' }, exportCards(ctx, kinds, pages));
	}
	const isTooLong =
		format === 'xlsx' && (await isMoreThan(ctx, kind.name, selected, MAX_SHEET_ROWS - 1));
	if (isTooLong) error(422, { message: m.exports_too_long() });
	return tableFile(format === 'xlsx' ? 'xlsx' : 'csv', {
		...{ name, title },
		headings: headingsOf(kind.name, exportColumns(kind)),
		rows: exportRows(ctx, kinds, { kind: kind.name, pages }, readerWords(locale))
	});
};
