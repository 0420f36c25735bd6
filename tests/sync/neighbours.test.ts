import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest';
import { freePort } from '#lib/server/postgres/cluster.ts';
import { testDatabase } from '#tests/support/database.ts';
import { aDeal, anOffice, type Colleague, type Office } from './support/office.ts';
import { killHard, startWeb, stopAll } from './support/processes.ts';
import { fieldsOf, openLive, openTab, synced, until, type Tab } from './support/tab.ts';

// Two web processes on one database; nobody is bound to either of them.

const { db, sql, url } = await testDatabase();
let office: Office;
let hosts: readonly [string, string];
let processes: ChildProcess[] = [];
const tabs: Tab[] = [];

beforeAll(async () => {
	office = await anOffice(db);
});

beforeEach(async () => {
	const ports = [await freePort(), await freePort()];
	processes = [];
	for (const port of ports) processes.push(await startWeb({ url, port, engine: 'real' }));
	hosts = [`127.0.0.1:${ports[0]}`, `127.0.0.1:${ports[1]}`];
});

afterEach(async () => {
	for (const tab of tabs.splice(0)) tab.destroy();
	await Promise.all(processes.map(killHard));
});

afterAll(stopAll);

async function open(host: string, id: string, { cookie }: Colleague): Promise<Tab> {
	const tab = openTab(host, id, cookie);
	tabs.push(tab);
	await synced(tab);
	return tab;
}

/** Processes start and die here while others use the machine. */
const soon: typeof until = (look, isSo) => until(look, isSo, 20_000);

/** The state of the other tab as this one knows it. */
const stateIn = (tab: Tab, other: Tab) =>
	tab.provider.awareness.getStates().get(other.doc.clientID);

type Live = Awaited<ReturnType<typeof openLive>>;

const peopleIn = ({ told }: Live, id: string) => {
	const presence = told
		.filter((message) => message.type === 'presence' && message.id === id)
		.at(-1);
	return presence?.type === 'presence' ? presence.people.map(({ name }) => name).sort() : null;
};

const onlineIn = ({ told }: Live) => {
	const online = told.filter((message) => message.type === 'online').at(-1);
	return online?.type === 'online' ? online.people.map(({ name }) => name).sort() : null;
};

const isJust =
	(...names: string[]) =>
	(seen: readonly string[] | null) =>
		seen?.join() === names.join();

test('[SYNC-22] people in one record see each other and each other’s edits, whichever process they are at', async () => {
	const id = await aDeal(db, office);
	const [ann, cleo] = [await open(hosts[0], id, office.ann), await open(hosts[1], id, office.cleo)];
	ann.provider.awareness.setLocalState({ field: 'name', user: { name: 'Bob Okafor' } });
	const seen = await soon(
		() => stateIn(cleo, ann),
		(state) => state?.field === 'name'
	);
	expect(seen).toMatchObject({ user: { id: office.ann.id, name: 'Ann Becker' } });
	cleo.provider.awareness.setLocalState({ field: 'amount' });
	await soon(
		() => stateIn(ann, cleo),
		(state) => state?.field === 'amount'
	);
	ann.provider.awareness.setLocalState({ field: 'nextStep' });
	ann.doc.getMap('f').set('nextStep', 'Call the harbour');
	await soon(
		() => [stateIn(cleo, ann)?.field, fieldsOf(cleo).nextStep],
		([field, value]) => field === 'nextStep' && value === 'Call the harbour'
	);
	const late = await open(hosts[1], id, office.bob);
	await soon(
		() => stateIn(late, ann),
		(state) => state?.field === 'nextStep'
	);
	ann.destroy();
	await soon(
		() => [stateIn(cleo, ann), stateIn(late, ann)],
		(states) => states.every((state) => state === undefined)
	);
});

test('[SYNC-22] who is online and who has a record open is told at every process, to those who may know', async () => {
	const id = await aDeal(db, office);
	const [cleo, tina] = [
		await openLive(hosts[1], office.cleo.cookie),
		await openLive(hosts[1], office.tina.cookie)
	];
	const ann = await openLive(hosts[0], office.ann.cookie);
	const tab = await open(hosts[0], id, office.ann);
	await soon(() => onlineIn(cleo), isJust('Ann Becker', 'Cleo Martin'));
	await soon(() => onlineIn(ann), isJust('Ann Becker', 'Cleo Martin'));
	await soon(() => peopleIn(cleo, id), isJust('Ann Becker'));
	const other = await open(hosts[1], id, office.bob);
	await soon(() => peopleIn(cleo, id), isJust('Ann Becker', 'Bob Okafor'));
	await soon(() => peopleIn(ann, id), isJust('Ann Becker', 'Bob Okafor'));
	const late = await openLive(hosts[1], office.bob.cookie);
	await soon(() => peopleIn(late, id), isJust('Ann Becker', 'Bob Okafor'));
	tab.destroy();
	await soon(() => peopleIn(cleo, id), isJust('Bob Okafor'));
	other.destroy();
	await soon(() => peopleIn(ann, id), isJust());
	ann.close();
	await soon(() => onlineIn(cleo), isJust('Bob Okafor', 'Cleo Martin'));
	expect(onlineIn(tina)).toEqual(['Tina Lindqvist']);
	expect(peopleIn(tina, id)).toBeNull();
	for (const live of [cleo, tina, late]) live.close();
});

test('[SYNC-22] people at a process that dies vanish within seconds, and are back when they come through another', async () => {
	const id = await aDeal(db, office);
	const [ann, cleo] = [await open(hosts[0], id, office.ann), await open(hosts[1], id, office.cleo)];
	const watching = await openLive(hosts[1], office.cleo.cookie);
	const there = await openLive(hosts[0], office.ann.cookie);
	ann.provider.awareness.setLocalState({ field: 'name' });
	await soon(
		() => stateIn(cleo, ann),
		(state) => state?.field === 'name'
	);
	await soon(() => onlineIn(watching), isJust('Ann Becker', 'Cleo Martin'));
	const [first] = processes;
	if (first) await killHard(first);
	await soon(() => onlineIn(watching), isJust('Cleo Martin'));
	await soon(() => peopleIn(watching, id), isJust('Cleo Martin'));
	await soon(
		() => stateIn(cleo, ann),
		(state) => state === undefined
	);
	const again = await open(hosts[1], id, office.ann);
	again.provider.awareness.setLocalState({ field: 'nextStep' });
	await soon(() => peopleIn(watching, id), isJust('Ann Becker', 'Cleo Martin'));
	await soon(
		() => stateIn(cleo, again),
		(state) => state?.field === 'nextStep'
	);
	watching.close();
	there.close();
});

test('[SYNC-22] what happened while the lines to the database were cut is known soon after', async () => {
	const id = await aDeal(db, office);
	const ann = await open(hosts[0], id, office.ann);
	const watching = await openLive(hosts[1], office.cleo.cookie);
	await soon(() => peopleIn(watching, id), isJust('Ann Becker'));
	for (const change of [() => ann.destroy(), () => open(hosts[0], id, office.bob)]) {
		await sql`select pg_terminate_backend(pid) from pg_stat_activity
			where datname = current_database() and query ilike 'listen%'`;
		await change();
	}
	await soon(() => peopleIn(watching, id), isJust('Bob Okafor'));
	watching.close();
});
