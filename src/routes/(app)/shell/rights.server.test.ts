import { globSync } from 'node:fs';
import path from 'node:path';
import { isRedirect, type RequestEvent } from '@sveltejs/kit';
import { describe, expect, test } from 'vitest';
import { createLead } from '#lib/features/leads/commands.server.ts';
import { STANDARD_ROLES, type StandardRoleKey } from '#lib/features/users/standard-roles.ts';
import { kinds, notices } from '#lib/registry.server.ts';
import { departments, leadSources } from '#lib/server/db/tables/index.ts';
import { ctxOf } from '#lib/server/web/context.ts';
import type { Actor, Entity, Verb } from '#lib/shared/actor.ts';
import { daysAfter } from '#lib/shared/days.ts';
import { KIND_NAMES, type KindName } from '#lib/shared/kinds.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { aColleague, aDeal } from '#tests/support/deals.ts';
import { anItem, aPayment, aProduct, theCurrencies } from '#tests/support/goods.ts';
import { aCompany, aContact, aFrontDesk, aRequest } from '#tests/support/requests.ts';
import { aProject, aTask } from '#tests/support/tasks.ts';
import { keptPlaces, openPlaces, type PlaceName } from '../settings/places.ts';
import { rightsOf } from './rights.ts';
import { sectionsFor } from './sections.ts';

const { db } = await testDatabase();
const ctx = systemCtx(db);
const { office, ann } = await aFrontDesk(ctx);
await db.update(departments).set({ defaultCountry: 'DE' });

// One of everything lies in Hamburg, so that no list is opened empty by those who may read it.
const today = new Date().toISOString().slice(0, 10);
const company = await aCompany(ann, 'Gnomon Werke');
await aContact(ann, 'Ida Berg', company);
await createLead(ann, { name: 'Zoe Vale', values: {} });
await aRequest(ann, {}, { ownerId: null });
await theCurrencies(await aColleague(ctx, 'Ada', 'administrator'));
const deal = await aDeal(ann, { nextStep: 'Call', nextStepOn: daysAfter(today, 1) });
await anItem(ann, { dealId: deal, productId: await aProduct(ann) });
await aPayment(ann, { dealId: deal });
await aTask(ann);
await aProject(ann);
await db.insert(leadSources).values({ id: deal, departmentId: office.id, name: 'Website' });

interface Offered {
	/** Lists of the rail, beside Today, tasks and projects, which everybody has. */
	readonly lists: readonly string[];
	/** What he can begin, beside tasks and projects. */
	readonly begins: readonly KindName[];
	/** Pages of the settings where he has something to do; without any, they are not in his rail. */
	readonly keeps: readonly PlaceName[];
}

const NOTHING: Offered = { lists: [], begins: [], keeps: [] };
const SALES = ['/requests', '/deals', '/deals/board', '/leads', '/companies', '/contacts'];
const SOLD: readonly KindName[] = ['request', 'deal', 'lead', 'company', 'contact', 'product'];

/** As the specification has it [core 3.2], role by role; a co-worker's part is everybody's. */
const OFFERED: Readonly<Record<StandardRoleKey, Offered>> = {
	co_worker: NOTHING,
	department_head: NOTHING,
	task_operator: { ...NOTHING, lists: ['/shipments'] },
	accountant: { ...NOTHING, lists: ['/payments'], keeps: ['currencies'] },
	operator: {
		lists: [...SALES, '/products', '/imports'],
		begins: SOLD,
		keeps: ['lists', 'web-form', 'cities']
	},
	manager: {
		lists: [...SALES, '/products', '/payments', '/shipments', '/imports'],
		begins: SOLD,
		keeps: ['lists', 'quality', 'cities', 'currencies']
	},
	chief: {
		lists: [...SALES, '/products', '/payments', '/shipments', '/imports'],
		begins: [],
		keeps: []
	},
	administrator: {
		lists: [...SALES, '/products', '/payments', '/shipments', '/imports'],
		begins: SOLD,
		keeps: openPlaces((await aColleague(ctx, 'Adam', 'administrator')).actor)
	}
};

const CITES: Partial<Record<StandardRoleKey, string>> = {
	co_worker: ' [T1]',
	task_operator: ' [T2]',
	operator: ' [T4]',
	manager: ' [T5]',
	administrator: ' [T6]'
};

const ROLES = Object.keys(STANDARD_ROLES) as readonly StandardRoleKey[]; // its own keys
const people = new Map<StandardRoleKey, Actor>();
for (const role of ROLES) people.set(role, (await aColleague(ctx, role, role, office)).actor);

function actorWith(role: StandardRoleKey): Actor {
	const actor = people.get(role);
	if (!actor) throw new Error(role);
	return actor;
}

const railOf = (actor: Actor) =>
	sectionsFor({ may: rightsOf(actor), views: [] }).map(({ href }) => href);

describe('the rail', () => {
	for (const role of ROLES) {
		test(`of a person with the role ${role} offers what he may read, begin and keep${CITES[role] ?? ''}`, () => {
			const actor = actorWith(role);
			const { lists, begins, keeps } = OFFERED[role];
			expect([...railOf(actor)].sort()).toEqual(['/', '/tasks', '/projects', ...lists].sort());
			const { create, keepSettings } = rightsOf(actor);
			const begun = KIND_NAMES.filter((kind) => create[kind]);
			expect([...begun].sort()).toEqual(['task', 'project', ...begins].sort());
			expect(keptPlaces(actor)).toEqual(keeps);
			expect(keepSettings).toBe(keeps.length > 0);
		});
	}

	test('a role gives full rights where the specification says so, and no more where it does not [T1, T2, T4, T5, T6]', () => {
		const lacks = (role: StandardRoleKey, entity: Entity) =>
			(['create', 'read', 'update', 'delete'] as const satisfies readonly Verb[]).filter(
				(verb) => !actorWith(role).permissions[`${entity}.${verb}`]
			);
		const whole: Partial<Record<StandardRoleKey, readonly Entity[]>> = {
			co_worker: ['task', 'project'],
			task_operator: ['task', 'project'],
			operator: ['request', 'lead', 'company', 'contact', 'product'],
			manager: ['lead', 'company', 'contact', 'product', 'payment', 'lineItem'],
			administrator: ['request', 'lead', 'company', 'contact', 'product', 'payment', 'tag', 'user']
		};
		for (const role of ROLES)
			for (const entity of whole[role] ?? [])
				expect(lacks(role, entity), `${role}: ${entity}`).toEqual([]);
		expect(lacks('manager', 'request')).toEqual(['delete']);
		expect(lacks('manager', 'tag')).toEqual(['delete']);
		expect(lacks('manager', 'shipment')).toEqual(['create', 'delete']);
		expect(lacks('administrator', 'shipment')).toEqual(['create', 'delete']);
		expect(lacks('task_operator', 'shipment')).toEqual(['create', 'update', 'delete']);
		expect(lacks('operator', 'stopPhrase')).toEqual(['update']);
		expect(lacks('co_worker', 'user')).toEqual(['create', 'delete']);
	});
});

/** What every signed-in person finds beside the lists of the rail. */
const EVERYWHERE = [
	'/notifications',
	'/reminders',
	'/views',
	'/bulk',
	'/kept',
	'/profile',
	'/people'
];
const APP = path.resolve('src/routes/(app)');

/** The load of the page at an address, from the tree of routes. */
async function loadOf(address: string) {
	const place = address === '/' ? '(home)' : address.slice(1);
	const [file] = globSync(`${place}/+page.server.ts`, { cwd: APP });
	if (!file) throw new Error(`no page at ${address}`);
	const { load } = (await import(/* @vite-ignore */ path.join(APP, file))) as {
		load: (event: RequestEvent) => unknown;
	};
	return load;
}

/** Opens a page as the web does: with the person's own context, through the process's pool. */
async function open(actor: Actor, address: string): Promise<unknown> {
	const url = new URL(address, 'http://tandem.test');
	const event = {
		...{ url, request: new Request(url), params: {}, route: { id: address } },
		...{ depends: () => {}, untrack: (read: () => unknown) => read() },
		...{ setHeaders: () => {}, cookies: { get: () => undefined } },
		parent: () => Promise.resolve({}),
		locals: { actor, session: null, kinds, notices, locale: 'en', requestId: 'test' }
	} as unknown as RequestEvent; // As much of it as loads look at.
	event.locals.ctx = () => ctxOf(event);
	return (await loadOf(address))(event);
}

describe('every page that a role’s rail leads to', () => {
	for (const role of ROLES) {
		test(`opens for the role ${role} [T7]`, async () => {
			const actor = actorWith(role);
			// Without a demo, no tab leads to its page.
			const places = openPlaces(actor)
				.filter((place) => place !== 'demo')
				.map((place) => `/settings/${place}`);
			const first = await Promise.resolve()
				.then(() => open(actor, '/settings'))
				.catch((thrown: unknown) => thrown);
			if (!isRedirect(first)) throw new Error('the settings lead on');
			expect(places).toContain(first.location);
			for (const address of [...railOf(actor), ...EVERYWHERE, ...places]) {
				await expect(open(actor, address), address).resolves.toBeDefined();
			}
		});
	}

	test('Today holds what somebody may act on, and nothing of others [T1, T4]', async () => {
		const todayOf = async (role: StandardRoleKey) =>
			(await open(actorWith(role), '/')) as {
				readonly steps: readonly unknown[];
				readonly requests: readonly { readonly name?: string }[];
			};
		expect((await todayOf('operator')).requests).toHaveLength(1);
		for (const role of ['co_worker', 'task_operator', 'accountant'] as const) {
			expect(await todayOf(role), role).toMatchObject({ steps: [], requests: [] });
		}
		const anns = (await open(ann.actor, '/')) as { readonly steps: readonly { name: string }[] };
		expect(anns.steps.map(({ name }) => name)).toContain('Harbour cranes');
	});
});
