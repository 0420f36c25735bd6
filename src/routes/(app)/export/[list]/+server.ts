import { error, type RequestEvent, type RequestHandler } from '@sveltejs/kit';
import {
	beginExport,
	beginRowExport,
	exportCards,
	exportRows,
	isMoreThan,
	kindAt,
	type RowNoun,
	rowsAt
} from '#lib/features/exports/queries.server.ts';
import { exportColumns } from '#lib/features/exports/model.ts';
import { ExportQuery } from '#lib/features/exports/schema.ts';
import { m } from '#lib/messages/messages.js';
import type { RecordKind } from '#lib/records/kind.ts';
import type { Ctx } from '#lib/server/context.ts';
import { ctxOf } from '#lib/server/web/context.ts';
import { orErrorPage } from '#lib/server/web/errors.ts';
import { tableFile, textFile } from '#lib/server/web/table-file.ts';
import { MAX_SHEET_ROWS } from '#lib/server/xlsx/write.ts';
import { headingsOf, listTitle, readerWords, rowList, rowWords } from '../words.ts';

/** What a list shows, every row of it, as CSV or as a workbook; read and sent page by page. */
export const GET: RequestHandler = (event) => {
	const list = String(event.params.list);
	const [kind, noun] = [kindAt(list), rowsAt(list)];
	if (kind) return recordsFile(event, kind);
	if (noun) return rowsFile(event, noun);
	error(404, { message: m.users_stop_not_found() });
};

async function recordsFile(event: RequestEvent, kind: RecordKind): Promise<Response> {
	const ctx = ctxOf(event);
	const params = event.url.searchParams;
	const { format, ids } = ExportQuery.parse(Object.fromEntries(params));
	const wanted = { kind: kind.name, format, params, ids };
	const { selected, pages } = await orErrorPage(() => beginExport(ctx, wanted));
	const title = listTitle(kind.name);
	const name = fileName(ctx, title);
	const { kinds, locale } = event.locals;
	if (format === 'vcf' && kind.name === 'contact') {
		return textFile({ name: `${name}.vcf`, type: 'text/vcard' }, exportCards(ctx, kinds, pages));
	}
	if (format === 'xlsx') {
		expectToFit(await isMoreThan(ctx, kind.name, selected, MAX_SHEET_ROWS - 1));
	}
	return tableFile(format === 'xlsx' ? 'xlsx' : 'csv', {
		...{ name, title },
		headings: headingsOf(kind.name, exportColumns(kind)),
		rows: exportRows(ctx, kinds, { kind: kind.name, pages }, readerWords(locale))
	});
}

async function rowsFile(event: RequestEvent, noun: RowNoun): Promise<Response> {
	const ctx = ctxOf(event);
	const params = event.url.searchParams;
	const asked = ExportQuery.parse(Object.fromEntries(params));
	const format = asked.format === 'xlsx' ? 'xlsx' : 'csv';
	const taken = await orErrorPage(() => beginRowExport(ctx, { noun, format, params }));
	if (format === 'xlsx') expectToFit(await taken.isMoreThan(MAX_SHEET_ROWS - 1));
	const { title, headings } = rowList(noun);
	const rows = taken.rows(rowWords(event.locals.locale));
	return tableFile(format, { name: fileName(ctx, title), title, headings, rows });
}

const fileName = ({ actor, now }: Ctx, title: string) =>
	[title, actor.name, now.toISOString().slice(0, 10)].join(' ');

function expectToFit(isTooLong: boolean): void {
	if (isTooLong) error(422, { message: m.exports_too_long() });
}
