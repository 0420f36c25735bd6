import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { createMany, judgeMany } from '#lib/server/records/create.ts';
import { nextWorkingDay, todayIn } from '#lib/shared/days.ts';
import type { CellFault } from '../model/columns.ts';
import { findExisting, identityOf } from '../queries/existing.server.ts';
import type { Import } from '../queries/imports.server.ts';
import { cellFaultOf } from './faults.server.ts';
import { fingerprintOf, firstSeen, type Candidate, type NotedRow } from './read.server.ts';
import { RECORDS } from './records.server.ts';
import {
	type Changes,
	type Match,
	NO_CHANGES,
	rehearseRecords,
	updateRecords,
	withoutFuture
} from './update.server.ts';

/** What became of the rows of a batch. */
export interface Settled {
	readonly created: number;
	readonly updated: number;
	readonly existing: number;
	readonly noted: readonly NotedRow[];
}

const NOTHING: Settled = { created: 0, updated: 0, existing: 0, noted: [] };

/** Creates, changes or leaves the records that the rows are about. */
export async function settleRows(
	ctx: Ctx,
	one: Import,
	candidates: readonly Candidate[]
): Promise<Settled> {
	let settled = NOTHING;
	for (const wave of wavesOf(one, candidates)) {
		const { fresh, matches, unclear } = await sortOut(ctx, one, wave);
		const refused = await createRows(ctx, one, fresh);
		const isUpdate = one.existing === 'update';
		const changes = isUpdate ? await updateRecords(ctx, one, matches) : NO_CHANGES;
		settled = together(settled, outcomeOf(one, { fresh, matches, unclear, refused, changes }));
	}
	return settled;
}

/**
 * The same without creating or changing anything: rights, rules and revisions are asked as the run asks them. Rows
 * that an earlier row would have created are there; what such a row says beside the first is taken for a change.
 */
export async function tryRows(
	ctx: Ctx,
	one: Import,
	candidates: readonly Candidate[]
): Promise<Settled> {
	const isUpdate = one.existing === 'update';
	const assumed = new Map<string, RecordValues>();
	let settled = NOTHING;
	for (const wave of wavesOf(one, candidates)) {
		const { fresh, matches, unclear } = await sortOut(ctx, one, wave);
		const isNew = await firstOfTheirs(ctx, one, fresh);
		const would = fresh.filter((_, at) => isNew[at]);
		const repeated = fresh.length - would.length;
		const judged = await judgeMany(
			ctx,
			RECORDS[one.kind],
			would.map(({ values }) => ({ values: withoutFuture(values) }))
		);
		const refused = refusedAmong(one, would, judged);
		const changes = isUpdate ? await rehearseRecords(ctx, one, matches, assumed) : NO_CHANGES;
		const outcome = outcomeOf(one, { fresh: would, matches, unclear, refused, changes });
		const repetition = isUpdate ? { updated: repeated } : { existing: repeated };
		settled = together(settled, together(outcome, { ...NOTHING, ...repetition }));
	}
	return settled;
}

interface Sorted {
	/** Those that are about no record yet. */
	readonly fresh: readonly Candidate[];
	readonly matches: readonly Match[];
	readonly unclear: readonly NotedRow[];
	/** Of the fresh ones. */
	readonly refused: readonly NotedRow[];
	readonly changes: Changes;
}

function outcomeOf(one: Import, { fresh, matches, unclear, refused, changes }: Sorted): Settled {
	const changed = [...changes.changed].map(({ candidate }) => candidate);
	return {
		created: fresh.length - refused.length,
		updated: changes.changed.size,
		existing: matches.length - changes.changed.size - changes.refused.length,
		noted: [
			...unclear,
			...refused,
			...changes.refused,
			...flaggedOf([...fresh, ...changed], refused),
			...(one.existing === 'update' ? [] : matches.map(alreadyThere))
		]
	};
}

const together = (one: Settled, other: Settled): Settled => ({
	created: one.created + other.created,
	updated: one.updated + other.updated,
	existing: one.existing + other.existing,
	noted: [...one.noted, ...other.noted]
});

/** Rows about the same record come one after the other: the second finds what the first has made. */
function wavesOf(one: Import, candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
	if (one.existing === 'create') return candidates.length > 0 ? [candidates] : [];
	const waves: Candidate[][] = [];
	const met = new Map<string, number>();
	for (const candidate of candidates) {
		const identity = identityOf(one.kind, candidate);
		const wave = identity === null ? 0 : (met.get(identity) ?? 0);
		if (identity !== null) met.set(identity, wave + 1);
		(waves[wave] ??= []).push(candidate);
	}
	return waves;
}

async function sortOut(ctx: Ctx, one: Import, candidates: readonly Candidate[]) {
	const fresh: Candidate[] = [];
	const matches: Match[] = [];
	const unclear: NotedRow[] = [];
	const isAsked = one.existing !== 'create' && candidates.length > 0;
	const existing = isAsked ? await findExisting(ctx, one.kind, candidates) : [];
	candidates.forEach((candidate, at) => {
		const found = existing[at] ?? null;
		if (found === null) fresh.push(candidate);
		else if (found !== 'several') matches.push({ candidate, found });
		else unclear.push({ row: candidate.row, outcome: 'failed', faults: [SEVERAL] });
	});
	return { fresh, matches, unclear };
}

const SEVERAL: CellFault = { column: null, code: 'several_exist' };

const alreadyThere = ({ candidate: { row } }: Match): NotedRow => ({
	row,
	outcome: 'existing',
	faults: [{ column: null, code: 'exists' }]
});

async function firstOfTheirs(ctx: Ctx, one: Import, rows: readonly Candidate[]) {
	if (one.existing === 'create') return rows.map(() => true);
	const keys = rows.map((row) => {
		const identity = identityOf(one.kind, row);
		return identity === null ? null : fingerprintOf(`record ${identity}`);
	});
	const asked = new Map(keys.flatMap((key) => (key ? [[key.toString('hex'), key] as const] : [])));
	const fresh = new Set(await firstSeen(ctx, one, [...asked.values()]));
	return keys.map((key) => key === null || fresh.delete(key.toString('hex')));
}

/** Creates the records; answers the rows that the record engine refused. */
async function createRows(ctx: Ctx, one: Import, rows: readonly Candidate[]): Promise<NotedRow[]> {
	if (rows.length === 0) return [];
	const begun = one.kind === 'deal' ? { nextStepOn: firstStepOn(ctx) } : {};
	const records = rows.map(({ values }) => ({ values: { ...begun, ...values } }));
	const created = await createMany(ctx, RECORDS[one.kind], records, {
		source: 'import',
		batchId: one.id
	});
	return refusedAmong(
		one,
		rows,
		created.map((result) => (result.ok ? [] : result.faults))
	);
}

/** A deal always has a day on which something is to happen [core 5.8]. */
const firstStepOn = ({ actor, now }: Ctx) => nextWorkingDay(todayIn(actor.timeZone, now));

const refusedAmong = (
	one: Import,
	rows: readonly Candidate[],
	faults: Awaited<ReturnType<typeof judgeMany>>
): NotedRow[] =>
	rows.flatMap(({ row }, at) => {
		const own = faults[at] ?? [];
		return own.length === 0
			? []
			: [{ row, outcome: 'failed' as const, faults: own.map(cellFaultOf(one)) }];
	});

function flaggedOf(rows: readonly Candidate[], refused: readonly NotedRow[]): NotedRow[] {
	const isRefused = new Set(refused.map(({ row }) => row.number));
	return rows
		.filter(({ row, flags }) => flags.length > 0 && !isRefused.has(row.number))
		.map(({ row, flags }) => ({ row, outcome: 'flagged', faults: flags }));
}
