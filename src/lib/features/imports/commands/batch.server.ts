import { createHash } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { importFaults, importFingerprints, imports } from '#lib/server/db/tables/index.ts';
import { createMany } from '#lib/server/records/create.ts';
import type { Fault } from '#lib/records/values.ts';
import {
	columnsOf,
	namesIn,
	type CellFault,
	type ReadRow,
	type RowPlan
} from '../model/columns.ts';
import { readRow } from '../model/rows.ts';
import { isBlank, repetitionKey, type SheetRow } from '../model/sheet.ts';
import type { Import } from '../queries/imports.server.ts';
import type { Directory } from '../queries/lookups.server.ts';
import { notifyProgress } from './progress.server.ts';

/** What stays the same for all batches of one run. */
export interface Run {
	readonly one: Import;
	readonly plan: RowPlan;
	readonly directory: Directory;
	/** Whether it is time to tell open pages again. */
	readonly notify: () => boolean;
}

interface FaultyRow {
	readonly row: SheetRow;
	readonly outcome: 'failed' | 'flagged';
	readonly faults: readonly CellFault[];
}

interface Candidate extends ReadRow {
	readonly row: SheetRow;
	readonly fingerprint: Buffer;
}

const RECORDS = { company: companyRecords, contact: contactRecords } as const;

/**
 * Brings a batch of rows in and moves `settled_rows` behind them, in one transaction: after a crash
 * the next attempt begins exactly after the last row that is in. `overtaken`: another worker has
 * settled rows since; this one must stop.
 */
export function settleBatch(
	ctx: Ctx,
	run: Run,
	rows: readonly SheetRow[],
	settledBefore: number
): Promise<'settled' | 'cancelled' | 'overtaken'> {
	return inTransaction(ctx, async (ctx) => {
		const { one } = run;
		const [now] = await ctx.db
			.select({
				state: imports.state,
				settledRows: imports.settledRows,
				cancelRequestedAt: imports.cancelRequestedAt
			})
			.from(imports)
			.where(eq(imports.id, one.id))
			.for('update');
		if (now?.state !== 'running' || now.settledRows !== settledBefore) return 'overtaken';
		if (now.cancelRequestedAt) return 'cancelled';
		const { candidates, faulty } = await readRows(ctx, run, rows);
		const fresh = await withoutRepeated(ctx, one, candidates);
		const refused = await createRows(ctx, one, fresh);
		await keepFaults(ctx, one, [...faulty, ...refused, ...flaggedOf(fresh, refused)]);
		const failed = faulty.length + refused.length;
		const flagged = flaggedOf(fresh, refused).length;
		await ctx.db
			.update(imports)
			.set({
				settledRows: rows.at(-1)?.number ?? settledBefore,
				createdRows: sql`${imports.createdRows} + ${fresh.length - refused.length}`,
				skippedRows: sql`${imports.skippedRows} + ${candidates.length - fresh.length}`,
				failedRows: sql`${imports.failedRows} + ${failed}`,
				flaggedRows: sql`${imports.flaggedRows} + ${flagged}`
			})
			.where(eq(imports.id, one.id));
		if (run.notify()) await notifyProgress(ctx, one);
		return 'settled';
	});
}

async function readRows(ctx: Ctx, { plan, directory }: Run, rows: readonly SheetRow[]) {
	const whole = rows.filter((row) => !row.fault && !isBlank(row));
	const cells = whole.map((row) => row.cells);
	const lookups = await directory.resolve(ctx, namesIn(plan, cells));
	const columns = columnsOf(plan).map(({ column }) => column);
	const candidates: Candidate[] = [];
	const faulty: FaultyRow[] = rows.flatMap((row) =>
		row.fault ? [{ row, outcome: 'failed', faults: [{ column: null, code: row.fault }] }] : []
	);
	for (const row of whole) {
		const read = readRow(plan, lookups, row.cells);
		// A contact goes where its company is, which may be where the person creates nothing.
		const isAllowed = RECORDS[plan.kind.name].mayCreate(ctx.actor, read.values);
		const faults = isAllowed
			? read.faults
			: [...read.faults, { column: null, code: 'not_allowed' as const }];
		if (faults.length > 0) faulty.push({ row, outcome: 'failed', faults });
		else candidates.push({ ...read, row, fingerprint: fingerprintOf(columns, row) });
	}
	return { candidates, faulty };
}

const fingerprintOf = (columns: readonly number[], row: SheetRow) =>
	createHash('sha256').update(repetitionKey(columns, row.cells)).digest().subarray(0, 16);

/** Rows that say nothing an earlier row of the file has not said already are left out. */
async function withoutRepeated(ctx: Ctx, one: Import, candidates: readonly Candidate[]) {
	const first = new Map<string, Candidate>();
	for (const candidate of candidates) {
		const key = candidate.fingerprint.toString('hex');
		if (!first.has(key)) first.set(key, candidate);
	}
	if (first.size === 0) return [];
	const inserted = await ctx.db
		.insert(importFingerprints)
		.values([...first.values()].map(({ fingerprint }) => ({ importId: one.id, fingerprint })))
		.onConflictDoNothing()
		.returning({ fingerprint: importFingerprints.fingerprint });
	const isNew = new Set(
		inserted.map(({ fingerprint }) => Buffer.from(fingerprint).toString('hex'))
	);
	return [...first].filter(([key]) => isNew.has(key)).map(([, candidate]) => candidate);
}

/** Creates the records; answers the rows that the record engine refused. */
async function createRows(
	ctx: Ctx,
	one: Import,
	candidates: readonly Candidate[]
): Promise<FaultyRow[]> {
	if (candidates.length === 0) return [];
	const created = await createMany(
		ctx,
		RECORDS[one.kind],
		candidates.map(({ values }) => ({ values })),
		{ source: 'import', batchId: one.id }
	);
	return candidates.flatMap(({ row }, index) => {
		const result = created[index];
		if (!result || result.ok) return [];
		return [{ row, outcome: 'failed' as const, faults: result.faults.map(cellFaultOf(one)) }];
	});
}

const cellFaultOf =
	(one: Import) =>
	({ field, code, params }: Fault): CellFault => {
		const column = one.mapping.indexOf(field);
		const fault = { column: column < 0 ? null : column, code };
		return params === undefined ? fault : { ...fault, params };
	};

function flaggedOf(fresh: readonly Candidate[], refused: readonly FaultyRow[]): FaultyRow[] {
	const isRefused = new Set(refused.map(({ row }) => row.number));
	return fresh
		.filter(({ row, flags }) => flags.length > 0 && !isRefused.has(row.number))
		.map(({ row, flags }) => ({ row, outcome: 'flagged', faults: flags }));
}

async function keepFaults(ctx: Ctx, one: Import, faulty: readonly FaultyRow[]) {
	if (faulty.length === 0) return;
	await ctx.db.insert(importFaults).values(
		faulty.map(({ row, outcome, faults }) => ({
			importId: one.id,
			rowNumber: row.number,
			outcome,
			cells: [...row.cells],
			faults: [...faults]
		}))
	);
}
