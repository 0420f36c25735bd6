import { describe, expect } from 'vitest';
import { kinds } from '#lib/registry.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	companies,
	companyEmails,
	companyPhones,
	contactEmails,
	contacts,
	dealCoOwners,
	deals,
	departments,
	pipelines,
	stages,
	userProfiles,
	users
} from '#lib/server/db/tables/index.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { newId } from '#lib/shared/ids.ts';
import { inRollback } from '#tests/support/database.ts';
import { collectWords, recollectWords } from './commands.server.ts';
import { HITS_PER_KIND, search } from './queries.server.ts';
import { wordsNear } from './queries/words.server.ts';

const manager: Actor['permissions'] = {
	'company.read': 'department',
	'contact.read': 'department',
	'deal.read': 'department'
};

async function aDepartment({ db }: Ctx, name: string) {
	const department = { id: newId(), name };
	const pipeline = { id: newId(), departmentId: department.id, name: 'Sales', position: 'a0' };
	const stage = { id: newId(), pipelineId: pipeline.id, name: 'Offer', position: 'a0' };
	await db.insert(departments).values(department);
	await db.insert(pipelines).values(pipeline);
	await db.insert(stages).values(stage);
	return { ...department, pipelineId: pipeline.id, stageId: stage.id };
}

type Department = Awaited<ReturnType<typeof aDepartment>>;

async function aPerson(ctx: Ctx, name: string, department: Department): Promise<Ctx> {
	const id = newId();
	await ctx.db.insert(users).values({ id, name, email: `${id}@tandem.example` });
	await ctx.db.insert(userProfiles).values({ userId: id });
	const actor: Actor = {
		...ctx.actor,
		id,
		name,
		type: 'user',
		departmentIds: [department.id],
		permissions: manager
	};
	return { ...ctx, actor };
}

async function aCompany({ db }: Ctx, department: Department, name: string, email?: string) {
	const id = newId();
	const [row] = await db
		.insert(companies)
		.values({ id, name, departmentId: department.id, city: 'Hamburg' })
		.returning({ number: companies.number });
	if (email)
		await db.insert(companyEmails).values({ companyId: id, id: 'a', position: 0, address: email });
	return { id, number: row?.number ?? 0 };
}

async function aDeal(
	{ db }: Ctx,
	{ id: departmentId, pipelineId, stageId }: Department,
	name: string
) {
	const id = newId();
	await db.insert(deals).values({ id, name, pipelineId, stageId, departmentId, position: 'a0' });
	return { id };
}

const titles = async (ctx: Ctx, text: string) =>
	(await search(ctx, kinds, text)).map((hit) => hit.title);

describe('search', () => {
	inRollback('finds companies, contacts and deals by any part of their names', async (ctx) => {
		const hamburg = await aDepartment(ctx, 'Hamburg');
		const ann = await aPerson(ctx, 'Ann', hamburg);
		await aCompany(ctx, hamburg, 'Nordlicht Logistik');
		await aDeal(ctx, hamburg, 'Pallets for Nordlicht');
		await ctx.db
			.insert(contacts)
			.values({ id: newId(), firstName: 'Nora', lastName: 'Dlicht', departmentId: hamburg.id });
		expect(await titles(ann, 'DLICHT')).toEqual([
			'Nordlicht Logistik',
			'Nora Dlicht',
			'Pallets for Nordlicht'
		]);
		expect(await titles(ann, 'logistik nord')).toEqual(['Nordlicht Logistik']);
		expect(await titles(ann, 'logistik south')).toEqual([]);
	});

	inRollback('one or two letters find what begins with them', async (ctx) => {
		const hamburg = await aDepartment(ctx, 'Hamburg');
		const ann = await aPerson(ctx, 'Ann', hamburg);
		await aCompany(ctx, hamburg, 'Blue Harbour');
		await aCompany(ctx, hamburg, 'Abbey');
		expect(await titles(ann, 'h')).toEqual(['Blue Harbour']);
		expect(await titles(ann, 'HA')).toEqual(['Blue Harbour']);
		expect(await titles(ann, 'be')).toEqual([]);
	});

	inRollback('the beginning of a name is found whatever its case and accents', async (ctx) => {
		const hamburg = await aDepartment(ctx, 'Hamburg');
		const ann = await aPerson(ctx, 'Ann', hamburg);
		await aCompany(ctx, hamburg, 'Ørsted Wind');
		await aCompany(ctx, hamburg, 'MÜLLER');
		expect(await titles(ann, 'ors')).toEqual(['Ørsted Wind']);
		expect(await titles(ann, 'Muller')).toEqual(['MÜLLER']);
	});

	inRollback('"ID 123" finds the records of that number, of every kind', async (ctx) => {
		const hamburg = await aDepartment(ctx, 'Hamburg');
		const ann = await aPerson(ctx, 'Ann', hamburg);
		const { number } = await aCompany(ctx, hamburg, 'Numbered');
		await aCompany(ctx, hamburg, `Route ${number}`);
		expect(await titles(ann, `ID ${number}`)).toEqual(['Numbered']);
		expect(await titles(ann, `#${number}`)).toEqual(['Numbered']);
		expect(await titles(ann, String(number))).toEqual(['Numbered', `Route ${number}`]);
	});

	inRollback('finds companies and contacts by e-mail address and shows it', async (ctx) => {
		const hamburg = await aDepartment(ctx, 'Hamburg');
		const ann = await aPerson(ctx, 'Ann', hamburg);
		await aCompany(ctx, hamburg, 'Nordlicht', 'Office@Nordlicht.example');
		const contactId = newId();
		await ctx.db
			.insert(contacts)
			.values({ id: contactId, firstName: 'Jo', departmentId: hamburg.id });
		await ctx.db
			.insert(contactEmails)
			.values({ contactId, id: 'a', position: 0, address: 'jo@nordlicht.example' });
		const hits = await search(ann, kinds, '@NORDLICHT');
		expect(hits.map(({ title, detail }) => [title, detail])).toEqual([
			['Nordlicht', 'Office@Nordlicht.example'],
			['Jo', 'jo@nordlicht.example']
		]);
	});

	inRollback('shows nothing of another department, not even by number or address', async (ctx) => {
		const hamburg = await aDepartment(ctx, 'Hamburg');
		const malmo = await aDepartment(ctx, 'Malmö');
		const tina = await aPerson(ctx, 'Tina', malmo);
		const { number } = await aCompany(ctx, hamburg, 'Secret', 'secret@hidden.example');
		await aDeal(ctx, hamburg, 'Secret deal');
		for (const text of ['secret', 'se', `ID ${number}`, 'secret@hidden']) {
			expect(await titles(tina, text)).toEqual([]);
		}
		expect(await titles(ctx, 'secret')).toEqual(['Secret', 'Secret deal']);
	});

	inRollback('somebody without rights on a kind finds nothing of it', async (ctx) => {
		const hamburg = await aDepartment(ctx, 'Hamburg');
		const erik = await aPerson(ctx, 'Erik', hamburg);
		await aCompany(ctx, hamburg, 'Nordlicht');
		expect(await titles({ ...erik, actor: { ...erik.actor, permissions: {} } }, 'nord')).toEqual(
			[]
		);
	});

	inRollback('a deal of another department is found by its owner and co-owner', async (ctx) => {
		const hamburg = await aDepartment(ctx, 'Hamburg');
		const malmo = await aDepartment(ctx, 'Malmö');
		const tina = await aPerson(ctx, 'Tina', malmo);
		const shared = await aDeal(ctx, hamburg, 'Shared deal');
		await aDeal(ctx, hamburg, 'Foreign deal');
		await ctx.db.insert(dealCoOwners).values({ dealId: shared.id, userId: tina.actor.id });
		expect(await titles(tina, 'deal')).toEqual(['Shared deal']);
	});

	inRollback('what is in the trash is not found', async (ctx) => {
		const hamburg = await aDepartment(ctx, 'Hamburg');
		const ann = await aPerson(ctx, 'Ann', hamburg);
		await ctx.db
			.insert(companies)
			.values({ id: newId(), name: 'Gone', departmentId: hamburg.id, deletedAt: ctx.now });
		expect(await titles(ann, 'gone')).toEqual([]);
	});

	inRollback('the exact name comes first however many begin like it', async (ctx) => {
		const hamburg = await aDepartment(ctx, 'Hamburg');
		const ann = await aPerson(ctx, 'Ann', hamburg);
		for (let i = 0; i < 12; i++)
			await aCompany(ctx, hamburg, `Acme ${String.fromCharCode(65 + i)}`);
		await aCompany(ctx, hamburg, 'acme');
		const found = await titles(ann, 'Acme');
		expect(found).toHaveLength(HITS_PER_KIND);
		expect(found[0]).toBe('acme');
	});

	inRollback('signs that mean something to the database are only letters', async (ctx) => {
		const hamburg = await aDepartment(ctx, 'Hamburg');
		const ann = await aPerson(ctx, 'Ann', hamburg);
		await aCompany(ctx, hamburg, '100%_pure\\water');
		expect(await titles(ann, '0%_pure\\w')).toEqual(['100%_pure\\water']);
		expect(await titles(ann, '%%%')).toEqual([]);
		expect(await titles(ann, "'; drop table users; --")).toEqual([]);
	});

	inRollback(
		'a phone number is found however it is written, and shown as it is stored',
		async (ctx) => {
			const hamburg = await aDepartment(ctx, 'Hamburg');
			const ann = await aPerson(ctx, 'Ann', hamburg);
			const { id } = await aCompany(ctx, hamburg, 'Reached');
			await ctx.db
				.insert(companyPhones)
				.values({ companyId: id, id: 'a', position: 0, raw: '+49 40 / 123-456' });
			for (const text of ['040 123456', '0049 (40) 12 34 56', '+4940123456', '+49 40 / 123-456']) {
				expect(await search(ann, kinds, text)).toMatchObject([
					{ title: 'Reached', detail: '+49 40 / 123-456' }
				]);
			}
			expect(await titles(ann, '040 123457')).toEqual([]);
		}
	);

	inRollback(
		'names are found in the letters of the one who looks: accents, Cyrillic, Greek',
		async (ctx) => {
			const hamburg = await aDepartment(ctx, 'Hamburg');
			const ann = await aPerson(ctx, 'Ann', hamburg);
			for (const name of [
				'Щукин и Жуков',
				'Παπαδόπουλος',
				'Łódź Ørsted Straße',
				'Ivanov Ltd',
				'渋谷商事'
			]) {
				await aCompany(ctx, hamburg, name);
			}
			for (const [text, name] of [
				['shchukin', 'Щукин и Жуков'],
				['ЖУКОВ', 'Щукин и Жуков'],
				['papadopoulos', 'Παπαδόπουλος'],
				['strasse', 'Łódź Ørsted Straße'],
				['lodz', 'Łódź Ørsted Straße'],
				['Иванов', 'Ivanov Ltd'],
				['渋', '渋谷商事'],
				['谷商事', '渋谷商事']
			]) {
				expect(await titles(ann, text ?? ''), text).toEqual([name]);
			}
		}
	);

	inRollback(
		'a slip of one letter is forgiven when nothing is called so, within the rights of the one who looks',
		async (ctx) => {
			const hamburg = await aDepartment(ctx, 'Hamburg');
			const ann = await aPerson(ctx, 'Ann', hamburg);
			const tina = await aPerson(ctx, 'Tina', await aDepartment(ctx, 'Malmö'));
			await aCompany(ctx, hamburg, 'Becker & Söhne');
			await aCompany(ctx, hamburg, 'Hoffmann Logistik');
			expect(await titles(ann, 'bekcer')).toEqual([]);
			await collectWords(ctx, kinds);
			for (const text of ['bekcer', 'beker', 'beckert', 'bexker', 'soehne', 'BÉKCER']) {
				expect(await titles(ann, text), text).toEqual(['Becker & Söhne']);
			}
			expect(await search(ann, kinds, 'hofmann logistik')).toMatchObject([
				{ title: 'Hoffmann Logistik', near: true }
			]);
			expect(await search(ann, kinds, 'hoffmann')).toMatchObject([{ near: false }]);
			expect(await titles(tina, 'bekcer')).toEqual([]);
			// What is no longer called so is not offered any more, once the words are found anew.
			await ctx.db.update(companies).set({ name: 'Renamed' });
			await collectWords(ctx, kinds);
			await recollectWords(ctx, kinds);
			expect(await wordsNear(ctx, ['bekcer', 'remamed'])).toEqual(
				new Map([['remamed', ['renamed']]])
			);
		}
	);
});
