import { and, eq, inArray, isNull } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { runImport } from '#lib/features/imports/commands.server.ts';
import { getImport } from '#lib/features/imports/queries.server.ts';
import type { ImportKind } from '#lib/features/imports/schema.ts';
import { kinds } from '#lib/registry.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { changes, companies, contactEmails, contacts } from '#lib/server/db/tables/index.ts';
import { TooMany } from '#lib/server/errors.ts';
import { create } from '#lib/server/records/create.ts';
import { readAllValues } from '#lib/server/records/row.ts';
import { trash } from '#lib/server/records/trash.ts';
import { readCards } from '#lib/server/vcard/read.ts';
import { tableFile } from '#lib/server/web/table-file.ts';
import { entriesOf } from '#lib/records/document.ts';
import { richTextOf } from '#lib/records/rich-text.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { KindName } from '#lib/shared/kinds.ts';
import { newId } from '#lib/shared/ids.ts';
import { headingsOf, readerWords } from '../../../routes/(app)/export/words.ts';
import { overwriteGetLocale } from '#lib/messages/runtime.js';
import { importableKind } from '../imports/model.ts';
import { suggestMapping } from '../imports/model/suggest.ts';
import { SHELL_KINDS } from '../../../routes/(app)/shell/kinds.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import {
	aDepartment,
	aPerson,
	ownDataFolder,
	started,
	uploaded
} from '#tests/support/import-office.ts';
import { exportColumns } from './model.ts';
import { beginExport, exportCards, exportRows } from './queries.server.ts';

const { db } = await testDatabase();
let removeFolder: () => void;
beforeAll(() => {
	removeFolder = ownDataFolder();
});
afterAll(() => removeFolder());

/** The file that the page of a list gives out, as its bytes. */
async function file(ctx: Ctx, kind: KindName, address = '', format: 'csv' | 'xlsx' = 'csv') {
	const params = new URLSearchParams(address);
	const { kind: declared, pages } = await beginExport(ctx, { kind, format, params });
	const response = tableFile(format, {
		name: 'file',
		title: kind,
		headings: headingsOf(kind, exportColumns(declared)),
		rows: exportRows(ctx, kinds, { kind, pages }, readerWords('en'))
	});
	return Buffer.from(await response.arrayBuffer());
}

const linesOf = async (...wanted: Parameters<typeof file>) =>
	(await file(...wanted)).toString().trimEnd().split('\r\n').slice(1);

async function office() {
	const hamburg = await aDepartment(db);
	return { hamburg, ann: await aPerson(db, hamburg) };
}

async function made(
	ctx: Ctx,
	records: typeof companyRecords | typeof contactRecords,
	values: RecordValues
) {
	const created = await create(ctx, records, { values });
	if (!created.ok) throw new Error(JSON.stringify(created.faults));
	return created.value.id;
}

const emails = (...all: string[]) =>
	Object.fromEntries(
		all.map((address, position) => [newId(), { address, label: 'work', position } as const])
	);
const phones = (...all: string[]) =>
	Object.fromEntries(
		all.map((raw, position) => [newId(), { raw, e164: null, label: 'work', position } as const])
	);

const inOrder = (entries: RecordValues[string] | undefined) =>
	Object.values(entriesOf(entries)).sort((one, other) => one.position - other.position);

const companiesOf = (departmentId: string) =>
	db
		.select()
		.from(companies)
		.where(eq(companies.departmentId, departmentId))
		.orderBy(companies.number);

async function brought(ctx: Ctx, kind: ImportKind, departmentId: string, bytes: Buffer) {
	const one = await uploaded(ctx, kind, departmentId, [bytes]);
	const start = await started(ctx, one.id);
	if (!start.ok) throw new Error(start.error);
	await runImport(systemCtx(db), one.id);
	return getImport(ctx, one.id);
}

/** What records hold beside ids: entries of lists without theirs. */
const contentOf = ({ emails, phones, ...values }: RecordValues) => ({
	...values,
	emails: inOrder(emails),
	phones: inOrder(phones)
});

describe('a file of what a list shows', () => {
	test('own companies are exported, deleted and come back whole from the file [T360]', async () => {
		const { hamburg, ann } = await office();
		const base = { owner: ann.actor.id, department: hamburg };
		const sent: RecordValues[] = [
			{
				...base,
				name: '=HYPERLINK("http://evil.example")',
				website: 'https://a.example',
				phones: phones('+49 (0)40 0123', '0049-40-1')
			},
			{
				...base,
				name: "'+7 Group",
				alternativeNames: '-1; "two", 3',
				place: { country: 'DE', city: 'Köln' },
				emails: emails('a@a.example', 'b@a.example')
			},
			{
				...base,
				name: '007',
				address: 'Line 1\nLine 2, "x"',
				registrationNumber: '00123',
				phones: phones('0800 / 123 45, 67')
			},
			{ ...base, name: '@cmd ＝1', region: '\u200fabc', district: ' -1'.trim() }
		];
		const ids = [];
		for (const values of sent) ids.push(await made(ann, companyRecords, values));
		const csv = await file(ann, 'company', 'sort=number');
		for (const cell of csv.toString().split(/[,\r\n]+/))
			expect(cell).not.toMatch(/^"?[=+\-@\t＝＋－＠]/);
		const stored = await readAllValues(ann, companyRecords, await companiesOf(hamburg));
		for (const id of ids) await trash(ann, companyRecords, id);
		const one = await brought(ann, 'company', hamburg, csv);
		expect(one).toMatchObject({
			state: 'done',
			createdRows: sent.length,
			failedRows: 0,
			flaggedRows: 0
		});
		const rows = (await companiesOf(hamburg)).filter(({ deletedAt }) => deletedAt === null);
		const back = await readAllValues(ann, companyRecords, rows);
		expect(back.map(contentOf)).toEqual(stored.map(contentOf));
	});

	test('contacts find their company again by its name, and its owner with it [T361]', async () => {
		const { hamburg, ann } = await office();
		const base = { owner: ann.actor.id, department: hamburg };
		const company = await made(ann, companyRecords, { ...base, name: 'Nordlicht, Logistik' });
		const id = await made(ann, contactRecords, {
			...base,
			...{ company, firstName: 'Jürgen', middleName: 'von der', lastName: 'Heide', title: 'CEO' },
			...{ emails: emails('j@heide.example'), phones: phones('+49 171 1234567') }
		});
		const csv = await file(ann, 'contact');
		await trash(ann, contactRecords, id);
		const one = await brought(ann, 'contact', hamburg, csv);
		expect(one).toMatchObject({ state: 'done', createdRows: 1, failedRows: 0, flaggedRows: 0 });
		const [row] = await db
			.select()
			.from(contacts)
			.where(and(eq(contacts.companyId, company), isNull(contacts.deletedAt)));
		expect(row).toMatchObject({
			firstName: 'Jürgen',
			middleName: 'von der',
			lastName: 'Heide',
			title: 'CEO',
			ownerId: ann.actor.id
		});
		expect(
			await db
				.select()
				.from(contactEmails)
				.where(eq(contactEmails.contactId, row?.id ?? ''))
		).toMatchObject([{ address: 'j@heide.example' }]);
	});

	test('holds every page of the list, with its search, filters and order, and only chosen records when some are', async () => {
		const { hamburg, ann } = await office();
		const ids = [];
		for (let n = 0; n < 3; n++) {
			ids.push(
				await made(ann, companyRecords, {
					name: `Mill ${n}`,
					owner: ann.actor.id,
					department: hamburg,
					...(n === 1 ? { place: { country: 'SE', city: 'Malmö' } } : {})
				})
			);
		}
		expect(
			(await linesOf(ann, 'company', 'q=mill&sort=-name')).map((line) => line.split(',')[1])
		).toEqual(['Mill 2', 'Mill 1', 'Mill 0']);
		expect(await linesOf(ann, 'company', 'q=mill&country=SE')).toEqual([
			expect.stringContaining('Sweden,Malmö')
		]);
		const params = new URLSearchParams('sort=name');
		const { pages } = await beginExport(ann, {
			kind: 'company',
			format: 'csv',
			params,
			ids: [ids[2] ?? '', newId()]
		});
		const chosen = [];
		for await (const page of pages) chosen.push(...page.map(({ row }) => row.id));
		expect(chosen).toEqual([ids[2]]);
	});

	test('reaches as far as the right to export, never further than the list, and is noted', async () => {
		const { hamburg, ann } = await office();
		const bob = await aPerson(db, hamburg);
		const olga = await aPerson(db, hamburg, { role: 'operator' });
		const tina = await aPerson(db, await aDepartment(db), { role: 'operator' });
		await made(ann, companyRecords, {
			name: 'Of Ann',
			owner: ann.actor.id,
			department: hamburg
		});
		await made(bob, companyRecords, { name: 'Of Bob', owner: bob.actor.id, department: hamburg });
		const names = async (ctx: Ctx) =>
			(await linesOf(ctx, 'company', 'sort=name')).map((line) => line.split(',')[1]);
		expect(await names(ann)).toEqual(['Of Ann']);
		expect(await names(olga)).toEqual(['Of Ann', 'Of Bob']);
		expect(await names(tina)).toEqual([]);
		const { 'export.create': _none, ...permissions } = olga.actor.permissions;
		const bare = { ...olga, actor: { ...olga.actor, permissions } };
		await expect(file(bare, 'company')).rejects.toThrow('export');
		const noted = await db
			.select()
			.from(changes)
			.where(and(eq(changes.act, 'export'), eq(changes.actorId, ann.actor.id)));
		expect(noted.map((row) => row.new)).toMatchObject([{ kind: 'company', format: 'csv' }]);
	});

	test('calls nothing by its name that the reader may not see', async () => {
		const { hamburg, ann } = await office();
		const foreign = await aDepartment(db);
		const tom = await aPerson(db, foreign);
		const secret = await made(tom, companyRecords, {
			name: 'Secret Ltd',
			owner: tom.actor.id,
			department: foreign
		});
		const id = await made(ann, contactRecords, {
			firstName: 'Jo',
			owner: ann.actor.id,
			department: hamburg
		});
		await db
			.update(contacts)
			.set({ companyId: secret })
			.where(inArray(contacts.id, [id]));
		const [line] = await linesOf(ann, 'contact');
		expect(line).toContain('Jo');
		expect(line).not.toContain('Secret');
	});

	test('contacts go as cards into any address book', async () => {
		const { hamburg, ann } = await office();
		const base = { owner: ann.actor.id, department: hamburg };
		const company = await made(ann, companyRecords, { ...base, name: 'Nordlicht' });
		await made(ann, contactRecords, {
			...base,
			company,
			firstName: 'Jürgen',
			lastName: 'Heide',
			phones: phones('+49 171 12'),
			notes: richTextOf('By ferry,\nnot by train')
		});
		const params = new URLSearchParams();
		const { pages } = await beginExport(ann, { kind: 'contact', format: 'vcf', params });
		const [card, ...others] = await Array.fromAsync(readCards(exportCards(ann, kinds, pages)));
		expect(card).toMatchObject({
			firstName: 'Jürgen',
			lastName: 'Heide',
			company: 'Nordlicht',
			phones: '+49 171 12\n',
			notes: 'By ferry,\nnot by train'
		});
		expect(others).toEqual([]);
	});

	test('is not given out without end', async () => {
		const { ann } = await office();
		const params = new URLSearchParams();
		const once = () => beginExport(ann, { kind: 'task', format: 'csv', params });
		for (let n = 0; n < 30; n++) await once();
		await expect(once()).rejects.toThrow(TooMany);
	});
});

test('an import knows the columns of our own files again, in each language', () => {
	// What a file cannot say: the department is chosen once for all of it.
	const unknown = ['department', 'createdAt', 'updatedAt', 'lead', 'partner'];
	for (const locale of ['en', 'de'] as const) {
		overwriteGetLocale(() => locale);
		for (const kind of ['company', 'contact', 'lead', 'deal'] as const) {
			const { kind: declared } = SHELL_KINDS[kind];
			const columns = exportColumns(declared).filter(({ field }) => !unknown.includes(field));
			const headings = headingsOf(kind, columns);
			expect(suggestMapping(importableKind(kind), headings, [])).toEqual(
				columns.map(({ field, part }) => (part === 'amount' ? field : (part ?? field)))
			);
			expect(headings.length).toBeGreaterThan(8);
		}
	}
	overwriteGetLocale(() => 'en');
});

test('a workbook is written as fast as it is taken, whatever the number of rows', async () => {
	let made = 0;
	async function* rows() {
		for (; made < 100_000; made += 500) {
			yield Array.from({ length: 500 }, (_, n) => [
				String(made + n),
				`Name of number ${made + n}`,
				newId()
			]);
		}
	}
	const reader = tableFile('xlsx', {
		name: 'n',
		title: 't',
		headings: ['a'],
		rows: rows()
	}).body?.getReader();
	await reader?.read();
	// Whoever reads nothing more holds the rest up.
	await new Promise((resolve) => setImmediate(resolve));
	const ahead = made;
	expect(ahead).toBeLessThan(30_000);
	let bytes = 0;
	for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read())
		bytes += piece.value.length;
	expect(made).toBe(100_000);
	expect(bytes).toBeGreaterThan(1_000_000);
});
