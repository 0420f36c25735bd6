import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Connection } from '#lib/client/connection.svelte.ts';
import { LiveRecord } from '#lib/client/record.svelte.ts';
import { dealKind } from '#lib/features/deals/record.ts';
import { dealCoOwners, sessions } from '#lib/server/db/tables/index.ts';
import { testDatabase } from '#tests/support/database.ts';
import { eq } from 'drizzle-orm';
import * as Y from 'yjs';
import { startHub, type HubServer } from './support/hub-server.ts';
import { aDeal, anOffice, dealRow, signedIn, type Office } from './support/office.ts';
import { socketClass, until } from './support/tab.ts';

// What the page needs of a browser.
globalThis.window ??= new EventTarget() as typeof window;

const { db, sql } = await testDatabase();
let hub: HubServer;
let office: Office;
const open: LiveRecord[] = [];

beforeAll(async () => {
	office = await anOffice(db);
	hub = await startHub({ db, sql, times: { retryMs: 5 } });
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

function openRecord(id: string, cookie: string, connection = new Connection()): LiveRecord {
	const record = new LiveRecord({
		kind: dealKind,
		id,
		values: { name: 'As rendered', owner: office.ann.id },
		epoch: null,
		connection,
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

test('shows what was rendered, then the document, and fields that are not in it all along', async () => {
	const record = openRecord(await aSharedDeal(), office.ann.cookie);
	expect(record.values).toMatchObject({ name: 'As rendered', owner: office.ann.id });
	await isSaved(record);
	expect(record.values).toMatchObject({ name: 'Harbour crane', owner: office.ann.id });
	expect(record.readOnly).toBe(false);
});

test('an edit made before the document has come is shown at once, kept, and saved', async () => {
	const id = await aSharedDeal();
	const record = openRecord(id, office.ann.cookie);
	record.set('nextStep', 'Call at once');
	expect(record.values.nextStep).toBe('Call at once');
	expect([record.state, record.pending]).toEqual(['saving', 1]);
	await isSaved(record);
	expect(record.values.nextStep).toBe('Call at once');
	expect(await dealRow(db, id)).toMatchObject({ nextStep: 'Call at once' });
});

test('[SYNC I1] says saved only when the database has it', async () => {
	const id = await aSharedDeal();
	const record = openRecord(id, office.ann.cookie);
	await isSaved(record);
	for (let i = 0; i < 5; i++) {
		record.set('name', `Crane ${i}`);
		expect(record.state).toBe('saving');
		await isSaved(record);
		expect(await dealRow(db, id)).toMatchObject({ name: `Crane ${i}` });
	}
});

test('two people see each other, and which field the other is in', async () => {
	const id = await aSharedDeal();
	const [ann, bob] = [openRecord(id, office.ann.cookie), openRecord(id, office.bob.cookie)];
	await Promise.all([isSaved(ann), isSaved(bob)]);
	ann.focus('amount');
	const people = await until(
		() => bob.people,
		([other]) => other?.field === 'amount'
	);
	expect(people).toMatchObject([{ id: office.ann.id, name: 'Ann Becker' }]);
	ann.set('amount', { minor: '129900', currency: 'EUR' });
	await until(
		() => bob.values.amount,
		(amount) => amount !== null
	);
	ann.destroy();
	await until(
		() => bob.people,
		({ length }) => length === 0
	);
});

test('a refused value goes back, and its author learns why and keeps what he had entered', async () => {
	const id = await aSharedDeal();
	const record = openRecord(id, office.ann.cookie);
	await isSaved(record);
	record.set('name', 'x'.repeat(5_000));
	const [notice] = await until(
		() => record.notices,
		({ length }) => length === 1
	);
	expect(notice).toMatchObject({ type: 'rejected', field: 'name', current: 'Harbour crane' });
	expect(String(notice?.value)).toHaveLength(5_000);
	expect(record.values.name).toBe('Harbour crane');
	await until(
		() => record.state,
		(state) => state === 'rejected'
	);
	record.dismiss(notice?.id ?? '');
	expect(record.state).toBe('saved');
});

test('[SYNC-70] undo takes back my own edits of fields and sets in the order I made them, and nobody else’s', async () => {
	const id = await aSharedDeal();
	const [ann, bob] = [openRecord(id, office.ann.cookie), openRecord(id, office.bob.cookie)];
	await Promise.all([isSaved(ann), isSaved(bob)]);
	bob.set('nextStep', 'Bob’s step');
	await until(
		() => ann.values.nextStep,
		(step) => step === 'Bob’s step'
	);
	expect(ann.canUndo).toBe(false);
	ann.set('name', 'Ann’s name');
	ann.addTo('coOwners', office.cleo.id);
	ann.set('important', true);
	await isSaved(ann);
	expect([ann.undo(), ann.undo()]).toEqual(['important', 'coOwners']);
	expect(ann.values).toMatchObject({ coOwners: [office.bob.id], important: false });
	expect(ann.redo()).toBe('coOwners');
	expect(ann.values.coOwners).toContain(office.cleo.id);
	expect([ann.undo(), ann.undo(), ann.undo()]).toEqual(['coOwners', 'name', null]);
	await isSaved(ann);
	expect(ann.values).toMatchObject({ name: 'Harbour crane', nextStep: 'Bob’s step' });
	expect(await dealRow(db, id)).toMatchObject({ name: 'Harbour crane', nextStep: 'Bob’s step' });
});

test('[SYNC-70] what a colleague wrote over my edit stays; undo goes on to my edit before that', async () => {
	const id = await aSharedDeal();
	const [ann, bob] = [openRecord(id, office.ann.cookie), openRecord(id, office.bob.cookie)];
	await Promise.all([isSaved(ann), isSaved(bob)]);
	ann.set('name', 'Ann’s name');
	ann.set('nextStep', 'Ann’s step');
	await until(
		() => bob.values.nextStep,
		(step) => step === 'Ann’s step'
	);
	bob.set('nextStep', 'Bob’s step');
	await until(
		() => ann.values.nextStep,
		(step) => step === 'Bob’s step'
	);
	expect(ann.undo()).toBe('name');
	await isSaved(ann);
	expect(ann.values).toMatchObject({ name: 'Harbour crane', nextStep: 'Bob’s step' });
	expect(ann.canUndo).toBe(false);
});

test('[SYNC-70] an edit that the server has put right is no step to take back', async () => {
	const id = await aSharedDeal();
	const record = openRecord(id, office.ann.cookie);
	await isSaved(record);
	record.set('nextStep', 'Call');
	record.set('name', 'x'.repeat(5_000));
	const [notice] = await until(
		() => record.notices,
		({ length }) => length === 1
	);
	record.dismiss(notice?.id ?? '');
	expect(record.undo()).toBe('nextStep');
	await isSaved(record);
	expect(record.values).toMatchObject({ name: 'Harbour crane', nextStep: 'Get in touch' });
	expect(record.redo()).toBe('nextStep');
	await isSaved(record);
	expect(await dealRow(db, id)).toMatchObject({ name: 'Harbour crane', nextStep: 'Call' });
});

test('[SYNC-70] notes and fields are one line of steps; a fresh edit of either ends what could be done again', async () => {
	const id = await aSharedDeal();
	const record = openRecord(id, office.ann.cookie);
	await isSaved(record);
	const notes = record.fragment('notes');
	if (!notes) throw new Error('the document has come');
	const editor = Symbol('the editor of the notes');
	const own = new Y.UndoManager(notes, { trackedOrigins: new Set([editor]) });
	const forget = record.undoWith('notes', own);
	const write = (text: string) =>
		record.doc.transact(() => {
			const line = new Y.XmlElement('paragraph');
			line.insert(0, [new Y.XmlText(text)]);
			notes.insert(0, [line]);
		}, editor);
	record.set('name', 'First');
	write('Second');
	record.set('nextStep', 'Third');
	expect([record.undo(), record.undo()]).toEqual(['nextStep', 'notes']);
	expect(notes.length).toBe(0);
	expect(record.redo()).toBe('notes');
	expect(notes.length).toBe(1);
	write('Fresh');
	expect(record.canRedo).toBe(false);
	expect([record.undo(), record.undo(), record.undo()]).toEqual(['notes', 'notes', 'name']);
	forget();
	await isSaved(record);
	expect(await dealRow(db, id)).toMatchObject({ name: 'Harbour crane', nextStep: 'Get in touch' });
});

test('without a line it counts what only this device has, and saves it when the line is back', async () => {
	const id = await aSharedDeal();
	const connection = new Connection();
	const record = openRecord(id, office.ann.cookie, connection);
	await isSaved(record);
	record.provider?.disconnect();
	record.set('name', 'In a tunnel');
	record.set('nextStep', 'Still in it');
	expect([connection.state, connection.pending]).toEqual(['offline', 2]);
	record.reconnect();
	await isSaved(record);
	expect([connection.state, connection.pending]).toEqual(['saved', 0]);
	expect(await dealRow(db, id)).toMatchObject({ name: 'In a tunnel', nextStep: 'Still in it' });
});

test('who is signed out is told so and can enter nothing that would be lost', async () => {
	const id = await aSharedDeal();
	const { sessionId, cookie } = await signedIn(db, office.ann.id);
	const record = openRecord(id, cookie);
	await isSaved(record);
	await db.delete(sessions).where(eq(sessions.id, sessionId));
	await until(
		() => record.state,
		(state) => state === 'signed-out'
	);
	expect(record.readOnly).toBe(true);
});

test('a reader is told at the door that he only reads', async () => {
	const record = openRecord(await aSharedDeal(), office.cleo.cookie);
	await until(
		() => record.readOnly,
		(readOnly) => readOnly
	);
	record.set('name', 'Not mine');
	expect(record.pending).toBe(0);
	await isSaved(record);
	expect(record.values.name).toBe('Harbour crane');
});

test('a record one may not see is closed with its reason', async () => {
	const record = openRecord(await aSharedDeal(), office.tina.cookie);
	await until(
		() => record.state,
		(state) => state === 'closed'
	);
	expect(record.reason).toBe('gone');
});
