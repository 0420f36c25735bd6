import type { ChildProcess } from 'node:child_process';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import { readValues } from '#lib/records/document.ts';
import { LIMITS } from '#lib/records/wire.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { dealCoOwners, keptEdits } from '#lib/server/db/tables/index.ts';
import { updateFrame } from '#lib/server/hub/frames.ts';
import { freePort } from '#lib/server/postgres/cluster.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { isSame } from '#lib/shared/same.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { Attacker } from './support/attacker.ts';
import { FrameMill } from './support/hostile-frames.ts';
import { liveOf } from './support/oracle.ts';
import { aDeal, anOffice, type Office } from './support/office.ts';
import { startWeb, stopAll } from './support/processes.ts';
import { Random } from './support/random.ts';
import { openTab, synced, until } from './support/tab.ts';
import { Typist } from './support/typist.ts';
import { deal as dealSubject } from './support/world.ts';

const FRAMES = Number(process.env.FRAMES ?? 10_000);
const ATTACKERS = 8;
const GROWTH_MB = 16;

const { db, url } = await testDatabase();
let office: Office;
let web: ChildProcess;
let host: string;

beforeAll(async () => {
	office = await anOffice(db);
	const port = await freePort();
	web = await startWeb({ url, port, engine: 'real', pingMs: 20_000, idleMs: 500 });
	host = `127.0.0.1:${port}`;
});

afterAll(stopAll);

/** Bytes that the server holds after it has thrown away what it can. */
async function weight(): Promise<number> {
	const answer = new Promise<number>((resolve) =>
		web.once('message', (bytes) => resolve(Number(bytes)))
	);
	web.send('weigh');
	return answer;
}

/** So many at one record, so that what is taken does not make it ever larger. */
const ROUND = 500;

type Codes = Map<number, number>;

/** Sends frames to one record while a colleague has it open; answers how often which code came, 0 for none. */
async function attack(frames: number, random: Random): Promise<Codes> {
	const codes: Codes = new Map();
	const count = (code: number, times: number) => codes.set(code, (codes.get(code) ?? 0) + times);
	const deal = await aDeal(db, office);
	await db.insert(dealCoOwners).values({ dealId: deal, userId: office.bob.id });
	const bystander = openTab(host, deal, office.bob.cookie);
	await synced(bystander);
	await Promise.all(
		Array.from({ length: ATTACKERS }, async () => {
			const mill = new FrameMill(new Random(random.clientId()), bystander.doc);
			const attacker = new Attacker(host, deal, office.ann.cookie);
			for (let frame = 0; frame < frames / ATTACKERS; frame++) await attacker.send(mill.next());
			attacker.hangUp();
			for (const [code, times] of attacker.codes) count(code, times);
			count(0, attacker.taken);
		})
	);
	const loaded = await loadRecord(systemCtx(db), dealRecords, deal);
	if (!loaded) throw new Error('the record is gone');
	await until(
		() => readValues(bystander.doc, dealRecords.kind),
		(values) => isSame(values, liveOf(dealSubject, loaded.values)),
		30_000
	);
	expect(bystander.provider.synced).toBe(true);
	bystander.destroy();
	return codes;
}

test(
	`${FRAMES} frames that are not quite right close with 4400 or 4413, and nobody else notices`,
	{ timeout: 120_000 + FRAMES * 60 },
	async () => {
		const random = new Random(Number(process.env.SIM_SEED ?? 1));
		const other = await aDeal(db, office);
		const { cookie } = office.ann;
		const ann = new Typist(host, other, { name: 'ann', cookie, field: 'nextStep' });
		await attack(ROUND, random);
		const before = await weight();
		ann.start(200);
		const codes: Codes = new Map();
		for (let sent = 0; sent < FRAMES; sent += ROUND) {
			const round = await attack(Math.min(ROUND, FRAMES - sent), random);
			for (const [code, times] of round) codes.set(code, (codes.get(code) ?? 0) + times);
		}
		ann.stop();
		await until(
			() => ann.words.length - ann.acked,
			(open) => open === 0,
			30_000
		);
		expect([...codes.keys()].filter((code) => ![0, 4400, 4413].includes(code))).toEqual([]);
		expect(codes.get(4400)).toBeGreaterThan(FRAMES / 4);
		expect(ann.words.length).toBeGreaterThan(10);
		// What cannot be applied is refused before it is tried.
		const unreadable = eq(keptEdits.reason, 'unreadable');
		expect(await db.select().from(keptEdits).where(unreadable)).toEqual([]);
		// Flat once the rooms that were attacked have let go of their documents.
		await until(
			async () => ((await weight()) - before) / 1024 / 1024,
			(grownMb) => grownMb < GROWTH_MB,
			60_000
		);
		expect(web.exitCode).toBeNull();
		ann.destroy();
	}
);

test('what is too large is closed with 4413, and with 1009 where not even that can be read', async () => {
	const deal = await aDeal(db, office);
	const attacker = new Attacker(host, deal, office.ann.cookie);
	const text = (bytes: number) => {
		const doc = new Y.Doc();
		doc.getMap('f').set('name', 'x'.repeat(bytes));
		return updateFrame(Y.encodeStateAsUpdate(doc));
	};
	expect(await attacker.send(text(LIMITS.updateBytes))).toBe(4413);
	expect(await attacker.send(text(LIMITS.frameBytes))).toBe(4413);
	expect(await attacker.send(text(2 * LIMITS.frameBytes))).toBe(1009);
	// Just below, it is only a name that is too long.
	expect(await attacker.send(text(LIMITS.updateBytes / 2))).toBeNull();
	attacker.hangUp();
});
