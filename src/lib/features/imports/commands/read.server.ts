import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { KEYS_PLANNED_ONCE } from '#lib/server/db/insert-many.ts';
import { importFingerprints } from '#lib/server/db/tables/index.ts';
import {
	columnsOf,
	namesIn,
	type CellFault,
	type Lookups,
	type ReadRow,
	type RowPlan
} from '../model/columns.ts';
import { readRow } from '../model/rows.ts';
import { isBlank, repetitionKey, type SheetRow } from '../model/sheet.ts';
import type { Import } from '../queries/imports.server.ts';
import type { Mentioned } from '../queries/lookups.server.ts';
import { RECORDS } from './records.server.ts';

/** A row that something is to be said of. */
export interface NotedRow {
	readonly row: SheetRow;
	readonly outcome: 'failed' | 'flagged' | 'existing';
	readonly faults: readonly CellFault[];
}

export interface Candidate extends ReadRow {
	readonly row: SheetRow;
	readonly fingerprint: Buffer;
}

/** Turns the rows of a batch into values; those that cannot be are answered with their faults. */
export async function readRows(
	ctx: Ctx,
	plan: RowPlan,
	resolve: (mentioned: Mentioned) => Promise<Lookups>,
	rows: readonly SheetRow[]
) {
	const whole = rows.filter((row) => !row.fault && !isBlank(row));
	const lookups = await resolve(
		namesIn(
			plan,
			whole.map(({ cells }) => cells)
		)
	);
	const columns = columnsOf(plan).map(({ column }) => column);
	const candidates: Candidate[] = [];
	const faulty: NotedRow[] = rows.flatMap((row) =>
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
		else
			candidates.push({
				...read,
				row,
				fingerprint: fingerprintOf(repetitionKey(columns, row.cells))
			});
	}
	return { candidates, faulty };
}

/** A text as 16 bytes, which are the same for the same text. */
export const fingerprintOf = (text: string) =>
	createHash('sha256').update(text).digest().subarray(0, 16);

/** Rows that say nothing an earlier row of the file has not said already are left out. */
export async function withoutRepeated(ctx: Ctx, one: Import, candidates: readonly Candidate[]) {
	const first = new Map<string, Candidate>();
	for (const candidate of candidates) {
		const key = candidate.fingerprint.toString('hex');
		if (!first.has(key)) first.set(key, candidate);
	}
	const fresh = await firstSeen(
		ctx,
		one,
		[...first.values()].map(({ fingerprint }) => fingerprint)
	);
	return [...first].filter(([key]) => fresh.has(key)).map(([, candidate]) => candidate);
}

/** Of these fingerprints those that this run has not met before, as hexadecimal digits. */
export async function firstSeen(
	ctx: Ctx,
	one: Import,
	fingerprints: readonly Buffer[]
): Promise<ReadonlySet<string>> {
	if (fingerprints.length === 0) return new Set();
	const hex = JSON.stringify(fingerprints.map((fingerprint) => fingerprint.toString('hex')));
	const inserted = await ctx.db.execute<{ hex: string }>(sql`
		insert into ${importFingerprints} (import_id, fingerprint)
		select ${one.id}::uuid, decode(hex, 'hex') from jsonb_array_elements_text(${hex}::text::jsonb) as hex, ${KEYS_PLANNED_ONCE}
		on conflict do nothing returning encode(fingerprint, 'hex') as hex`);
	return new Set(inserted.map(({ hex }) => hex));
}
