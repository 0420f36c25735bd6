import type { ChildProcess } from 'node:child_process';
import { and, asc, eq } from 'drizzle-orm';
import { afterAll, expect, test } from 'vitest';
import { readValues } from '#lib/records/document.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { changes, tags } from '#lib/server/db/tables/index.ts';
import { freePort } from '#lib/server/postgres/cluster.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { newId } from '#lib/shared/ids.ts';
import { isSame } from '#lib/shared/same.ts';
import { aKey } from '#tests/api/support/calls.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { aDeal, anOffice, dealRow } from './support/office.ts';
import { start, startWeb, stopAll } from './support/processes.ts';
import type { Acknowledged } from './support/several-writers-process.ts';
import { until } from './support/tab.ts';
import { Typist } from './support/typist.ts';

const { db, url } = await testDatabase();
afterAll(stopAll);

const WAYS = ['form', 'api', 'bulk', 'job'] as const;
type Way = (typeof WAYS)[number];
const SOURCES: Readonly<Record<Way, string>> = {
	form: 'form',
	api: 'api',
	bulk: 'form',
	job: 'job'
};
const ROUNDS = 12;
const PATIENCE_MS = 90_000;

/** Starts a writer and keeps what it says was acknowledged. */
function writer(
	way: Way,
	order: object
): { readonly child: ChildProcess; readonly done: Acknowledged[] } {
	const done: Acknowledged[] = [];
	const child = start('several-writers-process.ts', [way, url, JSON.stringify(order)]);
	child.on('message', (said) => {
		if (typeof said === 'object') done.push(said as Acknowledged); // nothing else is an object
	});
	return { child, done };
}

test('[SYNC-61] form, API, bulk edit and job change a deal that somebody types in: nothing is lost, everybody converges', async () => {
	const office = await anOffice(db);
	const deal = await aDeal(db, office);
	const { nextStep: first } = await dealRow(db, deal);
	const { token } = await aKey(db, office.ann.id);
	const pools = new Map(WAYS.map((way) => [way, Array.from({ length: ROUNDS }, () => newId())]));
	const named = [...pools].flatMap(([way, ids]) =>
		ids.map((id, n) => ({ id, name: `${way} ${n}` }))
	);
	await db.insert(tags).values(named.map((tag) => ({ ...tag, departmentId: office.hamburg })));
	const port = await freePort();
	await startWeb({ url, port, engine: 'real' });
	const typist = new Typist(`127.0.0.1:${port}`, deal, {
		name: 'live',
		cookie: office.ann.cookie,
		field: 'nextStep'
	});
	// Whoever types over a value that he had not seen is told; that is no loss.
	typist.onNotice = () => {};
	await until(
		() => typist.provider.synced,
		(synced) => synced,
		PATIENCE_MS
	);
	typist.start(60);
	const writers = WAYS.map((way) => {
		const order = { deal, userId: office.ann.id, token, tags: pools.get(way) };
		return { way, ...writer(way, order) };
	});
	await until(
		() => writers.map(({ done }) => done.length),
		(counts) => counts.every((count) => count === ROUNDS),
		PATIENCE_MS
	);
	typist.stop();
	await until(
		() => typist.words.length - typist.acked,
		(open) => open === 0,
		PATIENCE_MS
	);

	// Each value replaced the one before it and was replaced by the one behind it: none fell out.
	const steps = await db
		.select()
		.from(changes)
		.where(
			and(eq(changes.recordId, deal), eq(changes.field, 'nextStep'), eq(changes.conflict, false))
		)
		.orderBy(asc(changes.rev), asc(changes.id));
	const row = await dealRow(db, deal);
	let before: unknown = first;
	for (const step of steps) {
		expect(step.old, `revision ${step.rev}`).toEqual(before);
		before = step.new;
	}
	expect(row.nextStep).toEqual(before);

	// Whoever was told that his value was saved finds it there, under his name and from where it came.
	const byValue = new Map(steps.map((step) => [step.new, step]));
	for (const { way, done } of writers) {
		for (const { value, base } of done) {
			const step = byValue.get(value);
			expect(step, value).toMatchObject({ source: SOURCES[way] });
			// And whoever said what he replaces has replaced that and nothing else.
			if (base !== undefined) expect(step?.old ?? null, value).toEqual(base);
		}
	}
	for (const word of typist.words)
		expect(byValue.get(word), word).toMatchObject({ source: 'live' });

	// Sets take in what all of them added, and the text what was typed.
	const loaded = await loadRecord(systemCtx(db), dealRecords, deal);
	expect(loaded?.values.tags).toEqual(named.map(({ id }) => id).sort());
	const written = new Set(String(row.notesText).split(/\s+/));
	expect(typist.words.filter((word) => !written.has(word))).toEqual([]);

	const live = Object.keys(readValues(typist.doc, dealRecords.kind));
	const inColumns = Object.fromEntries(live.map((name) => [name, loaded?.values[name]]));
	await until(
		() => readValues(typist.doc, dealRecords.kind),
		(values) => isSame(values, inColumns),
		PATIENCE_MS
	);
	typist.destroy();
}, 300_000);
