import './support/seeded-ids.ts';
import { eq, sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { liveFields, readValues } from '#lib/records/document.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { changes, ydocs, ydocUpdates } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { createRecordPort } from '#lib/server/hub/record-port.ts';
import { edit } from '#lib/server/records/commit.ts';
import { create } from '#lib/server/records/create.ts';
import { loadReplica } from '#lib/server/records/replica.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { MemoryEngine, POISON } from './support/memory-engine.ts';
import { quietLog } from './support/people.ts';
import { play, unsound, type Stage } from './support/simulation.ts';
import { company, deal, furnish, NOW, PEOPLE, type Subject } from './support/world.ts';

const SEEDS = Number(process.env.SIM_SEEDS ?? 100);
const FIRST = Number(process.env.SIM_SEED ?? 1);
const STEPS = 40;

const { db } = await testDatabase();
const unwatched = { broadcast() {}, acked() {} };

beforeAll(async () => {
	await furnish(db);
	for (const table of ['deals', 'companies']) {
		await db.execute(
			sql`alter table ${sql.identifier(table)} add constraint poison check (name <> ${sql.raw(`'${POISON}'`)})`
		);
	}
});

test(`[SYNC I3–I6] ${SEEDS} short scripts end on Postgres as they do in memory`, async () => {
	const failed: string[] = [];
	for (let seed = FIRST; seed < FIRST + SEEDS && failed.length < 3; seed++) {
		const subject = seed % 2 === 0 ? deal : company;
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
});

/** The differing values too, when there are any. */
function said(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const { actual, expected } = error as { actual?: unknown; expected?: unknown }; // of an assertion
	const values = actual === undefined ? '' : `\n${JSON.stringify({ actual, expected }, null, 1)}`;
	return `${error.message}${values}`;
}

async function memoryEnd(seed: number, subject: Subject): Promise<RecordValues> {
	const ctx: Ctx = { db: undefined as never, actor: PEOPLE.ann, now: NOW, log: quietLog };
	const id = newId();
	const engine = new MemoryEngine(subject.inMemory, ctx, subject.firstRow(id), subject.first);
	const stage: Stage = {
		id,
		subject,
		port: engine.port,
		edit: async (actor, edits) => void (await engine.edit(actor, edits)),
		witness: unwatched
	};
	await play(seed, stage, STEPS);
	return engine.stored.values;
}

async function postgresEnd(seed: number, subject: Subject): Promise<RecordValues> {
	const { serverKind } = subject;
	const ctx = systemCtx(db);
	const created = await create(ctx, serverKind, { values: subject.first, source: 'system' });
	if (!created.ok) throw new Error(JSON.stringify(created.faults));
	const { id } = created.value;
	const end = await play(
		seed,
		{
			id,
			subject,
			port: createRecordPort(db, [serverKind], quietLog),
			edit: async (actor, edits) => {
				await edit({ ...ctx, actor }, serverKind, id, edits, { source: 'form' }).catch(refusal);
			},
			witness: unwatched
		},
		STEPS
	);
	const loaded = await loadRecord(ctx, serverKind, id);
	if (!loaded) throw new Error('the record is gone');
	await expectConsistent(ctx, subject, id, loaded);
	const live = liveOf(subject, loaded.values);
	for (const screen of end.screens) expect(screen).toEqual(live);
	return loaded.values;
}

const refusal = (error: unknown) => {
	if (!(error instanceof Forbidden) && !(error instanceof NotFound)) throw error;
};

const liveOf = ({ serverKind: { kind } }: Subject, values: RecordValues) =>
	Object.fromEntries(liveFields(kind).map(([name]) => [name, values[name] ?? null]));

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
	const history = await db.select().from(changes).where(eq(changes.recordId, id));
	expect(history.every(({ rev }) => rev <= row.rev)).toBe(true);
}
