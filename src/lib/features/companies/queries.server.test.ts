import fc from 'fast-check';
import { and, eq, type SQL } from 'drizzle-orm';
import { expect } from 'vitest';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { departmentScope } from '#lib/features/users/scope.server.ts';
import type { StandardRoleKey } from '#lib/features/users/standard-roles.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	companies,
	contacts,
	departmentMembers,
	departments,
	userProfiles,
	users
} from '#lib/server/db/tables/index.ts';
import { type Actor, type Scope } from '#lib/shared/actor.ts';
import { newId } from '#lib/shared/ids.ts';
import { type ListQuery, readListQuery } from '#lib/shared/list-query.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aSalesOffice } from '#tests/support/deals.ts';
import { giveRole } from '#tests/support/tasks.ts';
import { createCompany, trashCompany } from './commands.server.ts';
import { canDeleteCompany, canEditCompany, canReadCompany } from './policy.ts';
import { listChoices, listCompanies } from './queries.server.ts';
import { companyRecords } from './record.server.ts';
import { companyList } from './schema.ts';

const query = (address: string): ListQuery =>
	readListQuery(new URLSearchParams(address), companyList);
const namesOf = async (ctx: Ctx, address: string) =>
	(await listCompanies(ctx, query(address))).page.rows.map(({ name }) => name);

const scope = fc.constantFrom<Scope | undefined>('own', 'department', 'all', undefined);

inRollback(
	'[core 12–20] the SQL scope and the pure policy agree on every generated row',
	async (ctx) => {
		const offices = [newId(), newId(), newId()];
		const people = [newId(), newId()];
		await ctx.db
			.insert(departments)
			.values(offices.map((id, index) => ({ id, name: `Office ${index}` })));
		await ctx.db
			.insert(users)
			.values(people.map((id) => ({ id, name: 'Somebody', email: `${id}@tandem.example` })));
		const rows = offices.flatMap((departmentId) =>
			[...people, null].map((ownerId) => ({ id: newId(), name: 'Row', departmentId, ownerId }))
		);
		await ctx.db.insert(companies).values(rows);
		await ctx.db
			.insert(contacts)
			.values(rows.map(({ name, ...row }) => ({ ...row, firstName: name })));
		const found = async (table: typeof companies | typeof contacts, where: SQL) =>
			(await ctx.db.select({ id: table.id }).from(table).where(and(where)))
				.map(({ id }) => id)
				.sort();
		const expected = (may: (row: (typeof rows)[number]) => boolean) =>
			rows
				.filter(may)
				.map(({ id }) => id)
				.sort();

		await fc.assert(
			fc.asyncProperty(
				fc.record({ read: scope, update: scope, delete: scope }),
				fc.subarray(offices),
				fc.constantFrom(...people),
				async (verbs, departmentIds, id) => {
					const permissions = Object.fromEntries(
						['company', 'contact'].flatMap((entity) =>
							Object.entries(verbs)
								.filter(([, scope]) => scope !== undefined)
								.map(([verb, scope]) => [`${entity}.${verb}`, scope])
						)
					) as Actor['permissions']; // keys are entities and verbs
					const actor: Actor = {
						id,
						type: 'user',
						name: 'Somebody',
						departmentIds,
						permissions,
						sessionId: null,
						language: 'en',
						timeZone: 'UTC'
					};
					const readable = expected((row) => canReadCompany(actor, row));
					expect(await found(companies, companyRecords.visibleTo(actor))).toEqual(readable);
					expect(await found(contacts, contactRecords.visibleTo(actor))).toEqual(readable);
					for (const [verb, may] of [
						['update', canEditCompany],
						['delete', canDeleteCompany]
					] as const) {
						expect(
							await found(companies, departmentScope(actor, 'company', companies, { verb }))
						).toEqual(expected((row) => may(actor, row)));
					}
				}
			),
			{ numRuns: 150 }
		);
	}
);

inRollback(
	'[B29] the list filters, searches and finds by number within what one may see',
	async (ctx) => {
		const office = await aSalesOffice(ctx, 'Sales Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const tina = await aColleague(ctx, 'Tina', 'manager', await aSalesOffice(ctx, 'Sales Malmö'));
		const add = async (as: Ctx, name: string, values = {}, ownerId?: null) => {
			const made = await createCompany(as, {
				values: { name, ...values },
				...(ownerId === null ? { ownerId } : {})
			});
			if (!made.ok) throw new Error(JSON.stringify(made));
			return made.value;
		};
		const mail = {
			emails: { e1: { address: 'info@100-prozent.example', label: 'work', position: 0 } }
		};
		const oil = await add(ann, 'Öl & Gas', { place: { country: 'DE', city: 'Kiel' } });
		await add(ann, '100% Zucker', mail);
		await add(ann, 'Apfelhof', { alternativeNames: 'Obst Nord' }, null);
		const foreign = await add(tina, 'Malmö Öl');

		expect(await namesOf(ann, '')).toEqual(['100% Zucker', 'Apfelhof', 'Öl & Gas']);
		expect(await namesOf(ann, 'sort=-name')).toEqual(['Öl & Gas', 'Apfelhof', '100% Zucker']);
		expect(await namesOf(ann, 'owner=nobody')).toEqual(['Apfelhof']);
		expect(await namesOf(ann, 'owner=me&country=DE')).toEqual(['Öl & Gas']);
		expect(await namesOf(ann, 'email=none')).toEqual(['Apfelhof', 'Öl & Gas']);
		expect(await namesOf(ann, 'q=obst')).toEqual(['Apfelhof']);
		expect(await namesOf(ann, 'q=100-prozent')).toEqual(['100% Zucker']);
		expect(await namesOf(ann, 'q=00%25')).toEqual(['100% Zucker']);
		// One or two letters are looked for where words begin.
		expect(await namesOf(ann, 'q=z')).toEqual(['100% Zucker']);
		expect(await namesOf(ann, 'q=ga')).toEqual(['Öl & Gas']);
		expect(await namesOf(ann, 'q=ck')).toEqual([]);
		expect(await namesOf(ann, 'q=_')).toEqual([]);
		expect(await namesOf(ann, `q=ID ${oil.number}`)).toEqual(['Öl & Gas']);
		// [core 29] A number outside one's scope finds nothing.
		expect(await namesOf(ann, `q=ID ${foreign.number}`)).toEqual([]);
		expect(await namesOf(ann, 'tag=nonsense')).toEqual([]);

		await trashCompany(ann, { id: oil.id });
		expect(await namesOf(ann, '')).toEqual(['100% Zucker', 'Apfelhof']);
		expect(await namesOf(ann, 'trash=1')).toEqual(['Öl & Gas']);
		// A colleague may not restore it, so his trash is empty.
		const bob = await aColleague(ctx, 'Bob', 'manager', office);
		expect(await namesOf(bob, 'trash=1')).toEqual([]);
	}
);

inRollback('the number of statements does not grow with the rows', async (ctx) => {
	const office = await aSalesOffice(ctx, 'Sales Hamburg');
	const ann = await aColleague(ctx, 'Ann', 'manager', office);
	const counted = async (address: string) => {
		let statements = 0;
		const db = new Proxy(ctx.db, {
			get(target, name, receiver) {
				if (name === 'select' || name === 'execute') statements++;
				// Passes the call on to the real database.
				return Reflect.get(target, name, receiver) as unknown;
			}
		});
		await Promise.all([listCompanies({ ...ann, db }, query(address)), listChoices({ ...ann, db })]);
		return statements;
	};
	await createCompany(ann, { values: { name: 'Nordwind' } });
	const before = await counted('q=nord');
	for (let n = 1; n < 60; n++) await createCompany(ann, { values: { name: `Nordwind ${n}` } });
	expect(await counted('q=nord')).toBe(before);
	expect(before).toBeLessThanOrEqual(5);
	expect(await counted('')).toBe(before - 1);
	const { page, total } = await listCompanies(ann, query(''));
	expect(page.rows).toHaveLength(50);
	expect(total).toEqual({ count: 60, more: false });
	const rest = await listCompanies(ann, query(`after=${page.after}`));
	expect(rest.page.rows).toHaveLength(10);
	expect(await ctx.db.$count(companies, eq(companies.departmentId, office.id))).toBe(60);
});

inRollback(
	'owners to choose are those who work on records, each in his departments; nobody chooses among a foreign one’s people [T397, T399, T400, T401]',
	async (ctx) => {
		const [office, malmo] = [
			await aSalesOffice(ctx, 'Sales Hamburg'),
			await aSalesOffice(ctx, 'Sales Malmö')
		];
		const hire = async (name: string, role: StandardRoleKey, at = office) => {
			const person = await aColleague(ctx, name, role, at);
			for (const key of new Set(['co_worker', role] as const)) await giveRole(person, key);
			return person;
		};
		const ann = await hire('Ann', 'manager');
		const olga = await hire('Olga', 'operator');
		const otto = await hire('Otto', 'operator');
		await ctx.db
			.insert(departmentMembers)
			.values({ departmentId: malmo.id, userId: otto.actor.id });
		const tina = await hire('Tina', 'manager', malmo);
		const adam = await aColleague(ctx, 'Adam', 'administrator');
		await hire('Erik', 'co_worker');
		await hire('Tom', 'task_operator');
		const gone = await hire('Gone', 'manager');
		await ctx.db
			.update(userProfiles)
			.set({ active: false })
			.where(eq(userProfiles.userId, gone.actor.id));

		const inHamburg = [ann, olga, otto].map(({ actor }) => actor);
		const inMalmo = [otto, tina].map(({ actor }) => actor);
		const offered = (people: readonly Actor[], { id }: { readonly id: string }) =>
			people.map((person) => ({ id: person.id, name: person.name, departmentId: id }));
		const ownersFor = async (person: Ctx, departmentId?: string) =>
			(await listChoices(person)).owners.filter(
				(owner) => departmentId === undefined || owner.departmentId === departmentId
			);
		expect(await ownersFor(adam, office.id)).toEqual(offered(inHamburg, office));
		expect(await ownersFor(adam, malmo.id)).toEqual(offered(inMalmo, malmo));
		expect(await ownersFor(ann)).toEqual(offered(inHamburg, office));
		expect(await ownersFor(tina)).toEqual(offered(inMalmo, malmo));
	}
);
