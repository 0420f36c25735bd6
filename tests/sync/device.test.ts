import { and, eq, sql as raw } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { sendUnsent } from '#lib/client/device/sender.ts';
import { LiveRecord } from '#lib/client/record.svelte.ts';
import { saveDeal } from '#lib/features/deals/commands.server.ts';
import { dealKind } from '#lib/features/deals/record.ts';
import { dealCoOwners, deals, sessions, ydocs } from '#lib/server/db/tables/index.ts';
import { signedInByCookie } from '#lib/server/auth/actor.ts';
import { testDatabase } from '#tests/support/database.ts';
import { startHub, type HubServer } from './support/hub-server.ts';
import { MemoryDevice } from './support/memory-device.ts';
import { aDeal, anOffice, dealRow, SECRET, signedIn, type Office } from './support/office.ts';
import { quietLog } from './support/people.ts';
import { socketClass, until } from './support/tab.ts';

// What the page needs of a browser.
globalThis.window ??= new EventTarget() as typeof window;

const { db, sql } = await testDatabase();
let hub: HubServer;
let office: Office;
const open: LiveRecord[] = [];

beforeAll(async () => {
	office = await anOffice(db);
	hub = await startHub({ db, sql, times: { retryMs: 5, recheckMs: 50 } });
});

afterEach(() => {
	for (const record of open.splice(0)) record.destroy();
});

afterAll(() => hub.close());

async function aSharedDeal(): Promise<string> {
	const dealId = await aDeal(db, office);
	await db.insert(dealCoOwners).values({ dealId, userId: office.bob.id });
	return dealId;
}

interface Opening {
	readonly device: MemoryDevice;
	readonly cookie?: string;
	readonly userId?: string;
	readonly onrestart?: () => void;
}

function openRecord(
	id: string,
	{ device, cookie = office.ann.cookie, userId = office.ann.id, onrestart }: Opening
): LiveRecord {
	const record = new LiveRecord({
		...{ kind: dealKind, id, userId, epoch: null, keeper: device },
		values: { name: 'As rendered' },
		title: () => 'The crane',
		...(onrestart ? { onrestart } : {}),
		url: `ws://${hub.host}/ws/record`,
		WebSocketClass: socketClass(cookie, `http://${hub.host}`)
	});
	open.push(record);
	record.connect();
	return record;
}

const isSaved = (record: LiveRecord) =>
	until(
		() => [record.state, record.synced] as const,
		([state, synced]) => synced && state === 'saved'
	);

/** Opens the record, goes into a tunnel, writes there, and closes the page. */
async function leftUnsent(id: string, device: MemoryDevice, write: (record: LiveRecord) => void) {
	const record = openRecord(id, { device });
	await isSaved(record);
	record.provider?.disconnect();
	write(record);
	record.destroy();
	await until(
		() => device.unsent('deal', id),
		(unsent) => unsent !== null && unsent > 0
	);
}

const ann = async () => {
	const signed = await signedInByCookie(db, office.ann.cookie, { secret: SECRET });
	if (!signed) throw new Error('Ann is not signed in');
	return { db, actor: signed.actor, now: new Date(), log: quietLog };
};

test('[SYNC-40] [SYNC I1] what was written without a line is counted again after the page was closed, and is saved only when the server has it', async () => {
	const id = await aSharedDeal();
	const device = new MemoryDevice();
	await leftUnsent(id, device, (record) => {
		record.set('name', 'In a tunnel');
		record.set('nextStep', 'Still in it');
	});
	expect(device.unsent('deal', id)).toBe(2);
	await hub.close();
	const record = openRecord(id, { device });
	await until(
		() => record.synced,
		(synced) => synced
	);
	expect(record.values).toMatchObject({ name: 'In a tunnel', nextStep: 'Still in it' });
	expect([record.pending, record.keeps]).toEqual([2, true]);
	expect(['saving', 'offline']).toContain(record.state);
	expect(await dealRow(db, id)).toMatchObject({ name: 'Harbour crane' });

	const port = Number(hub.host.split(':')[1]);
	hub = await startHub({ db, sql, times: { retryMs: 5, recheckMs: 50 }, listenOn: port });
	record.reconnect();
	await isSaved(record);
	expect(record.pending).toBe(0);
	expect(await dealRow(db, id)).toMatchObject({ name: 'In a tunnel', nextStep: 'Still in it' });
	await until(
		() => device.unsent('deal', id),
		(unsent) => unsent === 0
	);
});

test('[SYNC-40] unsent edits of records that no page has open are sent in the background, once', async () => {
	const id = await aSharedDeal();
	const device = new MemoryDevice();
	await leftUnsent(id, device, (record) => record.set('nextStep', 'Sent by another page'));
	const kept = { kind: 'deal', id, title: 'The crane', unsent: 1 };
	const settings = {
		...{ userId: office.ann.id, kinds: [dealKind], keeper: device },
		isOpen: () => false,
		onKept: () => {},
		url: `ws://${hub.host}/ws/record`,
		WebSocketClass: socketClass(office.ann.cookie, `http://${hub.host}`)
	};
	const row = { ...kept, epoch: 1, committed: new Uint8Array(), openedAt: 0, pinned: false };
	expect(await sendUnsent(settings, [row])).toBe(true);
	expect(await dealRow(db, id)).toMatchObject({ nextStep: 'Sent by another page' });
	const { rev } = await dealRow(db, id);
	expect(await sendUnsent(settings, [row])).toBe(true);
	expect((await dealRow(db, id)).rev).toBe(rev);
	await until(
		() => device.unsent('deal', id),
		(unsent) => unsent === 0
	);
});

test('[SYNC-43] a record that has another document by now gets unsent fields as operations with their base; texts stay readable', async () => {
	const id = await aSharedDeal();
	const device = new MemoryDevice();
	await leftUnsent(id, device, (record) => {
		record.set('name', 'Before the restore');
		record.set('nextStep', 'Mine');
		record.addTo('coOwners', office.cleo.id);
		record.set('notes', {
			type: 'doc',
			content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Only here' }] }]
		});
	});
	// What a restored backup does.
	await db
		.update(ydocs)
		.set({ epoch: raw`${ydocs.epoch} + 1` })
		.where(isDeal(id));
	let restarts = 0;
	const record = openRecord(id, { device, onrestart: () => restarts++ });
	await until(
		() => restarts,
		(count) => count === 1
	);
	expect(record.reason).toBe('reset');
	expect(device.copies.size).toBe(0);
	expect(device.aside).toMatchObject([
		{ why: 'other-document', changes: [{ field: 'notes', base: null }] }
	]);
	const [replayed] = device.replayed;
	expect(replayed?.edits).toEqual([
		{ field: 'name', set: 'Before the restore', base: 'Harbour crane' },
		{ field: 'nextStep', set: 'Mine', base: 'Get in touch' },
		{
			field: 'coOwners',
			set: [office.bob.id, office.cleo.id].sort(),
			base: [office.bob.id]
		}
	]);

	// Somebody has changed one of them since; the other counts, and the fresh document has both.
	await db
		.update(deals)
		.set({ nextStep: 'Newer', rev: raw`${deals.rev} + 1` })
		.where(eq(deals.id, id));
	await db.delete(ydocs).where(isDeal(id));
	const edited = await saveDeal(await ann(), id, replayed?.edits ?? [], { mode: 'replay' });
	expect(edited).toMatchObject({ ok: true, notices: [{ type: 'conflict', field: 'nextStep' }] });
	const again = await saveDeal(await ann(), id, replayed?.edits ?? [], { mode: 'replay' });
	expect(again.ok).toBe(true);
	const fresh = openRecord(id, { device });
	await isSaved(fresh);
	expect(fresh.values).toMatchObject({
		name: 'Before the restore',
		nextStep: 'Newer',
		coOwners: [office.bob.id, office.cleo.id].sort()
	});
});

test('[SYNC-46] what somebody else’s value replaced here before the line broke is made again as an operation, and kept when it loses', async () => {
	const id = await aSharedDeal();
	const people = [
		{ device: new MemoryDevice() },
		{ device: new MemoryDevice(), cookie: office.bob.cookie, userId: office.bob.id }
	].map((person) => ({ ...person, record: openRecord(id, person) }));
	// Of two who write at once Yjs puts the higher number last: his value is what both see.
	people.sort((a, b) => a.record.doc.clientID - b.record.doc.clientID);
	const [{ record: mine, device }, { record: other }] = people as [Party, Party];
	await Promise.all([isSaved(mine), isSaved(other)]);
	const socket = mine.provider?.ws;
	if (!socket) throw new Error('there is no line');
	socket.send = () => {};
	mine.set('name', 'Typed into a dead line');
	mine.set('nextStep', 'Nobody wrote here');
	other.set('name', 'Somebody else’s');
	await until(
		() => mine.values.name,
		(name) => name === 'Somebody else’s'
	);
	expect(device.replayed).toEqual([]);
	mine.provider?.disconnect();
	const edits = [{ field: 'name', set: 'Typed into a dead line', base: 'Harbour crane' }];
	expect(device.replayed).toMatchObject([{ record: { id, title: 'The crane' }, edits }]);

	const edited = await saveDeal(await ann(), id, edits, { mode: 'replay' });
	expect(edited).toMatchObject({
		ok: true,
		notices: [{ type: 'conflict', field: 'name', value: 'Typed into a dead line' }]
	});
	mine.reconnect();
	await isSaved(mine);
	expect(await dealRow(db, id)).toMatchObject({
		name: 'Somebody else’s',
		nextStep: 'Nobody wrote here'
	});

	// Over a line that holds it has arrived last and stays: nothing is made again.
	other.set('name', 'Once more');
	mine.set('name', 'At the same time');
	await Promise.all([isSaved(mine), isSaved(other)]);
	mine.provider?.disconnect();
	expect(device.replayed).toHaveLength(1);
});

interface Party {
	readonly device: MemoryDevice;
	readonly record: LiveRecord;
}

const isDeal = (id: string) => and(eq(ydocs.kind, 'deal'), eq(ydocs.recordId, id));

test('[SYNC-44] who lost the record while he was away loses the copy, and is told what was not accepted', async () => {
	const id = await aSharedDeal();
	const device = new MemoryDevice();
	await leftUnsent(id, device, (record) => record.set('name', 'Too late'));
	await db.update(deals).set({ deletedAt: new Date() }).where(eq(deals.id, id));
	let restarts = 0;
	const record = openRecord(id, { device, onrestart: () => restarts++ });
	await until(
		() => record.handedOver,
		(handedOver) => handedOver
	);
	expect(record.reason).toBe('gone');
	expect(device.copies.size).toBe(0);
	expect(device.aside).toMatchObject([
		{ why: 'gone', changes: [{ field: 'name', mine: 'Too late', base: 'Harbour crane' }] }
	]);
	expect(restarts).toBe(0);
	expect(await dealRow(db, id)).toMatchObject({ name: 'Harbour crane' });
});

test('[SYNC-44] who may only read by now gets a fresh document; what he had written stays readable', async () => {
	const id = await aSharedDeal();
	const device = new MemoryDevice();
	await leftUnsent(id, device, (record) => record.set('name', 'No longer mine'));
	await db.update(deals).set({ ownerId: office.bob.id }).where(eq(deals.id, id));
	let restarts = 0;
	openRecord(id, { device, onrestart: () => restarts++ });
	await until(
		() => restarts,
		(count) => count === 1
	);
	expect(device.aside).toMatchObject([
		{ why: 'read-only', changes: [{ field: 'name', mine: 'No longer mine' }] }
	]);
	const fresh = openRecord(id, { device });
	await isSaved(fresh);
	expect([fresh.values.name, fresh.readOnly]).toEqual(['Harbour crane', true]);
	expect(await dealRow(db, id)).toMatchObject({ name: 'Harbour crane' });
});

test('[SYNC-42] [SYNC-44] an ended session leaves everything on the device; the same person goes on where he was, somebody else sends nothing', async () => {
	const id = await aSharedDeal();
	const device = new MemoryDevice();
	const { sessionId, cookie } = await signedIn(db, office.ann.id);
	const record = openRecord(id, { device, cookie });
	await isSaved(record);
	record.provider?.disconnect();
	record.set('nextStep', 'Before the session ended');
	await db.delete(sessions).where(eq(sessions.id, sessionId));
	record.reconnect();
	await until(
		() => record.state,
		(state) => state === 'signed-out'
	);
	expect(device.unsent('deal', id)).toBe(1);
	expect(device.aside).toEqual([]);

	// Bob has signed in at the same browser; the page is still Ann's.
	const bobs = openRecord(id, { device, cookie: office.bob.cookie });
	await until(
		() => bobs.state,
		(state) => state === 'signed-out'
	);
	expect(await dealRow(db, id)).toMatchObject({ nextStep: 'Get in touch' });
	bobs.destroy();

	const anns = openRecord(id, { device });
	await isSaved(anns);
	expect(await dealRow(db, id)).toMatchObject({ nextStep: 'Before the session ended' });
});

test('[SYNC-40] two pages of one device, one copy: each says saved only for what is committed, and nothing counts twice', async () => {
	const id = await aSharedDeal();
	const device = new MemoryDevice();
	await leftUnsent(id, device, (record) => record.set('nextStep', 'From the first'));
	const [first, second] = [openRecord(id, { device }), openRecord(id, { device })];
	await Promise.all([isSaved(first), isSaved(second)]);
	second.set('name', 'From the second');
	await isSaved(second);
	expect(await dealRow(db, id)).toMatchObject({
		name: 'From the second',
		nextStep: 'From the first'
	});
	await until(
		() => first.values.name,
		(name) => name === 'From the second'
	);
	expect([first.pending, second.pending]).toEqual([0, 0]);
});

test('[SYNC-44] a page of an old program keeps what was edited and asks for the new program', async () => {
	const id = await aSharedDeal();
	await db.insert(ydocs).values({
		...{ kind: 'deal', recordId: id, schemaVersion: 9, rev: 1, snapshotRev: 1 },
		snapshot: new Uint8Array([0, 0])
	});
	const device = new MemoryDevice();
	const record = openRecord(id, { device });
	record.set('nextStep', 'Typed at once');
	await until(
		() => device.renewals,
		(count) => count === 1
	);
	expect(record.reason).toBe('too-old');
	expect(device.replayed).toMatchObject([
		{ edits: [{ field: 'nextStep', set: 'Typed at once', base: null }] }
	]);
});
