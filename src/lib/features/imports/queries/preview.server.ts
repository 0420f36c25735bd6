import type { Ctx } from '#lib/server/context.ts';
import { columnsOf, namesIn, type CellFault } from '../model/columns.ts';
import { readRow } from '../model/rows.ts';
import { repetitionKey, type SheetRow } from '../model/sheet.ts';
import { planOf, type Import } from './imports.server.ts';
import { Directory } from './lookups.server.ts';
import { readSheetHead } from './sheet.server.ts';

export interface PreviewColumn {
	/** Null when the file has no header. */
	readonly heading: string | null;
	readonly samples: readonly string[];
	readonly target: string | null;
}

export interface PreviewRow {
	readonly number: number;
	readonly cells: readonly string[];
	readonly outcome: 'ready' | 'flagged' | 'failed' | 'repeated';
	readonly faults: readonly CellFault[];
}

export interface Preview {
	readonly commentLines: number;
	readonly columns: readonly PreviewColumn[];
	readonly rows: readonly PreviewRow[];
	readonly counts: Readonly<Record<PreviewRow['outcome'], number>>;
}

const PREVIEW_ROWS = 50;
const SAMPLES = 3;
const SHOWN_CHARACTERS = 120;

/** What an import would do with the first rows of its file; writes nothing. */
export async function previewImport(ctx: Ctx, one: Import): Promise<Preview> {
	const head = await readSheetHead(one);
	const { headings } = one;
	const rows = (headings ? head.rows.slice(1) : head.rows).slice(0, PREVIEW_ROWS);
	const shown = await previewRows(ctx, one, rows);
	const counts = { ready: 0, flagged: 0, failed: 0, repeated: 0 };
	for (const { outcome } of shown) counts[outcome]++;
	const columns = one.mapping.map((target, column) => ({
		heading: headings ? short(headings[column] ?? '') : null,
		samples: samplesOf(rows, column),
		target
	}));
	return { commentLines: head.commentLines, columns, rows: shown, counts };
}

async function previewRows(ctx: Ctx, one: Import, rows: readonly SheetRow[]) {
	const plan = await planOf(ctx, one);
	const directory = await Directory.read(ctx, one.departmentId);
	const names = namesIn(
		plan,
		rows.map(({ cells }) => cells)
	);
	const lookups = await directory.preview(ctx, names);
	const columns = columnsOf(plan).map(({ column }) => column);
	const seen = new Set<string>();
	return rows.map(({ number, cells, fault }): PreviewRow => {
		const shown = { number, cells: cells.slice(0, one.mapping.length).map(short) };
		if (fault) return { ...shown, outcome: 'failed', faults: [{ column: null, code: fault }] };
		const { faults, flags } = readRow(plan, lookups, cells);
		if (faults.length > 0) return { ...shown, outcome: 'failed', faults };
		const key = repetitionKey(columns, cells);
		if (seen.has(key)) return { ...shown, outcome: 'repeated', faults: [] };
		seen.add(key);
		return { ...shown, outcome: flags.length > 0 ? 'flagged' : 'ready', faults: flags };
	});
}

const samplesOf = (rows: readonly SheetRow[], column: number) =>
	[...new Set(rows.map(({ cells }) => short(cells[column] ?? '')))]
		.filter((text) => text !== '')
		.slice(0, SAMPLES);

const short = (text: string) => {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
};
