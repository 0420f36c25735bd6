import './support/seeded-ids.ts';
import { eq, sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { readValues } from '#lib/records/document.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { changes, ydocs, ydocUpdates } from '#lib/server/db/tables/index.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { loadReplica } from '#lib/server/records/replica.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { MemoryEngine, POISON } from './support/memory-engine.ts';
import { liveOf, Oracle, unsound } from './support/oracle.ts';
import { postgresStage } from './support/postgres-stage.ts';
import { memoryStage, playSequence, RECORD, subjectOf } from './support/simulate.ts';
import { Office } from './support/sim-office.ts';
import type { Stage } from './support/simulation.ts';
import { VirtualClock } from './support/virtual-clock.ts';
import { furnish, type Subject } from './support/world.ts';

const SEEDS = Number(process.env.SIM_SEEDS ?? 100);
const FIRST = Number(process.env.SIM_SEED ?? 1);

const { db } = await testDatabase();

beforeAll(async () => {
	await furnish(db);
	for (const table of ['deals', 'companies']) {
		await db.execute(
			sql`alter table ${sql.identifier(table)} add constraint poison check (name <> ${sql.raw(`'${POISON}'`)})`
		);
	}
});

test(
	`[SYNC I3–I8] ${SEEDS} short scripts of two hubs end on Postgres as they do in memory`,
	{ timeout: 900_000 },
	async () => {
		const failed: string[] = [];
		for (let seed = FIRST; seed < FIRST + SEEDS && failed.length < 3; seed++) {
			const subject = subjectOf(seed);
			try {
				const [inMemory, inPostgres] = [
					await memoryEnd(seed, subject),
					await postgresEnd(seed, subject)
				];
				expect(inPostgres).toEqual(inMemory);
			} catch (error) {
				failed.push(`seed ${seed}: ${said(error)}`);
			}
		}
		expect(failed.join('\n')).toBe('');
	}
);

/** The differing values too, when there are any. */
function said(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const { actual, expected } = error as { actual?: unknown; expected?: unknown }; // of an assertion
	const values = actual === undefined ? '' : `\n${JSON.stringify({ actual, expected }, null, 1)}`;
	return `${error.stack}${values}`;
}

interface End {
	readonly values: RecordValues;
	readonly rev: number;
}

async function playOn(
	seed: number,
	subject: Subject,
	stageOf: (clock: VirtualClock, oracle: Oracle) => Stage | Promise<Stage>
) {
	const clock = new VirtualClock();
	const office = new Office(clock);
	const oracle = new Oracle(subject, office, { rightsMs: 75_000 });
	const stage = await stageOf(clock, oracle);
	const simulation = await playSequence(seed, { stage, clock, office, oracle });
	expect(oracle.breaches).toEqual([]);
	return { simulation, stage };
}

async function memoryEnd(seed: number, subject: Subject): Promise<End> {
	let engine: MemoryEngine | undefined;
	await playOn(seed, subject, (clock, oracle) => {
		engine = new MemoryEngine({
			serverKind: subject.inMemory,
			row: subject.firstRow(RECORD),
			first: subject.first,
			pace: { clock, moment: null },
			log: { revs: 200, kept: 50 },
			now: () => new Date(clock.now),
			seen: (commit) => oracle.seen(commit),
			breach: (claim) => oracle.breach(claim)
		});
		oracle.watch(engine);
		return memoryStage(engine, subject);
	});
	if (!engine) throw new Error('it was just made');
	return { values: engine.stored.values, rev: engine.stored.row.rev };
}

async function postgresEnd(seed: number, subject: Subject): Promise<End> {
	const ctx = systemCtx(db);
	const { simulation, stage } = await playOn(seed, subject, () => postgresStage(ctx, subject));
	const loaded = await loadRecord(ctx, subject.serverKind, stage.id);
	if (!loaded) throw new Error('the record is gone');
	await expectConsistent(ctx, subject, stage.id, loaded);
	const live = liveOf(subject, loaded.values);
	for (const { doc } of simulation.clients) {
		expect(readValues(doc, subject.serverKind.kind)).toEqual(live);
	}
	return { values: loaded.values, rev: loaded.row.rev };
}

async function expectConsistent(
	ctx: Ctx,
	subject: Subject,
	id: string,
	{ row, values }: { readonly row: { readonly rev: number }; readonly values: RecordValues }
): Promise<void> {
	expect(unsound(subject, values)).toEqual([]);
	const replica = await loadReplica(ctx, subject.serverKind, id);
	if (!replica) throw new Error('nobody had it open');
	expect(replica.rev).toBe(row.rev);
	expect(readValues(replica.doc, subject.serverKind.kind)).toEqual(liveOf(subject, values));
	expect(replica.doc.store.pendingStructs).toBeNull();
	const [head] = await db.select().from(ydocs).where(eq(ydocs.recordId, id));
	const log = await db
		.select({ rev: ydocUpdates.rev })
		.from(ydocUpdates)
		.where(eq(ydocUpdates.recordId, id))
		.orderBy(ydocUpdates.rev);
	const first = (head?.rev ?? 0) - log.length + 1;
	expect(log.map(({ rev }) => rev)).toEqual(log.map((_, i) => first + i));
	expect(first).toBeLessThanOrEqual((head?.snapshotRev ?? 0) + 1);
	await expectHistory(subject, id, values);
}

/** [SYNC I7] From what the record began with, its history alone leads to what it holds. */
async function expectHistory(subject: Subject, id: string, values: RecordValues): Promise<void> {
	const rows = await db
		.select()
		.from(changes)
		.where(eq(changes.recordId, id))
		.orderBy(changes.rev, changes.id);
	const { fields } = subject.serverKind.kind;
	const folded = new Map<string, unknown>();
	for (const { field, old, new: fresh, conflict, act } of rows) {
		if (act !== 'edit' || conflict || !field) continue;
		// A sitting of writing in a text is one row, with the text as it was before.
		if (fields[field]?.shape === 'richText') continue;
		if (folded.has(field)) expect(old).toEqual(folded.get(field));
		folded.set(field, fresh);
	}
	for (const [field, value] of folded) expect(values[field]).toEqual(value);
}
