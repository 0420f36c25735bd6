import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { eq, sql } from 'drizzle-orm';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { addComment } from '#lib/features/activity/commands.server.ts';
import { attachFile } from '#lib/features/attachments/commands.server.ts';
import { createReminder } from '#lib/features/reminders/commands.server.ts';
import { collectWords } from '#lib/features/search/commands.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { trash } from '#lib/server/records/trash.ts';
import { kinds } from '#lib/registry.server.ts';
import { writeEdit } from '#lib/records/document.ts';
import { richTextOf } from '#lib/records/rich-text.ts';
import type { Edit } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	apiKeys,
	comments,
	contacts,
	deals,
	erasures,
	idempotencyKeys,
	importFaults,
	imports,
	keptEdits,
	merges,
	notifications,
	outgoingMails,
	personExports,
	requests,
	sessions,
	userProfiles,
	users,
	ydocs
} from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { createRecordPort } from '#lib/server/hub/record-port.ts';
import { Replicator } from '#lib/server/hub/replicator.ts';
import { stageBlob } from '#lib/server/storage/blobs.ts';
import { uploadPath } from '#lib/server/storage/uploads.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { aColleague, aDeal } from '#tests/support/deals.ts';
import { aCompany, aContact, aFrontDesk, aRequest, mail, phone } from '#tests/support/requests.ts';
import { askErasure, askExport, collectPerson, eraseWaiting } from './commands.server.ts';
import { previewErasure } from './queries.server.ts';

const { db } = await testDatabase();
const home = mkdtempSync(path.join(tmpdir(), 'tandem-privacy-'));
process.env.DATA_DIR = home;
afterAll(() => rmSync(home, { recursive: true, force: true }));

const ctx = systemCtx(db);
const { ann, bob, olga } = await aFrontDesk(ctx);
const adam = await aColleague(ctx, 'Adam', 'administrator');

/** Words that stand nowhere but where this test puts them. */
const CANARY = {
	first: 'Quilla',
	last: 'Zephyrmoor',
	formerLast: 'Brambleyx',
	email: 'quilla@zephyrmoor.example',
	formerEmail: 'q.old@brambleyx.example',
	phone: '+49 40 7391 8264',
	notes: 'Wintergartenvorliebe',
	typed: 'Heliotropkatze',
	description: 'Kranichbefund',
	comment: 'Muschelkalkmeinung',
	content: 'Pergamentinhalt',
	fileName: 'Quittenbrief.txt'
} as const;
const whole = `${CANARY.first} ${CANARY.last}`;

/** Types into an opened record as a page does. */
async function type(by: Ctx, kind: 'contact' | 'deal', id: string, ...edits: readonly Edit[]) {
	const port = createRecordPort(db, kinds, by.log);
	const replicator = new Replicator(port, kind, id, 1);
	const tab = new Y.Doc();
	Y.applyUpdate(tab, Y.encodeStateAsUpdate((await replicator.current()).doc));
	const declared = kinds.find((one) => one.kind.name === kind)?.kind;
	if (!declared) throw new Error(kind);
	for (const one of edits) {
		const before = Y.encodeStateVector(tab);
		writeEdit(tab, declared, one);
		const update = Y.encodeStateAsUpdate(tab, before);
		await replicator.commit([{ update, mode: 'live', actor: by.actor }]);
		for (const news of replicator.takeUpdates()) Y.applyUpdate(tab, news);
	}
}

async function* once(text: string) {
	yield Buffer.from(text);
}

async function attach(
	by: Ctx,
	kind: 'contact' | 'deal',
	recordId: string,
	text: string,
	name: string
) {
	const staged = await stageBlob(once(text), { limitBytes: 1e6 });
	if (staged === 'too_large') throw new Error('no file of a test is');
	await attachFile(by, kinds, { kind, recordId }, { name, staged });
}

/** Everything that a dump would hold, and the disk: rows as text, bytes in hexadecimal too. */
async function whereIs(token: string): Promise<readonly string[]> {
	const tables = await db.execute<{ name: string }>(sql`
		select format('%I.%I', n.nspname, c.relname) as name from pg_class c
		join pg_namespace n on n.oid = c.relnamespace
		where n.nspname in ('public', 'pgboss') and c.relkind = 'r'`);
	const hex = Buffer.from(token).toString('hex');
	const found: string[] = [];
	for (const { name } of tables) {
		const [row] = await db.execute<{ many: number }>(
			sql`select count(*)::int as many from ${sql.raw(name)} t
				where t::text ilike ${`%${token}%`} or t::text ilike ${`%${hex}%`}`
		);
		if (row && row.many > 0) found.push(name);
	}
	const files = existsSync(path.join(home, 'uploads'))
		? readdirSync(path.join(home, 'uploads'), { recursive: true, withFileTypes: true })
		: [];
	for (const file of files.filter((entry) => entry.isFile())) {
		const content = readFileSync(path.join(file.parentPath, file.name));
		if (content.includes(token)) found.push(`disk: ${file.name}`);
	}
	return found;
}

async function aLife() {
	const company = await aCompany(ann, 'Zanderwerk');
	const contact = await aContact(ann, `${CANARY.first} ${CANARY.formerLast}`, company, {
		...mail(CANARY.formerEmail),
		...phone(CANARY.phone),
		notes: richTextOf(CANARY.notes)
	});
	await type(
		ann,
		'contact',
		contact,
		{ field: 'lastName', set: CANARY.last },
		{ field: 'emails', put: { a: { address: CANARY.email, label: 'work', position: 0 } } },
		{ field: 'notes', set: richTextOf(CANARY.typed) }
	);
	const request = await aRequest(olga, {
		...mail(CANARY.email),
		firstName: CANARY.first,
		lastName: CANARY.last,
		description: `${CANARY.description} for ${whole}`
	});
	const deal = await aDeal(ann, { companyId: company, contactId: contact });
	await type(ann, 'deal', deal, {
		field: 'notes',
		set: richTextOf(`Called ${whole} on 040/7391-8264.`)
	});
	await type(ann, 'deal', deal, { field: 'notes', set: richTextOf('Nobody is named any more.') });
	await type(ann, 'deal', deal, { field: 'nextStep', set: `Write to ${CANARY.email} again` });
	await addComment(bob, kinds, { kind: 'contact', id: contact, body: CANARY.comment });
	await addComment(bob, kinds, {
		kind: 'deal',
		id: deal,
		body: `${whole} is nice, the price is not`
	});
	await attach(ann, 'contact', contact, CANARY.content, CANARY.fileName);
	await attach(ann, 'deal', deal, 'An offer', `Offer for ${whole}.txt`);
	return { company, contact, request, deal };
}

/** What the rest of the system remembers of him. */
async function echoes(contact: string, deal: string) {
	const at = new Date();
	await db.insert(keptEdits).values([
		{
			id: newId(),
			userId: bob.actor.id,
			kind: 'contact',
			recordId: contact,
			reason: 'rejected',
			field: 'notes',
			value: CANARY.typed
		},
		{
			id: newId(),
			userId: bob.actor.id,
			kind: 'deal',
			recordId: deal,
			reason: 'conflict',
			field: 'nextStep',
			value: `Ask ${whole}`
		}
	]);
	await db.insert(idempotencyKeys).values({
		actorId: ann.actor.id,
		key: 'a key',
		fingerprint: 'f',
		result: { id: contact, name: whole }
	});
	await db.insert(outgoingMails).values({
		id: newId(),
		purpose: 'notification',
		userId: bob.actor.id,
		recipient: 'bob@tandem.example',
		subject: `News of ${whole}`,
		text: `${whole} <${CANARY.email}>`,
		html: `<p>${whole}</p>`,
		messageId: 'one@tandem',
		state: 'sent',
		createdAt: at
	});
	await db.insert(notifications).values([
		{
			id: newId(),
			userId: bob.actor.id,
			causeId: newId(),
			at,
			act: 'comment.added',
			reason: 'owner',
			kind: 'deal',
			recordId: deal,
			params: { excerpt: `Call ${whole}` },
			inApp: true
		},
		{
			id: newId(),
			userId: bob.actor.id,
			causeId: newId(),
			at,
			act: 'comment.added',
			reason: 'owner',
			kind: 'contact',
			recordId: contact,
			params: { excerpt: CANARY.comment },
			inApp: true
		}
	]);
	const importId = newId();
	await db.insert(imports).values({
		id: importId,
		kind: 'contact',
		state: 'done',
		fileName: 'people.csv',
		storedAs: newId(),
		sizeBytes: 1,
		encoding: 'utf-8',
		delimiter: ';',
		hasHeader: 'yes',
		mapping: {},
		departmentId: ann.actor.departmentIds[0] ?? '',
		ownerId: ann.actor.id
	});
	await db.insert(importFaults).values({
		importId,
		rowNumber: 2,
		outcome: 'failed',
		cells: [whole, CANARY.email],
		faults: []
	});
	await createReminder(bob, kinds, {
		kind: 'contact',
		recordId: contact,
		subject: `Birthday of ${whole}`,
		on: '2031-01-02',
		at: '09:00',
		description: null,
		sendMail: false
	});
}

const life = await aLife();
beforeAll(() => echoes(life.contact, life.deal));

const person = () => ({ kind: 'contact' as const, id: life.contact });

describe('a person', () => {
	test('is exported or erased by whoever has the right to, and by nobody else', () => {
		expect(() => askErasure(ann, { ...person(), name: whole })).toThrow(Forbidden);
		expect(() => askExport(ann, person())).toThrow(Forbidden);
	});

	test('is erased only under his own name', async () => {
		const asked = await askErasure(adam, { ...person(), name: 'Somebody Else' });
		expect(asked).toMatchObject({ ok: false, error: 'other_name' });
	});

	test('has everything that is kept of him collected into one file [R12]', async () => {
		const asked = await askExport(adam, person());
		if (!asked.ok) throw new Error('refused');
		await collectPerson(ctx, kinds, asked.value);
		const [row] = await db
			.select()
			.from(personExports)
			.where(eq(personExports.id, asked.value.exportId));
		const archive = extract();
		archive.end(gunzipSync(readFileSync(uploadPath(row?.storedAs ?? ''))));
		const entries: Record<string, string> = {};
		for await (const entry of archive) {
			const pieces: Buffer[] = [];
			for await (const piece of entry as AsyncIterable<Buffer>) pieces.push(piece);
			entries[entry.header.name] = Buffer.concat(pieces).toString();
		}
		expect(Object.keys(entries).sort()).toEqual([
			...['comments.json', 'deals.json', 'files.json', `files/1-${CANARY.fileName}`],
			...['history.json', 'notifications.json', 'records.json', 'reminders.json']
		]);
		const all = Object.values(entries).join('\n');
		for (const token of Object.values(CANARY)) expect(all).toContain(token);
	});

	test('is previewed before he goes: what is his, and who else names him', async () => {
		const preview = await previewErasure(adam, kinds, person());
		expect(preview.person.name).toBe(whole);
		expect(preview.goes).toMatchObject({
			contact: 1,
			request: 1,
			comment: 1,
			file: 1,
			reminder: 1
		});
		expect(preview.named).toEqual({ deal: 1 });
		expect(preview.shared).toEqual([]);
	});

	test('leaves no word behind in any table, document, job or file [R12]', async () => {
		await collectWords(ctx, kinds);
		const hidden: string[] = [];
		for (const token of Object.values(CANARY)) {
			if ((await whereIs(token)).length === 0) hidden.push(token);
		}
		// The search finds what is there: otherwise it would find nothing afterwards either.
		expect(hidden).toEqual([]);
		const [before] = await db.select().from(ydocs).where(eq(ydocs.recordId, life.deal));
		expect(await askErasure(adam, { ...person(), name: whole })).toMatchObject({ ok: true });
		await eraseWaiting(ctx, kinds);
		const left: Record<string, readonly string[]> = {};
		for (const token of [...Object.values(CANARY), '7391-8264', '73918264']) {
			const places = await whereIs(token);
			if (places.length > 0) left[token] = places;
		}
		expect(left).toEqual({});
		const [after] = await db.select().from(ydocs).where(eq(ydocs.recordId, life.deal));
		expect(after?.epoch).toBe((before?.epoch ?? 0) + 1);
	});

	test('stays as somebody without a name, so that deals and figures still add up', async () => {
		const [deal] = await db.select().from(deals).where(eq(deals.id, life.deal));
		expect(deal).toMatchObject({ contactId: life.contact, nextStep: 'Write to [erased] again' });
		const [contact] = await db.select().from(contacts).where(eq(contacts.id, life.contact));
		expect(contact?.firstName).toBe('[erased]');
		expect(contact?.deletedAt).not.toBeNull();
		const [request] = await db.select().from(requests).where(eq(requests.id, life.request));
		expect(request).toMatchObject({ description: null, requestFor: '[erased]', deletedAt: null });
		const said = await db.select().from(comments).where(eq(comments.recordId, life.deal));
		expect(said.map(({ body }) => body)).toEqual(['[erased] is nice, the price is not']);
	});

	test('is erased again when an older backup brings him back [R12]', async () => {
		// As a restore leaves it: he is there as he was, and the ledger says that he is still to be erased.
		await db
			.update(contacts)
			.set({ firstName: CANARY.first, lastName: CANARY.last, deletedAt: null })
			.where(eq(contacts.id, life.contact));
		await db.update(erasures).set({ doneAt: null });
		expect(await eraseWaiting(ctx, kinds)).toBe(1);
		expect(await whereIs(CANARY.last)).toEqual([]);
		expect(await eraseWaiting(ctx, kinds)).toBe(0);
	});
});

test('what others have as well is not taken for a trace of one of them', async () => {
	const company = await aCompany(ann, 'Nordlicht', mail('office@nordlicht.example'));
	const one = await aContact(ann, 'Ulla Pfau', company, mail('office@nordlicht.example'));
	await aContact(ann, 'Ulla Pfau', company);
	const deal = await aDeal(ann, { name: 'Ulla Pfau wants lamps' });
	const preview = await previewErasure(adam, kinds, { kind: 'contact', id: one });
	expect(preview.shared).toEqual(['Ulla Pfau', 'office@nordlicht.example']);
	expect(await askErasure(adam, { kind: 'contact', id: one, name: 'ulla  pfau' })).toMatchObject({
		ok: true
	});
	await eraseWaiting(ctx, kinds);
	expect(await whereIs('office@nordlicht.example')).toContain('public.company_emails');
	const [kept] = await db.select().from(deals).where(eq(deals.id, deal));
	expect(kept?.name).toBe('Ulla Pfau wants lamps');
});

test('who was merged into somebody goes with him, and the merge cannot be taken back any more', async () => {
	const company = await aCompany(ann, 'Doubles');
	const [kept, gone] = [
		await aContact(ann, 'Tessa Mauersegler', company, { bornOn: '1971-02-03', unsubscribed: true }),
		await aContact(ann, 'Tessa Mauersegler-Wendt', company, { title: 'Lotsin' })
	];
	await trash(ann, contactRecords, gone);
	await db.insert(merges).values({
		...{ id: newId(), kind: 'contact', keptId: kept, goneId: gone, moved: { title: 'Lotsin' } },
		...{ mergedBy: ann.actor.id, mergedAt: new Date() }
	});
	const asked = { kind: 'contact', id: kept, name: 'Tessa Mauersegler' } as const;
	expect((await previewErasure(adam, kinds, asked)).goes).toMatchObject({ contact: 2 });
	expect(await askErasure(adam, asked)).toMatchObject({ ok: true });
	await eraseWaiting(ctx, kinds);
	for (const token of ['Mauersegler', 'Lotsin', '1971-02-03']) {
		expect(await whereIs(token), token).toEqual([]);
	}
	expect(await db.select().from(merges)).toEqual([]);
});

test('a name of any signs is searched for as it is written', async () => {
	const name = 'Anne-Marie [x]{2} $^|a/\\d*+?.(b)';
	const one = await aContact(ann, name, await aCompany(ann, 'Signs'));
	const deal = await aDeal(ann, { name: `For ${name}` });
	expect((await previewErasure(adam, kinds, { kind: 'contact', id: one })).named).toEqual({
		deal: 1
	});
	expect(await askErasure(adam, { kind: 'contact', id: one, name })).toMatchObject({ ok: true });
	await eraseWaiting(ctx, kinds);
	const [kept] = await db.select().from(deals).where(eq(deals.id, deal));
	expect(kept?.name).toBe('For [erased]');
});

test('of one of our own people the account goes and what he did stays the company’s', async () => {
	const wanda = await aColleague(ctx, 'Wanda Quastenfloh', 'manager');
	const { id } = wanda.actor;
	await db.update(users).set({ email: 'wanda@quastenfloh.example' }).where(eq(users.id, id));
	await db.insert(sessions).values({
		id: newId(),
		userId: id,
		token: 'a token',
		expiresAt: new Date(),
		ipAddress: '203.0.113.77'
	});
	await db.insert(apiKeys).values({
		id: newId(),
		userId: id,
		name: 'Quastenfloh',
		prefix: 'x',
		hash: 'y',
		scopes: ['read'],
		createdAt: new Date()
	});
	const deal = await aDeal(ann, { name: 'As Wanda Quastenfloh said' });
	const ask = () => askErasure(adam, { kind: 'user', id, name: 'Wanda Quastenfloh' });
	expect(await ask()).toMatchObject({ ok: false, error: 'still_active' });
	await db.update(userProfiles).set({ active: false }).where(eq(userProfiles.userId, id));
	expect(await ask()).toMatchObject({ ok: true });
	await eraseWaiting(ctx, kinds);
	for (const token of ['Quastenfloh', 'quastenfloh.example', '203.0.113.77']) {
		expect(await whereIs(token)).toEqual([]);
	}
	const [kept] = await db.select().from(deals).where(eq(deals.id, deal));
	expect(kept?.name).toBe('As [erased] said');
});
