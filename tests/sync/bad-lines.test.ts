import { afterAll, beforeAll, expect, test } from 'vitest';
import { dealCoOwners } from '#lib/server/db/tables/index.ts';
import { testDatabase } from '#tests/support/database.ts';
import { strikeLines, watchSaved } from './support/bad-lines.ts';
import { FaultProxy } from './support/fault-proxy.ts';
import { createRecordPort } from '#lib/server/hub/record-port.ts';
import { acknowledgingEarly } from './support/early-ack.ts';
import { kinds, startHub, type HubServer } from './support/hub-server.ts';
import { aDeal, anOffice, dealRow, type Office } from './support/office.ts';
import { quietLog } from './support/people.ts';
import { Random } from './support/random.ts';
import { until } from './support/tab.ts';
import { Typist } from './support/typist.ts';

const STRIKES = Number(process.env.STRIKES ?? 40);
const PATIENCE_MS = 90_000;

const { db, sql } = await testDatabase();
const random = new Random(Number(process.env.SIM_SEED ?? 1));
let hubs: HubServer[];
let proxy: FaultProxy;
let host: string;
let office: Office;

beforeAll(async () => {
	office = await anOffice(db);
	const times = { pingMs: 500, pollMs: 500 };
	hubs = [await startHub({ db, sql, times }), await startHub({ db, sql, times })];
	const ports = hubs.map((hub) => Number(hub.host.split(':')[1]));
	proxy = new FaultProxy(ports, random);
	host = await proxy.listen();
});

afterAll(async () => {
	await proxy?.close();
	for (const hub of hubs ?? []) await hub.close();
});

async function twoTypists() {
	const deal = await aDeal(db, office);
	await db.insert(dealCoOwners).values({ dealId: deal, userId: office.bob.id });
	const who = [
		{ name: 'ann', cookie: office.ann.cookie, field: 'name' },
		{ name: 'bob', cookie: office.bob.cookie, field: 'nextStep' }
	];
	const typists = who.map((one) => new Typist(host, deal, one));
	const committed = async () =>
		new Set(String((await dealRow(db, deal)).notesText ?? '').split(/\s+/));
	return { typists, committed };
}

const isAllSaved = (typists: readonly Typist[]) =>
	until(
		() => typists.map(({ acked, words }) => words.length - acked),
		(open) => open.every((count) => count === 0),
		PATIENCE_MS
	);

test(
	`[SYNC I1] lines that are ${STRIKES} times reset, cut in a frame, half-open, deaf, slow or crumbling delay "saved" and never make it a lie`,
	{ timeout: 60_000 + STRIKES * 3_000 },
	async () => {
		const { typists, committed } = await twoTypists();
		const stopWatching = watchSaved(typists, committed);
		for (const typist of typists) typist.start(60);
		await strikeLines(proxy, STRIKES, random);
		for (const typist of typists) typist.stop();
		proxy.mend();
		await isAllSaved(typists);
		expect(await stopWatching()).toEqual([]);
		const inColumn = await committed();
		for (const { words } of typists) {
			expect(words.filter((word) => !inColumn.has(word))).toEqual([]);
			expect(words.length).toBeGreaterThan(STRIKES);
		}
		expect([...proxy.struck.keys()].sort()).toEqual(['cut', 'deaf', 'halfOpen', 'reset', 'stall']);
		for (const typist of typists) typist.destroy();
	}
);

test('a line that is dead without a word is found out by both ends, and nothing is called saved meanwhile', async () => {
	const { typists, committed } = await twoTypists();
	await until(
		() => typists.map(({ provider }) => provider.synced),
		(synced) => synced.every(Boolean),
		PATIENCE_MS
	);
	for (let strike = 0; strike < 50; strike++) proxy.strike('halfOpen');
	for (const typist of typists) typist.type();
	await isAllSaved(typists);
	const inColumn = await committed();
	for (const { words } of typists) expect(inColumn).toContain(words[0]);
	for (const typist of typists) typist.destroy();
});

test('a hub that says "saved" too early is found out here', async () => {
	const port = acknowledgingEarly(createRecordPort(db, kinds, quietLog));
	const hub = await startHub({ db, sql, port });
	const { typists, committed } = await twoTypists();
	const liar = new FaultProxy([Number(hub.host.split(':')[1])], random);
	const { cookie } = office.ann;
	const deal = typists[0]?.deal ?? '';
	const ann = new Typist(await liar.listen(), deal, { name: 'liar', cookie, field: 'name' });
	const stopWatching = watchSaved([ann], committed);
	ann.start(20);
	await until(
		() => ann.acked,
		(acked) => acked > 40,
		PATIENCE_MS
	);
	ann.stop();
	expect(await stopWatching()).not.toEqual([]);
	for (const typist of [ann, ...typists]) typist.destroy();
	await liar.close();
	await hub.close();
});
