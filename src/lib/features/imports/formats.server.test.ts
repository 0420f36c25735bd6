import { readdirSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { and, eq, inArray } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ctx } from '#lib/server/context.ts';
import {
	changes,
	companies,
	contactEmails,
	contactPhones,
	contacts
} from '#lib/server/db/tables/index.ts';
import { uploadsFolder } from '#lib/server/storage/uploads.ts';
import { vcard } from '#lib/server/vcard/write.ts';
import { writeWorkbook } from '#lib/server/xlsx/write.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import {
	aDepartment,
	aPerson,
	ownDataFolder,
	started,
	upload,
	uploaded
} from '#tests/support/import-office.ts';
import { runImport } from './commands.server.ts';
import { getImport, previewImport } from './queries.server.ts';
import type { ImportKind } from './schema.ts';

const { db } = await testDatabase();
let removeFolder: () => void;
let hamburg: string;
let ann: Ctx;

beforeAll(async () => {
	removeFolder = ownDataFolder();
	hamburg = await aDepartment(db, 'Sales Hamburg');
	ann = await aPerson(db, hamburg);
});
afterAll(() => removeFolder());

async function workbook(...rows: string[][]): Promise<Buffer> {
	async function* batches() {
		yield rows;
	}
	return buffer(writeWorkbook('Sheet', batches()));
}

async function brought(kind: ImportKind, bytes: Buffer) {
	const one = await uploaded(ann, kind, hamburg, [bytes]);
	const start = await started(ann, one.id);
	if (!start.ok) throw new Error(start.error);
	await runImport(systemCtx(db), one.id);
	return getImport(ann, one.id);
}

const createdBy = async (importId: string) => {
	const rows = await db
		.select({ id: changes.recordId })
		.from(changes)
		.where(and(eq(changes.batchId, importId), eq(changes.act, 'create')));
	return rows.map(({ id }) => id);
};

test('a workbook is previewed and brought in like any table, numbers and phones as they were', async () => {
	const file = await workbook(
		['Company', 'Phone', 'Street', 'Registration no.'],
		[],
		['=Nord GmbH', '+49 (0)40 0123', "'quoted", '007'],
		['', '040']
	);
	const one = await uploaded(ann, 'company', hamburg, [file]);
	expect(one).toMatchObject({
		format: 'xlsx',
		encoding: 'utf8',
		hasHeader: 'yes',
		mapping: ['name', 'phones', 'address', 'registrationNumber']
	});
	const preview = await previewImport(ann, one);
	expect(preview.rows.map(({ number, outcome }) => [number, outcome])).toEqual([
		[3, 'ready'],
		[4, 'failed']
	]);
	const done = await brought('company', file);
	expect(done).toMatchObject({ state: 'done', createdRows: 1, failedRows: 1 });
	const [row] = await db
		.select()
		.from(companies)
		.where(inArray(companies.id, await createdBy(done.id)));
	expect(row).toMatchObject({ name: '=Nord GmbH', address: "'quoted", registrationNumber: '007' });
});

test('the cards of an address book become contacts, through the same preview', async () => {
	const card = (firstName: string, lastName: string) =>
		vcard({
			...{ id: newId(), firstName, lastName, middleName: '', title: 'Head, sales', company: '' },
			emails: [{ address: `${lastName.toLowerCase()}@cards.example`, label: 'work' }],
			phones: [{ raw: '+49 171 1234567, 8', label: 'mobile' }],
			...{ tags: ['VIP'], notes: 'Two\nlines', updatedAt: new Date() }
		});
	const file = Buffer.from(
		card('Jürgen', 'Heide') + card('渋谷', 'Ren') + 'BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n'
	);
	const one = await uploaded(ann, 'contact', hamburg, [file]);
	expect(one).toMatchObject({ format: 'vcard', hasHeader: 'yes' });
	expect((await previewImport(ann, one)).counts).toMatchObject({ flagged: 2 });
	const done = await brought('contact', file);
	expect(done).toMatchObject({ state: 'done', createdRows: 2, failedRows: 0 });
	const ids = await createdBy(done.id);
	const rows = await db
		.select()
		.from(contacts)
		.where(inArray(contacts.id, ids))
		.orderBy(contacts.number);
	expect(rows).toMatchObject([
		{ firstName: 'Jürgen', lastName: 'Heide', title: 'Head, sales', notesText: 'Two\nlines' },
		{ firstName: '渋谷', lastName: 'Ren' }
	]);
	const [phone] = await db
		.select()
		.from(contactPhones)
		.where(eq(contactPhones.contactId, ids[0] ?? ''));
	expect(phone?.raw).toBe('+49 171 1234567, 8');
	const [mail] = await db
		.select()
		.from(contactEmails)
		.where(eq(contactEmails.contactId, ids[0] ?? ''));
	expect(mail?.address).toBe('heide@cards.example');
});

test('of a file that is no workbook nothing stays behind, and of one that is only its table', async () => {
	const stored = () => readdirSync(uploadsFolder()).length;
	const before = stored();
	expect(await upload(ann, 'company', hamburg, [Buffer.from('PK\x03\x04 no')])).toMatchObject({
		ok: false,
		error: 'not_a_workbook'
	});
	expect(await upload(ann, 'company', hamburg, [await workbook([], [''])])).toMatchObject({
		ok: false,
		error: 'empty'
	});
	expect(stored()).toBe(before);
	await uploaded(ann, 'company', hamburg, [await workbook(['Company'], ['Nord'])]);
	expect(stored()).toBe(before + 1);
});
