import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readValues, liveFields } from '#lib/records/document.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { connect, type Connection } from '#lib/server/db/connect.ts';
import { migrateDatabase } from '#lib/server/db/migrate.ts';
import { dealCoOwners } from '#lib/server/db/tables/index.ts';
import { freePort, startCluster, type Cluster } from '#lib/server/postgres/cluster.ts';
import { ensureDatabase } from '#lib/server/postgres/database.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { isSame } from '#lib/shared/same.ts';
import { systemCtx } from '#tests/support/database.ts';
import { aDeal, anOffice, dealRow, type Office } from './support/office.ts';
import { killHard, said, start, startWeb, stopAll } from './support/processes.ts';
import { until } from './support/tab.ts';
import { Typist } from './support/typist.ts';

const home = mkdtempSync(path.join(tmpdir(), `tandem-kill-${process.pid}-`));
const directory = path.join(home, 'data');
let cluster: Cluster;
let database: Connection;
let office: Office;
let port: number;
let web: ChildProcess | null = null;
const typists: Typist[] = [];

// Default durability: what is lost here would be lost in production.
beforeAll(async () => {
	cluster = await startCluster({ directory, durability: 'full' });
	await ensureDatabase(cluster.url('postgres'), 'tandem');
	await migrateDatabase(cluster.url('tandem'));
	database = connect(cluster.url('tandem'), { max: 3 });
	office = await anOffice(database.db);
	port = await freePort();
});

afterEach(async () => {
	for (const typist of typists.splice(0)) typist.destroy();
	if (web) await killHard(web);
});

afterAll(async () => {
	await stopAll();
	await database.close();
	await cluster.stop();
	rmSync(home, { recursive: true, force: true });
});

const serve = (engine: 'real' | 'slow' | 'early' = 'real') =>
	startWeb({ url: cluster.url('tandem'), port, engine });

const aMoment = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function aSharedDeal(): Promise<string> {
	const deal = await aDeal(database.db, office);
	await database.db.insert(dealCoOwners).values({ dealId: deal, userId: office.bob.id });
	return deal;
}

function aTypist(deal: string, name: 'ann' | 'bob', field: string): Typist {
	const { cookie } = office[name];
	const typist = new Typist(`127.0.0.1:${port}`, deal, { name, cookie, field });
	typists.push(typist);
	return typist;
}

const PATIENCE_MS = 45_000;

/** Waits until both have been told "saved" a few times more, and then a moment that nobody chose. */
async function someMoreSaved(both: readonly Typist[]): Promise<void> {
	const before = both.map(({ acked }) => acked);
	await until(
		() => both.map(({ acked }, index) => acked - (before[index] ?? 0)),
		(more) => more.every((count) => count >= 5),
		PATIENCE_MS
	);
	await aMoment(Math.random() * 150);
}

function twoTypists(deal: string) {
	const both = [aTypist(deal, 'ann', 'name'), aTypist(deal, 'bob', 'nextStep')] as const;
	for (const typist of both) typist.start(70);
	return both;
}

/** Stops typing, waits until everything is saved, and looks for every word in every place. */
async function expectNothingLost(
	deal: string,
	both: readonly Typist[],
	saved: readonly string[][]
) {
	for (const typist of both) typist.stop();
	await until(
		() => both.map(({ acked, words }) => words.length - acked),
		(open) => open.every((count) => count === 0),
		PATIENCE_MS
	);
	const row = await dealRow(database.db, deal);
	const inColumn = new Set(String(row.notesText).split(/\s+/));
	const lost = saved.flat().filter((word) => !inColumn.has(word));
	expect(lost).toEqual([]);
	const written = both.flatMap(({ words }) => words);
	expect(written.filter((word) => !inColumn.has(word))).toEqual([]);
	const { kind } = dealRecords;
	const loaded = await loadRecord(systemCtx(database.db), dealRecords, deal);
	const names = liveFields(kind).map(([name]) => name);
	const inColumns = Object.fromEntries(names.map((name) => [name, loaded?.values[name]]));
	await until(
		() => both.map(({ doc }) => readValues(doc, kind)),
		(docs) => docs.every((values) => isSame(values, inColumns)),
		5_000
	);
}

describe('kill -9 while two people type', () => {
	test('of the web process: nothing that was called saved is gone, everybody goes on and converges', async () => {
		const deal = await aSharedDeal();
		web = await serve();
		const both = twoTypists(deal);
		const saved: string[][] = [];
		for (let round = 0; round < 4; round++) {
			await someMoreSaved(both);
			await killHard(web);
			saved.push(...both.map((typist) => [...typist.savedWords]));
			await aMoment(Math.random() * 200);
			web = await serve();
		}
		await expectNothingLost(deal, both, saved);
	});

	test('of a worker that writes the same deal: its commits and theirs are all there', async () => {
		const deal = await aSharedDeal();
		web = await serve();
		const both = twoTypists(deal);
		let last = 0;
		for (let round = 0; round < 2; round++) {
			const writer = await startWriter(deal, last + 1, (minor) => {
				last = minor;
			});
			const before = last;
			await until(
				() => last,
				(minor) => minor > before + 5,
				PATIENCE_MS
			);
			await killHard(writer);
		}
		await expectNothingLost(deal, both, []);
		// The last commit may have been killed before it could say so.
		const { amountMinor } = await dealRow(database.db, deal);
		expect([BigInt(last), BigInt(last + 1)]).toContain(amountMinor);
	});

	test('of Postgres: nothing that was called saved is gone, everybody goes on and converges', async () => {
		const deal = await aSharedDeal();
		web = await serve();
		const both = twoTypists(deal);
		const saved: string[][] = [];
		for (let round = 0; round < 3; round++) {
			await someMoreSaved(both);
			await restartPostgres();
			saved.push(...both.map((typist) => [...typist.savedWords]));
		}
		await expectNothingLost(deal, both, saved);
	});
});

async function startWriter(
	deal: string,
	from: number,
	hear: (minor: number) => void
): Promise<ChildProcess> {
	const writer = start('writer-process.ts', [cluster.url('tandem'), deal, from]);
	writer.on('message', (minor) => hear(Number(minor)));
	await said(writer);
	return writer;
}

async function restartPostgres(): Promise<void> {
	const { port: same, pid } = cluster;
	process.kill(pid, 'SIGKILL');
	await aMoment(300);
	cluster = await startCluster({ directory, durability: 'full', port: same });
}

/**
 * The client dies at the moment it is told "saved", and the server with it: nobody is left who could
 * send the edit again. Answers how many saved edits the database does not have.
 */
async function lostAfterAck(engine: 'real' | 'slow' | 'early', rounds: number): Promise<number> {
	let lost = 0;
	for (let round = 0; round < rounds && lost === 0; round++) {
		const deal = await aSharedDeal();
		const victim = await serve(engine);
		const ann = aTypist(deal, 'ann', 'name');
		await until(
			() => ann.provider.synced,
			(synced) => synced
		);
		const acked = new Promise<void>((resolve) => {
			ann.onAck = () => {
				if (ann.acked < 3) return;
				victim.kill('SIGKILL');
				ann.destroy();
				resolve();
			};
		});
		for (let word = 0; word < 3; word++) ann.type();
		await acked;
		await killHard(victim);
		// What was under way when the server died may still arrive in the database.
		await aMoment(50);
		const { name } = await dealRow(database.db, deal);
		if (name !== 'ann-3') lost++;
	}
	return lost;
}

describe('the word "saved"', () => {
	test('[SYNC I1] is true even when client and server die together right after it', async () => {
		expect(await lostAfterAck('real', 4)).toBe(0);
		expect(await lostAfterAck('slow', 4)).toBe(0);
	});

	test('would be found out by this test if it came before COMMIT', async () => {
		expect(await lostAfterAck('early', 4)).toBeGreaterThan(0);
	});
});
