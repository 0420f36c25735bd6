import { and, eq, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { actorOfUser } from '#lib/server/auth/actor.ts';
import {
	companies,
	dealCoOwners,
	deals,
	departments,
	installation,
	pipelines,
	rolePermissions,
	roles,
	stages
} from '#lib/server/db/tables/index.ts';
import type { Actor, Entity, Scope, Verb } from '#lib/shared/actor.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { addUser, installStandardRoles } from './commands.server.ts';
import { allows, type Belonging } from './policy.ts';
import { departmentScope } from './scope.server.ts';
import { STANDARD_ROLES } from './standard-roles.ts';

const { db } = await testDatabase();
const ctx = systemCtx(db);
const VERBS: readonly Verb[] = ['create', 'read', 'update', 'delete', 'steer'];
const hamburg = newId();
const malmo = newId();
let roleIds: Record<string, string> = {};
/** One person per role, in Hamburg; and a manager of both departments. */
const people: Record<string, string> = {};

beforeAll(async () => {
	await installStandardRoles(ctx);
	roleIds = Object.fromEntries((await db.select().from(roles)).map(({ key, id }) => [key, id]));
	await db.insert(departments).values([
		{ id: hamburg, name: 'Sales Hamburg' },
		{ id: malmo, name: 'Sales Malmö' }
	]);
	for (const key of Object.keys(STANDARD_ROLES)) people[key] = await someone(key, [hamburg], [key]);
	people.stranger = await someone('stranger', [malmo], ['manager']);
	people.both = await someone('both', [hamburg, malmo], ['operator', 'manager']);
	people.nobody = await someone('nobody', [], ['manager']);
	await addCompanies();
	await addDeals();
});

async function someone(name: string, departmentIds: string[], keys: string[]): Promise<string> {
	const added = await addUser(ctx, {
		name,
		email: `${name}@tandem.example`,
		password: 'tandem-demo',
		departmentIds,
		roleIds: keys.map((key) => roleIds[key] ?? '')
	});
	if (!added.ok) throw new Error(added.error);
	return added.value.userId;
}

async function actorFor(name: string): Promise<Actor> {
	const actor = await actorOfUser(db, people[name] ?? '');
	if (!actor) throw new Error(`nobody is called ${name}`);
	return actor;
}

/** A company for every pair of department and owner, and one without an owner in each department. */
async function addCompanies(): Promise<void> {
	const owners = [...Object.values(people), null];
	const rows = [hamburg, malmo].flatMap((departmentId) =>
		owners.map((ownerId) => ({ id: newId(), name: 'x', departmentId, ownerId }))
	);
	await db.insert(companies).values(rows);
}

async function addDeals(): Promise<void> {
	for (const departmentId of [hamburg, malmo]) {
		const pipelineId = newId();
		const stageId = newId();
		await db
			.insert(pipelines)
			.values({ id: pipelineId, departmentId, name: 'Sales', position: 'a' });
		await db.insert(stages).values({ id: stageId, pipelineId, name: 'Request', position: 'a' });
		for (const coOwner of [...Object.values(people), null]) {
			const id = newId();
			const ownerId = people.stranger ?? null;
			await db
				.insert(deals)
				.values({ id, name: 'x', departmentId, ownerId, pipelineId, stageId, position: 'a' });
			if (coOwner) await db.insert(dealCoOwners).values({ dealId: id, userId: coOwner });
		}
	}
}

async function companiesWithin(actor: Actor, verb: Verb): Promise<string[]> {
	const scope = departmentScope(actor, 'company', companies, { verb });
	const rows = await db.select({ id: companies.id }).from(companies).where(scope);
	return rows.map(({ id }) => id).sort();
}

const coOwnedBy = (actor: Actor) => sql`exists (
	select from ${dealCoOwners}
	where ${dealCoOwners.dealId} = ${deals.id} and ${dealCoOwners.userId} = ${actor.id}
)`;

async function dealsWithin(actor: Actor, verb: Verb): Promise<string[]> {
	const scope = departmentScope(actor, 'deal', deals, { verb, coOwned: coOwnedBy(actor) });
	const rows = await db.select({ id: deals.id }).from(deals).where(scope);
	return rows.map(({ id }) => id).sort();
}

async function expectSameAnswers(actor: Actor): Promise<void> {
	const everyCompany = await db.select().from(companies);
	const coOwners = await db.select().from(dealCoOwners);
	const everyDeal = (await db.select().from(deals)).map((deal) => ({
		...deal,
		coOwnerIds: coOwners.filter(({ dealId }) => dealId === deal.id).map(({ userId }) => userId)
	}));
	const allowed = (entity: Entity, verb: Verb, rows: readonly (Belonging & { id: string })[]) =>
		rows
			.filter((row) => allows(actor, entity, verb, row))
			.map(({ id }) => id)
			.sort();
	for (const verb of VERBS) {
		expect(await companiesWithin(actor, verb)).toEqual(allowed('company', verb, everyCompany));
		expect(await dealsWithin(actor, verb)).toEqual(allowed('deal', verb, everyDeal));
	}
}

const cast = [...Object.keys(STANDARD_ROLES), 'stranger', 'both', 'nobody'];

describe('the SQL scope and the pure policy', () => {
	test.each(cast)('give %s the same rows for every verb [core 3.2–3.4]', async (name) => {
		await expectSameAnswers(await actorFor(name));
	});

	test('agree for every scope of every verb when an administrator edited the rows', async () => {
		const roleId = newId();
		await db.insert(roles).values({ id: roleId, key: 'edited', name: 'Edited' });
		roleIds.edited = roleId;
		people.edited = await someone('edited', [hamburg], ['edited']);
		for (const read of ['own', 'department', 'all', null] as const) {
			for (const write of ['own', 'department', 'all'] as const) {
				await db.delete(rolePermissions).where(eq(rolePermissions.roleId, roleId));
				await db.insert(rolePermissions).values(edited(roleId, read, write));
				const actor = await actorFor('edited');
				expect(actor.permissions['company.update']).toBe(write);
				await expectSameAnswers(actor);
			}
		}
	});

	function edited(roleId: string, read: Scope | null, write: Scope) {
		return (['company', 'deal'] as const).flatMap((entity) =>
			VERBS.flatMap((verb) => {
				const scope = verb === 'read' ? read : write;
				return scope ? [{ roleId, entity, verb, scope }] : [];
			})
		);
	}
});

describe('the standard roles', () => {
	const own = (actor: Actor): Belonging => ({ departmentId: hamburg, ownerId: actor.id });
	const colleague: Belonging = { departmentId: hamburg, ownerId: 'somebody else' };
	const unassigned: Belonging = { departmentId: hamburg, ownerId: null };
	const foreign: Belonging = { departmentId: malmo, ownerId: 'somebody else' };
	const can = (actor: Actor, record: Belonging, entity: Entity = 'company') =>
		VERBS.filter((verb) => allows(actor, entity, verb, record));

	test('a manager reads the department, changes only what is his, and leaves the unassigned alone', async () => {
		const ann = await actorFor('manager');
		expect(can(ann, own(ann))).toEqual(['create', 'read', 'update', 'delete']);
		expect(can(ann, colleague)).toEqual(['create', 'read']);
		expect(can(ann, unassigned)).toEqual(['create', 'read']);
		expect(can(ann, foreign)).toEqual([]);
	});

	test('an operator works on everything of the department, also unassigned, and nothing else', async () => {
		const olga = await actorFor('operator');
		expect(can(olga, colleague)).toEqual(['create', 'read', 'update', 'delete']);
		expect(can(olga, unassigned)).toEqual(['create', 'read', 'update', 'delete']);
		expect(can(olga, foreign)).toEqual([]);
	});

	test('a chief reads everything and steers deals, and that is all', async () => {
		const carl = await actorFor('chief');
		expect(can(carl, foreign)).toEqual(['read']);
		expect(can(carl, foreign, 'deal')).toEqual(['read', 'steer']);
	});

	test('a co-owner has an owner’s rights on the deal', async () => {
		const ann = await actorFor('manager');
		const shared = { ...colleague, coOwnerIds: [ann.id] };
		expect(can(ann, shared, 'deal')).toEqual(['create', 'read', 'update', 'delete']);
	});

	test('accountants, task operators and co-workers see no company, contact or deal', async () => {
		for (const name of ['accountant', 'task_operator', 'co_worker']) {
			const actor = await actorFor(name);
			for (const entity of ['company', 'contact', 'deal'] as const)
				expect(can(actor, own(actor), entity)).toEqual([]);
		}
	});

	test('members make and rename tags, only an administrator removes one', async () => {
		expect(can(await actorFor('manager'), unassigned, 'tag')).toEqual(['create', 'read', 'update']);
		expect(can(await actorFor('administrator'), foreign, 'tag')).toContain('delete');
	});

	test('rights add up over roles and departments', async () => {
		const both = await actorFor('both');
		expect(can(both, foreign)).toEqual(['create', 'read', 'update', 'delete']);
		expect(can(both, own(both))).toEqual(['create', 'read', 'update', 'delete']);
	});

	test('are made once: what an administrator changed stays changed', async () => {
		const roleId = roleIds.operator ?? '';
		const key = and(
			eq(rolePermissions.roleId, roleId),
			eq(rolePermissions.entity, 'company'),
			eq(rolePermissions.verb, 'delete')
		);
		await db.delete(rolePermissions).where(key);
		await installStandardRoles(ctx);
		expect(await db.select().from(rolePermissions).where(key)).toEqual([]);
		const keys = (await db.select().from(roles)).map((role) => role.key);
		expect(keys.filter((key) => key !== 'edited').sort()).toEqual(
			Object.keys(STANDARD_ROLES).sort()
		);
	});

	test('on a noun that is new reach roles that exist, once', async () => {
		const ofDeals = and(
			eq(rolePermissions.roleId, roleIds.manager ?? ''),
			eq(rolePermissions.entity, 'deal')
		);
		const before = await db.select().from(rolePermissions).where(ofDeals);
		const forget = (entities: readonly string[]) =>
			db
				.update(installation)
				.set({ value: entities.filter((entity) => entity !== 'deal') })
				.where(eq(installation.key, 'granted_entities'));
		const [noted] = await db
			.select()
			.from(installation)
			.where(eq(installation.key, 'granted_entities'));
		await forget(noted?.value as string[]); // a list of names
		await db.delete(rolePermissions).where(ofDeals);
		await installStandardRoles(ctx);
		expect(await db.select().from(rolePermissions).where(ofDeals)).toEqual(
			expect.arrayContaining(before)
		);
		await db.delete(rolePermissions).where(ofDeals);
		await installStandardRoles(ctx);
		expect(await db.select().from(rolePermissions).where(ofDeals)).toEqual([]);
		await db.insert(rolePermissions).values(before);
	});

	test('may be given by the system only or by who manages people', async () => {
		const asManager = { ...ctx, actor: await actorFor('manager') };
		expect(() => installStandardRoles(asManager)).toThrow('roles');
	});
});
