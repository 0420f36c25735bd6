import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
	changes,
	dealCoOwners,
	departmentMembers,
	sessions,
	userProfiles
} from '#lib/server/db/tables/index.ts';
import { newId } from '#lib/shared/ids.ts';
import { testDatabase } from '#tests/support/database.ts';
import { startHub, type HubServer } from './support/hub-server.ts';
import { aDeal, anOffice, signedIn, type Office } from './support/office.ts';
import { openLive, openTab, synced, until } from './support/tab.ts';

const { db, sql } = await testDatabase();
let hub: HubServer;
let office: Office;

beforeAll(async () => {
	office = await anOffice(db);
	hub = await startHub({ db, sql, times: { hintMs: 30, presenceMs: 30, beatMs: 200 } });
});

afterAll(() => hub.close());

const say = (payload: object) => sql`select pg_notify('live', ${JSON.stringify(payload)})`;

const record = (id: string, topics: readonly string[]) =>
	say({ type: 'record', kind: 'deal', id, rev: 7, epoch: 1, topics, act: 'edit' });

const hints = ({ told }: Awaited<ReturnType<typeof openLive>>) =>
	told.filter((message) => message.type === 'hint');

const aMoment = () => new Promise((resolve) => setTimeout(resolve, 150));

/** What is said before the hub listens is lost; it makes up for it, but not as a hint. */
beforeAll(async () => {
	await until(
		() =>
			sql`select from pg_stat_activity where datname = current_database() and query ilike 'listen %'`,
		({ length }) => length > 0
	);
});

test('a change is told to the department and to nobody else', async () => {
	const [cleo, tina] = await Promise.all([
		openLive(hub.host, office.cleo.cookie),
		openLive(hub.host, office.tina.cookie)
	]);
	const id = newId();
	await record(id, [`deal:department:${office.hamburg}`, `deal:user:${office.ann.id}`]);
	await until(
		() => hints(cleo),
		({ length }) => length > 0
	);
	expect(hints(cleo)).toEqual([{ type: 'hint', topic: 'deal', ids: [id], rev: 7 }]);
	await aMoment();
	expect(hints(tina)).toEqual([]);
	cleo.close();
	tina.close();
});

test('a burst of changes is one message', async () => {
	const cleo = await openLive(hub.host, office.cleo.cookie);
	const ids = [newId(), newId(), newId()];
	const topics = [`deal:department:${office.hamburg}`];
	await sql.begin(async (tx) => {
		for (const id of [...ids, ...ids]) {
			const payload = { type: 'record', kind: 'deal', id, rev: 7, topics, act: 'edit' };
			await tx`select pg_notify('live', ${JSON.stringify(payload)})`;
		}
	});
	await aMoment();
	expect(hints(cleo)).toEqual([{ type: 'hint', topic: 'deal', ids, rev: 7 }]);
	cleo.close();
});

test('what is personal is told to that person only', async () => {
	const [ann, bob] = await Promise.all([
		openLive(hub.host, office.ann.cookie),
		openLive(hub.host, office.bob.cookie)
	]);
	await say({ type: 'topic', topic: `import:user:${office.ann.id}`, ids: ['x'], rev: 3 });
	await until(
		() => hints(ann),
		({ length }) => length > 0
	);
	expect(hints(ann)).toEqual([{ type: 'hint', topic: 'import', ids: ['x'], rev: 3 }]);
	await aMoment();
	expect(hints(bob)).toEqual([]);
	ann.close();
	bob.close();
});

test('what is shared is told to everybody or to the department with which it is shared', async () => {
	const [ann, bob, tina] = await Promise.all(
		[office.ann, office.bob, office.tina].map(({ cookie }) => openLive(hub.host, cookie))
	);
	if (!ann || !bob || !tina) throw new Error('three listen');
	const view = { type: 'topic', ids: ['v'], rev: 0 };
	await say({ ...view, topic: `view:department:${office.hamburg}` });
	await say({ ...view, topic: `view:user:${office.ann.id}` });
	await until(
		() => [ann, bob].map(hints),
		(heard) => heard.every(({ length }) => length > 0)
	);
	await say({ ...view, topic: 'settings:all' });
	await until(
		() => [ann, bob, tina].map(hints),
		(heard) => heard.every((own) => own.some(({ topic }) => topic === 'settings'))
	);
	expect(hints(bob).map(({ topic }) => topic)).toEqual(['view', 'settings']);
	expect(hints(tina).map(({ topic }) => topic)).toEqual(['settings']);
	for (const one of [ann, bob, tina]) one.close();
});

test('new rights open new topics and close old ones', async () => {
	const tina = await openLive(hub.host, office.tina.cookie);
	const topics = [`deal:department:${office.hamburg}`];
	await db
		.insert(departmentMembers)
		.values({ userId: office.tina.id, departmentId: office.hamburg });
	await until(
		() => tina.told,
		(told) => told.some(({ type }) => type === 'refetch')
	);
	await record(newId(), topics);
	await until(
		() => hints(tina),
		({ length }) => length === 1
	);
	await sql`delete from department_members where user_id = ${office.tina.id} and department_id = ${office.hamburg}`;
	await until(
		() => tina.told.filter(({ type }) => type === 'refetch'),
		({ length }) => length === 2
	);
	await record(newId(), topics);
	await aMoment();
	expect(hints(tina)).toHaveLength(1);
	tina.close();
});

test('a session that ends closes the live socket with 4401 within a second', async () => {
	const { sessionId, cookie } = await signedIn(db, office.ann.id);
	const ann = await openLive(hub.host, cookie);
	const start = Date.now();
	await db.delete(sessions).where(eq(sessions.id, sessionId));
	expect(await ann.closed).toBe(4401);
	expect(Date.now() - start).toBeLessThan(1_000);
	const nobody = await openLive(hub.host, 'tandem.session_token=nonsense.nonsense');
	expect(await nobody.closed).toBe(4401);
});

test('who has a record open is told to those who may see it', async () => {
	const id = await aDeal(db, office);
	const [cleo, tina] = await Promise.all([
		openLive(hub.host, office.cleo.cookie),
		openLive(hub.host, office.tina.cookie)
	]);
	const tab = openTab(hub.host, id, office.ann.cookie);
	await synced(tab);
	const presence = () => cleo.told.filter((message) => message.type === 'presence');
	await until(presence, ({ length }) => length === 1);
	expect(presence()).toMatchObject([{ kind: 'deal', id, people: [{ name: 'Ann Becker' }] }]);
	const late = await openLive(hub.host, office.bob.cookie);
	await until(
		() => late.told,
		(told) => told.some(({ type }) => type === 'presence')
	);
	tab.destroy();
	await until(presence, ({ length }) => length === 2);
	expect(presence().at(-1)).toMatchObject({ id, people: [] });
	expect(tina.told.filter(({ type }) => type === 'presence')).toEqual([]);
	for (const live of [cleo, tina, late]) live.close();
});

test('[SYNC-74] who views privately is shown to nobody at any process, from that moment on, and is seen again when he wants', async () => {
	const id = await aDeal(db, office);
	await db.insert(dealCoOwners).values({ dealId: id, userId: office.bob.id });
	const second = await startHub({ db, sql, times: { hintMs: 30, presenceMs: 30, beatMs: 200 } });
	const cleo = await openLive(second.host, office.cleo.cookie);
	const [ann, bob] = [
		openTab(hub.host, id, office.ann.cookie),
		openTab(second.host, id, office.bob.cookie)
	];
	await Promise.all([synced(ann), synced(bob)]);
	const shownToBob = () =>
		[...bob.provider.awareness.getStates()].filter(
			([client]) => client !== bob.provider.awareness.clientID
		);
	const shownToCleo = () =>
		cleo.told.filter((message) => message.type === 'presence' && message.id === id).at(-1);
	const turn = (viewPrivately: boolean) =>
		db.update(userProfiles).set({ viewPrivately }).where(eq(userProfiles.userId, office.ann.id));
	ann.provider.awareness.setLocalStateField('field', 'amount');
	await until(shownToBob, ([state]) => state?.[1]['field'] === 'amount');
	await until(shownToCleo, (message) => names(message).includes('Ann Becker'));

	await turn(true);
	await until(shownToBob, ({ length }) => length === 0);
	await until(shownToCleo, (message) => names(message).join() === 'Bob Okafor');
	// What she does now is told to nobody, neither to those who are here nor to a newcomer.
	const heard: unknown[] = [];
	bob.provider.awareness.on('change', () => heard.push(...shownToBob()));
	ann.provider.awareness.setLocalStateField('field', 'name');
	const late = openTab(hub.host, id, office.bob.cookie);
	await synced(late);
	const lateLive = await openLive(hub.host, office.cleo.cookie);
	await aMoment();
	expect(heard).toEqual([]);
	expect(JSON.stringify([...late.provider.awareness.getStates()])).not.toContain('Ann Becker');
	expect(JSON.stringify(lateLive.told.filter(({ type }) => type === 'presence'))).not.toContain(
		'Ann Becker'
	);
	// It hides where she looks, not what she does.
	ann.doc.getMap('f').set('nextStep', 'By Ann');
	await until(
		() =>
			db
				.select()
				.from(changes)
				.where(and(eq(changes.recordId, id), eq(changes.field, 'nextStep'))),
		([change]) => change?.actorId === office.ann.id
	);

	await turn(false);
	await until(shownToBob, (states) => states.some(([, state]) => state['field'] === 'name'));
	await until(shownToCleo, (message) => names(message).includes('Ann Becker'));
	for (const tab of [ann, bob, late]) tab.destroy();
	for (const live of [cleo, lateLive]) live.close();
	await second.close();
});

const names = (message: Awaited<ReturnType<typeof openLive>>['told'][number] | undefined) =>
	message?.type === 'presence' ? message.people.map(({ name }) => name).sort() : [];

test('people see who of their department is at work', async () => {
	const [cleo, tina] = await Promise.all([
		openLive(hub.host, office.cleo.cookie),
		openLive(hub.host, office.tina.cookie)
	]);
	await aMoment();
	const namesTold = (live: typeof cleo) => {
		const online = live.told.filter((message) => message.type === 'online').at(-1);
		return online?.people.map(({ name }) => name);
	};
	expect(namesTold(cleo)).toEqual(['Cleo Martin']);
	expect(namesTold(tina)).toEqual(['Tina Lindqvist']);
	cleo.close();
	tina.close();
});

test('after the line to the database was cut, everybody looks again and hints come as before', async () => {
	const cleo = await openLive(hub.host, office.cleo.cookie);
	await sql`select pg_terminate_backend(pid) from pg_stat_activity
		where datname = current_database() and query ilike 'listen%'`;
	await until(
		() => cleo.told,
		(told) => told.some(({ type }) => type === 'refetch')
	);
	await record(newId(), [`deal:department:${office.hamburg}`]);
	await until(
		() => hints(cleo),
		({ length }) => length === 1
	);
	cleo.close();
});
