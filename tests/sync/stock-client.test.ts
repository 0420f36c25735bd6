import { eq } from 'drizzle-orm';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { LIMITS } from '#lib/records/wire.ts';
import { deals, departmentMembers, sessions } from '#lib/server/db/tables/index.ts';
import { updateFrame } from '#lib/server/hub/frames.ts';
import { testDatabase } from '#tests/support/database.ts';
import { startHub, type HubServer } from './support/hub-server.ts';
import { aDeal, anOffice, dealRow, signedIn, type Office } from './support/office.ts';
import { fieldsOf, openTab, synced, until, type Tab } from './support/tab.ts';

const { db, sql } = await testDatabase();
let hub: HubServer;
let office: Office;
const tabs: Tab[] = [];

beforeAll(async () => {
	office = await anOffice(db);
	hub = await startHub({ db, sql, times: { recheckMs: 300 } });
});

afterEach(() => {
	for (const tab of tabs.splice(0)) tab.destroy();
});

afterAll(() => hub.close());

function tab(dealId: string, cookie: string, params: Record<string, string> = {}): Tab {
	const opened = openTab(hub.host, dealId, cookie, params);
	tabs.push(opened);
	return opened;
}

async function openBoth(dealId: string) {
	const both = [tab(dealId, office.ann.cookie), tab(dealId, office.bob.cookie)] as const;
	await Promise.all(both.map(synced));
	return both;
}

function writeNotes({ doc }: Tab, text: string): void {
	const notes = doc.getXmlFragment('notes');
	doc.transact(() => {
		notes.delete(0, notes.length);
		const paragraph = new Y.XmlElement('paragraph');
		paragraph.insert(0, [new Y.XmlText(text)]);
		notes.insert(0, [paragraph]);
	});
}

const notesOf = ({ doc }: Tab) =>
	doc
		.getXmlFragment('notes')
		.toString()
		.replace(/<[^>]*>/g, '');

async function withCoOwner(dealId: string) {
	const { dealCoOwners } = await import('#lib/server/db/tables/index.ts');
	await db.insert(dealCoOwners).values({ dealId, userId: office.bob.id });
	return dealId;
}

describe('two stock y-websocket clients', () => {
	test('converge, and the columns with them', async () => {
		const id = await withCoOwner(await aDeal(db, office));
		const [ann, bob] = await openBoth(id);
		expect(fieldsOf(bob)).toMatchObject({ name: 'Harbour crane' });
		ann.doc.getMap('f').set('name', 'Harbour crane, 40 t');
		bob.doc.getMap('f').set('nextStep', 'Send the drawing');
		const wanted = { name: 'Harbour crane, 40 t', nextStep: 'Send the drawing' };
		await until(
			() => [fieldsOf(ann), fieldsOf(bob)],
			(both) => both.every((fields) => Object.entries(wanted).every(([k, v]) => fields[k] === v))
		);
		expect(await dealRow(db, id)).toMatchObject(wanted);
	});

	test('see each other under the names of their sessions, whatever they claim', async () => {
		const [ann, bob] = await openBoth(await withCoOwner(await aDeal(db, office)));
		ann.provider.awareness.setLocalState({ field: 'name', user: { name: 'Bob Okafor' } });
		const seen = await until(
			() => bob.provider.awareness.getStates().get(ann.doc.clientID),
			(state) => state?.field === 'name'
		);
		expect(seen).toMatchObject({ user: { id: office.ann.id, name: 'Ann Becker' } });
		ann.destroy();
		await until(
			() => bob.provider.awareness.getStates().has(ann.doc.clientID),
			(isThere) => !isThere
		);
	});

	test('offline edits of both sides arrive after a reconnect', async () => {
		const id = await withCoOwner(await aDeal(db, office));
		const [ann, bob] = await openBoth(id);
		ann.provider.disconnect();
		ann.doc.getMap('f').set('nextStep', 'Written in a tunnel');
		bob.doc.getMap('f').set('name', 'Written at the desk');
		ann.provider.connect();
		await synced(ann);
		await until(
			() => [fieldsOf(ann), fieldsOf(bob)],
			(both) =>
				both.every(
					({ name, nextStep }) =>
						name === 'Written at the desk' && nextStep === 'Written in a tunnel'
				)
		);
	});
});

test('who stops reading is cut off with what he has not read, holds nobody up, and is whole again when he reads on', async () => {
	const id = await withCoOwner(await aDeal(db, office));
	const [ann, slow] = await openBoth(id);
	const socket = slow.provider.ws as unknown as WebSocket; // the polyfill
	const isThere = () => ann.provider.awareness.getStates().has(slow.doc.clientID);
	slow.provider.awareness.setLocalState({ field: 'notes' });
	await until(isThere, Boolean);
	socket.pause();
	// More than both systems keep of one connection is written until he is sent away.
	let written = 0;
	for (; isThere() && written < 600; written++) {
		writeNotes(ann, `${written} ${'x'.repeat(60_000)}`);
		// Within the rate that a client has to keep to, and not ahead of the answers.
		await pause(55);
	}
	expect(isThere()).toBe(false);
	// Not by the silence that ends a line that is dead.
	expect(written).toBeLessThan(300);
	writeNotes(ann, 'The last word');
	await until(
		async () => (await dealRow(db, id)).notesText,
		(text) => text === 'The last word'
	);
	socket.resume();
	await until(
		() => notesOf(slow),
		(text) => text === 'The last word',
		20_000
	);
	expect(Y.encodeStateVector(slow.doc)).toEqual(Y.encodeStateVector(ann.doc));
}, 90_000);

test('a question to the database that is never answered holds up nobody who comes with the same cookie later', async () => {
	let asked = 0;
	const never = new Promise<void>(() => {});
	const beforeLookUp = () => (++asked === 1 ? never : Promise.resolve());
	const slow = await startHub({ db, sql, times: { lookUpMs: 200 }, beforeLookUp });
	const id = await aDeal(db, office);
	const opened = openTab(slow.host, id, office.ann.cookie);
	tabs.push(opened);
	await synced(opened);
	expect(asked).toBeGreaterThan(1);
	opened.destroy();
	await slow.close();
});

describe('who may come in', () => {
	test('a page of another site is refused before anything else, and so is a page without a name', async () => {
		const id = await aDeal(db, office);
		const status = (origin?: string) =>
			new Promise((resolve) => {
				const socket = new WebSocket(`ws://${hub.host}/ws/record/deal/${id}`, {
					headers: { cookie: office.ann.cookie },
					...(origin ? { origin } : {})
				});
				socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
				socket.on('open', () => resolve('open'));
				socket.on('error', () => {});
			});
		expect(await status('https://evil.example')).toBe(403);
		expect(await status('null')).toBe(403);
		expect(await status()).toBe(403);
		expect(await status(`http://${hub.host}`)).toBe('open');
	});

	test('nobody is 4401, a foreign department 4404, an unknown kind or id 4404', async () => {
		const id = await aDeal(db, office);
		expect(await tab(id, '').closed()).toBe(4401);
		expect(await tab(id, office.ann.cookie.slice(0, -4)).closed()).toBe(4401);
		expect(await tab(id, office.tina.cookie).closed()).toBe(4404);
		expect(await tab('not-an-id', office.ann.cookie).closed()).toBe(4404);
		expect(await tab('01900000-0000-7000-8000-000000000001', office.ann.cookie).closed()).toBe(
			4404
		);
	});

	test('a page of another epoch is 4409', async () => {
		const id = await aDeal(db, office);
		expect(await tab(id, office.ann.cookie, { v: '1', e: '7' }).closed()).toBe(4409);
	});

	test('a colleague who may only read sees everything and changes nothing', async () => {
		const id = await aDeal(db, office);
		const [ann, cleo] = [tab(id, office.ann.cookie), tab(id, office.cleo.cookie)];
		await Promise.all([synced(ann), synced(cleo)]);
		cleo.doc.getMap('f').set('name', 'Mine now');
		ann.doc.getMap('f').set('nextStep', 'Call');
		await until(
			() => fieldsOf(cleo).nextStep,
			(step) => step === 'Call'
		);
		expect(fieldsOf(ann).name).toBe('Harbour crane');
		expect(await dealRow(db, id)).toMatchObject({ name: 'Harbour crane', nextStep: 'Call' });
	});
});

describe('who has to leave', () => {
	const within = async (closed: Promise<number | null>) => {
		const start = Date.now();
		const code = await closed;
		return { code, inTime: Date.now() - start < 1_000 };
	};

	test('a revoked session is closed with 4401 within a second', async () => {
		const id = await aDeal(db, office);
		const { sessionId, cookie } = await signedIn(db, office.ann.id);
		const ann = tab(id, cookie);
		await synced(ann);
		await db.delete(sessions).where(eq(sessions.id, sessionId));
		expect(await within(ann.closed())).toEqual({ code: 4401, inTime: true });
	});

	test('an expired session is closed with 4401 by the next look', async () => {
		const id = await aDeal(db, office);
		const { cookie } = await signedIn(db, office.ann.id, 500);
		const ann = tab(id, cookie);
		await synced(ann);
		expect(await ann.closed()).toBe(4401);
	});

	test('who leaves the department is closed with 4403 within a second', async () => {
		const id = await aDeal(db, office);
		const cleo = tab(id, office.cleo.cookie);
		await synced(cleo);
		await db.delete(departmentMembers).where(eq(departmentMembers.userId, office.cleo.id));
		expect(await within(cleo.closed())).toEqual({ code: 4403, inTime: true });
		await db
			.insert(departmentMembers)
			.values({ userId: office.cleo.id, departmentId: office.hamburg });
	});

	test('a record in the trash is closed with 4404 within a second', async () => {
		const id = await aDeal(db, office);
		const ann = tab(id, office.ann.cookie);
		await synced(ann);
		await db.update(deals).set({ deletedAt: new Date() }).where(eq(deals.id, id));
		const hint = { type: 'record', kind: 'deal', id, rev: 2, epoch: 1, topics: [], act: 'trash' };
		await sql`select pg_notify('live', ${JSON.stringify(hint)})`;
		expect(await within(ann.closed())).toEqual({ code: 4404, inTime: true });
	});
});

describe('broken clients', () => {
	test('garbage is 4400 and too much is 4413; the others do not notice', async () => {
		const id = await aDeal(db, office);
		const ann = tab(id, office.ann.cookie);
		await synced(ann);
		const send = async (frame: Uint8Array) => {
			const broken = tab(id, office.ann.cookie);
			await synced(broken);
			broken.provider.ws?.send(Buffer.from(frame));
			return broken.closed();
		};
		expect(await send(Uint8Array.of(99, 1, 2, 3))).toBe(4400);
		expect(await send(updateFrame(Uint8Array.of(1, 1, 255, 255, 3)))).toBe(4400);
		expect(await send(updateFrame(new Uint8Array(LIMITS.updateBytes + 1)))).toBe(4413);
		expect(await send(new Uint8Array(LIMITS.frameBytes + 1))).toBe(4413);
		ann.doc.getMap('f').set('name', 'Still here');
		await until(
			async () => (await dealRow(db, id)).name,
			(name) => name === 'Still here'
		);
	});

	test('an update of an unknown root is refused with 4400 and leaves no trace', async () => {
		const id = await aDeal(db, office);
		const ann = tab(id, office.ann.cookie);
		await synced(ann);
		ann.doc.getMap('margin').set('percent', 12);
		expect(await ann.closed()).toBe(4400);
		const next = tab(id, office.ann.cookie);
		await synced(next);
		expect(Y.encodeStateAsUpdate(next.doc).length).toBeGreaterThan(2);
		expect(next.doc.getMap('margin').size).toBe(0);
	});
});
