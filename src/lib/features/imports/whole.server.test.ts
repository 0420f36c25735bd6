import { and, eq, isNull, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { saveCell } from '#lib/features/companies/commands.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	companies,
	companyEmails,
	companyPhones,
	contacts,
	deals,
	importFaults,
	imports,
	leads,
	pipelines,
	stages
} from '#lib/server/db/tables/index.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { aDepartment, aPerson, ownDataFolder, uploaded } from '#tests/support/import-office.ts';
import {
	cancelImport,
	runImport,
	startImport,
	tryImport,
	undoImport,
	undoRecords
} from './commands.server.ts';
import { getImport, listFaultyRows } from './queries.server.ts';
import type { Existing, ImportKind } from './schema.ts';

const { db } = await testDatabase();
let removeFolder: () => void;
beforeAll(() => {
	removeFolder = ownDataFolder();
});
afterAll(() => removeFolder());

async function office() {
	const hamburg = await aDepartment(db);
	return { hamburg, ann: await aPerson(db, hamburg) };
}

interface Wanted {
	readonly kind?: ImportKind;
	readonly existing?: Existing;
}

async function prepared(
	ctx: Ctx,
	departmentId: string,
	csv: string,
	{ kind = 'company', existing = 'skip' }: Wanted = {}
) {
	const one = await uploaded(ctx, kind, departmentId, [Buffer.from(csv)]);
	const { encoding, delimiter, hasHeader, mapping } = one;
	return { importId: one.id, encoding, delimiter, hasHeader, mapping: [...mapping], existing };
}

async function brought(ctx: Ctx, departmentId: string, csv: string, wanted?: Wanted) {
	const choices = await prepared(ctx, departmentId, csv, wanted);
	const start = await startImport(ctx, choices);
	if (!start.ok) throw new Error(start.error);
	await runImport(systemCtx(db), choices.importId);
	return getImport(ctx, choices.importId);
}

const notes = async (ctx: Ctx, importId: string) =>
	(await listFaultyRows(ctx, { importId, limit: 100 })).map(({ rowNumber, outcome, faults }) => [
		rowNumber,
		outcome,
		faults.map(({ code }) => code).join()
	]);

const inDepartment = (departmentId: string) =>
	db
		.select()
		.from(companies)
		.where(and(eq(companies.departmentId, departmentId), isNull(companies.deletedAt)))
		.orderBy(companies.number);

describe('what may be brought in', () => {
	test('leads with their company as it was heard', async () => {
		const { hamburg, ann } = await office();
		const one = await brought(
			ann,
			hamburg,
			'Full name,Company,E-mail,Company e-mail,Country,City,Disqualified\nAnna Maria Maier,Nord AG,a@nord.example,office@nord.example,Germany,Kiel,yes\n,,x@y.example,,,,\nBo,,,,,,maybe\n',
			{ kind: 'lead' }
		);
		expect(one).toMatchObject({ state: 'done', createdRows: 1, failedRows: 2 });
		const [lead] = await db.select().from(leads).where(eq(leads.departmentId, hamburg));
		expect(lead).toMatchObject({
			firstName: 'Anna',
			middleName: 'Maria',
			lastName: 'Maier',
			companyName: 'Nord AG',
			country: 'DE',
			city: 'Kiel',
			disqualified: true,
			ownerId: ann.actor.id
		});
	});

	test('deals at a stage of the department’s pipeline, with amount, day, company and people', async () => {
		const { hamburg, ann } = await office();
		const pipelineId = newId();
		await db
			.insert(pipelines)
			.values({ id: pipelineId, departmentId: hamburg, name: 'Sales', position: 'a' });
		await db.insert(stages).values([
			{ id: newId(), pipelineId, name: 'New', position: 'a', isDefault: true },
			{ id: newId(), pipelineId, name: 'Won', position: 'b', outcome: 'won' }
		]);
		await brought(ann, hamburg, 'Company\nNordlicht GmbH\n');
		const csv =
			'Name,Stage,Amount,Currency,Next step on,Company,Important,Pipeline\n' +
			'Shelves,,"1.299,50",EUR,31.12.2030,nordlicht gmbh,x,\n' +
			'Racks,Nowhere,5,EUR,,,,\n' +
			'Boxes,,12,,,Unknown Ltd,,\n' +
			'Carts,,12,XX,,,,\n' +
			'Bins,,,,,,,Elsewhere\n' +
			'Bags,Won,,,,,,\n';
		const one = await brought(ann, hamburg, csv, { kind: 'deal' });
		expect(await notes(ann, one.id)).toEqual([
			[3, 'failed', 'unknown_stage'],
			[4, 'flagged', 'unknown_company'],
			[5, 'failed', 'not_a_currency'],
			[6, 'failed', 'unknown_pipeline'],
			[7, 'failed', 'stage_closed']
		]);
		const rows = await db
			.select({ deal: deals, company: companies.name })
			.from(deals)
			.leftJoin(companies, eq(companies.id, deals.companyId))
			.where(eq(deals.departmentId, hamburg))
			.orderBy(deals.number);
		expect(rows).toMatchObject([
			{
				deal: {
					name: 'Shelves',
					amountMinor: 129950n,
					currency: 'EUR',
					nextStepOn: '2030-12-31',
					important: true,
					ownerId: ann.actor.id
				},
				company: 'Nordlicht GmbH'
			},
			{ deal: { name: 'Boxes', amountMinor: 1200n, currency: 'EUR' }, company: null }
		]);
		const again = await brought(ann, hamburg, csv.split('\n').slice(0, 2).join('\n'), {
			kind: 'deal'
		});
		expect(again).toMatchObject({ createdRows: 0, existingRows: 1 });
	});
});

describe('records that are there already', () => {
	const FIRST =
		'Company,Country,City,E-mail,Phone,Tags\nNord AG,DE,Kiel,office@nord.example,+49 431 123456,A\nSüd KG,DE,,,,\n';

	test('stay as they are, each with a note; a contact without company is told, a bad address refused [C362]', async () => {
		const { hamburg, ann } = await office();
		await brought(ann, hamburg, FIRST);
		const again = await brought(
			ann,
			hamburg,
			'Company,Country,City\nnord ag,DE,Berlin\nSüd KG,,\nNord AG,SE,\nWest AG,,\n'
		);
		expect(again).toMatchObject({ state: 'done', createdRows: 2, existingRows: 2, updatedRows: 0 });
		expect(await notes(ann, again.id)).toEqual([
			[2, 'existing', 'exists'],
			[3, 'existing', 'exists']
		]);
		expect(
			(await inDepartment(hamburg)).map(({ name, country, city }) => [name, country, city]).sort()
		).toEqual([
			['Nord AG', 'DE', 'Kiel'],
			['Nord AG', 'SE', null],
			['Süd KG', 'DE', null],
			['West AG', null, null]
		]);
		const people =
			'First name,Last name,E-mail,Company\nJo,Heide,jo@heide.example,West AG\nJO,Other,JO@heide.example,\nFlo,Wald,nonsense,West AG\nIda,Feld,ida@feld.example,Nobody Inc\n';
		const one = await brought(ann, hamburg, people, { kind: 'contact' });
		expect(await notes(ann, one.id)).toEqual([
			[3, 'existing', 'exists'],
			[4, 'failed', 'not_an_email'],
			[5, 'flagged', 'unknown_company']
		]);
	});

	test('take over what the file says when asked to, and lose nothing that it does not say', async () => {
		const { hamburg, ann } = await office();
		await brought(ann, hamburg, FIRST);
		const [nord] = await inDepartment(hamburg);
		const csv = `Number,Company,City,Country,E-mail,Phone,Tags,Website\n,NORD AG,Berlin,DE,new@nord.example,0049431123456,B,nord.example\n${nord?.number},Nord SE,,,,,,\n,Nord AG,Berlin,DE,,,,\n`;
		const one = await brought(ann, hamburg, csv, { existing: 'update' });
		expect(one).toMatchObject({
			state: 'done',
			createdRows: 1,
			updatedRows: 2,
			existingRows: 0,
			failedRows: 0
		});
		const [after] = await inDepartment(hamburg);
		expect(after).toMatchObject({
			id: nord?.id,
			name: 'Nord SE',
			city: 'Berlin',
			country: 'DE',
			website: 'https://nord.example'
		});
		const mails = await db
			.select()
			.from(companyEmails)
			.where(eq(companyEmails.companyId, nord?.id ?? ''))
			.orderBy(companyEmails.position);
		expect(mails.map(({ address }) => address)).toEqual([
			'office@nord.example',
			'new@nord.example'
		]);
		expect(await db.$count(companyPhones, eq(companyPhones.companyId, nord?.id ?? ''))).toBe(2);
	});

	test('are made once more when asked to, and those of other departments do not count', async () => {
		const { hamburg, ann } = await office();
		const other = await office();
		await brought(other.ann, other.hamburg, FIRST);
		expect(await brought(ann, hamburg, FIRST)).toMatchObject({ createdRows: 2 });
		expect(await brought(ann, hamburg, FIRST, { existing: 'create' })).toMatchObject({
			createdRows: 2
		});
		// Now two answer to it, and nobody knows which is meant.
		const unclear = await brought(ann, hamburg, FIRST, { existing: 'update' });
		expect(await notes(ann, unclear.id)).toEqual([
			[2, 'failed', 'several_exist'],
			[3, 'failed', 'several_exist']
		]);
	});

	test('a colleague’s record is updated only by whoever may change it', async () => {
		const { hamburg, ann } = await office();
		await brought(ann, hamburg, FIRST);
		const bob = await aPerson(db, hamburg);
		const one = await brought(bob, hamburg, 'Company,Country,City\nNord AG,DE,Bonn\n', {
			existing: 'update'
		});
		expect(await notes(bob, one.id)).toEqual([[2, 'failed', 'not_allowed']]);
	});
});

test('a trial judges the whole file and writes nothing but what it found', async () => {
	const { hamburg, ann } = await office();
	await brought(ann, hamburg, 'Company\nThere AG\n');
	const choices = await prepared(
		ann,
		hamburg,
		'Company,E-mail,Tags\nNew AG,,Fresh\nthere ag,,\nNew AG,,Fresh\nNEW AG,,\nBad AG,nonsense,\n'
	);
	const before = await db.execute(
		sql`select (select count(*) from companies) c, (select count(*) from tags) t, (select count(*) from changes) h, (select last_value from companies_number_seq) n`
	);
	expect(await tryImport(ann, choices)).toMatchObject({ ok: true });
	await runImport(systemCtx(db), choices.importId);
	const tried = await getImport(ann, choices.importId);
	expect(tried).toMatchObject({ state: 'uploaded', settledRows: 0, createdRows: 0 });
	expect(tried.trial).toEqual({
		created: 1,
		updated: 0,
		existing: 2,
		skipped: 1,
		failed: 1,
		flagged: 0,
		isWhole: true
	});
	expect(await notes(ann, choices.importId)).toEqual([
		[3, 'existing', 'exists'],
		[6, 'failed', 'not_an_email']
	]);
	expect(
		await db.execute(
			sql`select (select count(*) from companies) c, (select count(*) from tags) t, (select count(*) from changes) h, (select last_value from companies_number_seq) n`
		)
	).toEqual(before);
	// The run finds the same.
	expect(await startImport(ann, choices)).toMatchObject({ ok: true });
	await runImport(systemCtx(db), choices.importId);
	expect(await getImport(ann, choices.importId)).toMatchObject({
		state: 'done',
		trial: null,
		createdRows: 1,
		existingRows: 2,
		skippedRows: 1,
		failedRows: 1
	});
});

test('a trial in update mode asks the rights of each record, and the run does what it said', async () => {
	const { hamburg, ann } = await office();
	const bob = await aPerson(db, hamburg);
	const of = (name: string) => `${name} AG`;
	await brought(
		bob,
		hamburg,
		`Company,City,Country,Tags\n${of('Own')},Kiel,DE,Known\n${of('Same')},Bonn,DE,\n${of('Tagged')},,,\n`
	);
	await brought(ann, hamburg, `Company,City,Country\n${of('Foreign')},Kiel,DE\n`);
	// A manager sees the companies of his department and changes his own.
	const lines = [
		`${of('Own')},Berlin,DE,,`,
		`${of('Same')},Bonn,DE,,`,
		`${of('Foreign')},Ulm,DE,,`,
		`${of('Foreign')},,,Later,`,
		`${of('Tagged')},,,Later,`,
		`${of('New')},Ulm,DE,,`,
		`${of('Own')},Berlin,DE,,own@own.example`,
		`${of('Own')},Berlin,,,`,
		`${of('Bad')},,,,nonsense`
	];
	const choices = await prepared(
		bob,
		hamburg,
		`Company,City,Country,Tags,E-mail\n${lines.join('\n')}\n`,
		{ existing: 'update' }
	);
	await tryImport(bob, choices);
	await runImport(systemCtx(db), choices.importId);
	const tried = await getImport(bob, choices.importId);
	const said = await notes(bob, choices.importId);
	expect(said).toEqual([
		[4, 'failed', 'not_allowed'],
		[5, 'failed', 'not_allowed'],
		[10, 'failed', 'not_an_email']
	]);
	expect(tried.trial).toMatchObject({ created: 1, updated: 3, existing: 2, failed: 3 });
	await startImport(bob, choices);
	await runImport(systemCtx(db), choices.importId);
	const done = await getImport(bob, choices.importId);
	const { createdRows, updatedRows, existingRows, skippedRows, failedRows, flaggedRows } = done;
	expect({
		...{ created: createdRows, updated: updatedRows, existing: existingRows },
		...{ skipped: skippedRows, failed: failedRows, flagged: flaggedRows, isWhole: true }
	}).toEqual(tried.trial);
	expect(await notes(bob, choices.importId)).toEqual(said);
});

test('a trial that is stopped leaves the import as it was before', async () => {
	const { hamburg, ann } = await office();
	const choices = await prepared(ann, hamburg, 'Company\nA\n');
	await tryImport(ann, choices);
	expect(await cancelImport(ann, choices)).toMatchObject({ ok: true });
	await runImport(systemCtx(db), choices.importId);
	expect(await getImport(ann, choices.importId)).toMatchObject({
		state: 'uploaded',
		trial: null,
		cancelRequestedAt: null
	});
	expect(await db.$count(importFaults, eq(importFaults.importId, choices.importId))).toBe(0);
});

test('undone, a run leaves no record behind, updated ones are as before, and later work of others stays', async () => {
	const { hamburg, ann } = await office();
	await brought(
		ann,
		hamburg,
		'Company,City,Country,E-mail,Tags\nOld AG,Kiel,DE,a@old.example,A\nKept AG,Kiel,DE,,\n'
	);
	const before = await inDepartment(hamburg);
	const one = await brought(
		ann,
		hamburg,
		'Company,City,Country,E-mail,Tags,Website\nOld AG,Bonn,DE,b@old.example,B,old.example\nKept AG,Bonn,DE,,,kept.example\nNew AG,,,,,\nTouched AG,,,,,\n',
		{ existing: 'update' }
	);
	expect(one).toMatchObject({ createdRows: 2, updatedRows: 2 });
	const all = await inDepartment(hamburg);
	const idOf = (name: string) => all.find((row) => row.name === name)?.id ?? '';
	await saveCell(ann, {
		id: idOf('Touched AG'),
		field: 'website',
		value: 'https://touched.example',
		base: null
	} as never);
	await saveCell(ann, {
		id: idOf('Kept AG'),
		field: 'website',
		value: 'https://other.example',
		base: 'https://kept.example'
	} as never);
	expect(await undoImport(ann, { importId: one.id })).toMatchObject({ ok: true });
	// Two workers at once, and one again: nothing is done twice.
	await Promise.all([undoRecords(systemCtx(db), one.id), undoRecords(systemCtx(db), one.id)]);
	await undoRecords(systemCtx(db), one.id);
	expect(await getImport(ann, one.id)).toMatchObject({
		state: 'undone',
		undoneRecords: 2,
		keptRecords: 2
	});
	const after = await inDepartment(hamburg);
	const shown = (rows: typeof after) =>
		rows.map(({ name, city, country, website }) => [name, city, country, website]);
	expect(shown(after)).toEqual([
		...shown(before.slice(0, 1)),
		['Kept AG', 'Kiel', 'DE', 'https://other.example'],
		['Touched AG', null, null, 'https://touched.example']
	]);
	const mails = await db
		.select()
		.from(companyEmails)
		.where(eq(companyEmails.companyId, idOf('Old AG')));
	expect(mails.map(({ address }) => address)).toEqual(['a@old.example']);
	expect(await undoImport(ann, { importId: one.id })).toMatchObject({
		ok: false,
		error: 'not_undoable'
	});
	const bob = await aPerson(db, hamburg);
	await expect(undoImport(bob, { importId: one.id })).rejects.toThrow('import');
	expect(await db.$count(contacts, eq(contacts.departmentId, hamburg))).toBe(0);
	expect(await db.$count(imports, eq(imports.state, 'undoing'))).toBe(0);
});
