import { eq } from 'drizzle-orm';
import * as decoding from 'lib0/decoding';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { MESSAGE, type Notice } from '#lib/records/wire.ts';
import { actorOfUser } from '#lib/server/auth/actor.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	departments,
	keptEdits,
	pipelines,
	sessions,
	stages,
	userRoles
} from '#lib/server/db/tables/index.ts';
import { edit } from '#lib/server/records/commit.ts';
import { trash } from '#lib/server/records/trash.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { startHub, type HubServer } from './support/hub-server.ts';
import { aDeal, anOffice, dealRow, signedIn, type Office } from './support/office.ts';
import { openTab, synced, until, type Tab } from './support/tab.ts';

// Two web processes that share nothing but the database; nobody is looked at again by the clock.

const { db, sql } = await testDatabase();
const hubs: HubServer[] = [];
let office: Office;
const tabs: Tab[] = [];

beforeAll(async () => {
	office = await anOffice(db);
	const times = { recheckMs: 3_600_000, pollMs: 3_600_000 };
	hubs.push(await startHub({ db, sql, times }), await startHub({ db, sql, times }));
});

afterEach(() => {
	for (const tab of tabs.splice(0)) tab.destroy();
});

afterAll(() => Promise.all(hubs.map((hub) => hub.close())));

/** The record open at both processes, with what each was told. */
async function openEverywhere(dealId: string, cookie: string) {
	const opened = hubs.map((hub) => {
		const tab = openTab(hub.host, dealId, cookie, { v: '1' });
		const notices: Notice[] = [];
		tab.provider.messageHandlers[MESSAGE.notice] = (_encoder, decoder) =>
			void notices.push(JSON.parse(decoding.readVarString(decoder)));
		tabs.push(tab);
		return { ...tab, notices };
	});
	await Promise.all(opened.map(synced));
	return opened;
}

async function as(userId: string): Promise<Ctx> {
	const actor = await actorOfUser(db, userId);
	if (!actor) throw new Error('nobody');
	return systemCtx(db, { actor });
}

async function aDealOfTwo(): Promise<string> {
	const id = await aDeal(db, office);
	const wish = [{ field: 'coOwners', add: [office.bob.id] }];
	expect(await edit(await as(office.ann.id), dealRecords, id, wish)).toMatchObject({ ok: true });
	return id;
}

const keptOf = (id: string) => db.select().from(keptEdits).where(eq(keptEdits.recordId, id));

const type = (tab: Tab, name: string, value: string) => tab.doc.getMap('f').set(name, value);

describe('[SYNC-32] at every web process', () => {
	test('who is taken off a deal writes nothing more there: he is told, and what he typed is kept', async () => {
		const id = await aDealOfTwo();
		const bobs = await openEverywhere(id, office.bob.cookie);
		const wish = [{ field: 'coOwners', remove: [office.bob.id] }];
		expect(await edit(await as(office.ann.id), dealRecords, id, wish)).toMatchObject({ ok: true });
		for (const bob of bobs) {
			await until(
				() => bob.notices.at(-1),
				(notice) => notice?.type === 'welcome' && !notice.mayWrite
			);
		}
		const before = await dealRow(db, id);
		for (const [at, bob] of bobs.entries()) {
			type(bob, 'nextStep', `Typ ${at}`);
			type(bob, 'nextStep', `Typed at process ${at}`);
			await until(
				() => bob.notices.at(-1),
				(notice) => notice?.type === 'read-only'
			);
		}
		const kept = await until(
			() => keptOf(id),
			(rows) => rows.length === 2 && rows.every(({ value }) => String(value).startsWith('Typed'))
		);
		expect(kept.map(({ value }) => value).sort()).toEqual([
			'Typed at process 0',
			'Typed at process 1'
		]);
		expect(kept).toMatchObject(
			kept.map(() => ({
				...{ userId: office.bob.id, reason: 'rejected', field: 'nextStep' },
				fault: { code: 'not_writable' }
			}))
		);
		expect(await dealRow(db, id)).toEqual(before);
	});

	test('who loses his role, and whoever reads a deal that moves to another department, is shut out', async () => {
		const id = await aDealOfTwo();
		const everybody = await Promise.all([
			openEverywhere(id, office.bob.cookie),
			openEverywhere(id, office.cleo.cookie)
		]);
		const roles = await db.delete(userRoles).where(eq(userRoles.userId, office.bob.id)).returning();
		for (const bob of everybody[0]) expect(await bob.closed()).toBe(4403);
		await db.insert(userRoles).values(roles);
		await moveToMalmo(id);
		for (const cleo of everybody[1]) expect(await cleo.closed()).toBe(4403);
	});

	test('whose session ends is signed out', async () => {
		const id = await aDealOfTwo();
		const { sessionId, cookie } = await signedIn(db, office.bob.id);
		const bobs = await openEverywhere(id, cookie);
		await db.delete(sessions).where(eq(sessions.id, sessionId));
		for (const bob of bobs) expect(await bob.closed()).toBe(4401);
	});

	test('[SYNC-20] a deal in the trash closes, and an edit that meets it there is kept', async () => {
		const id = await aDealOfTwo();
		const [bob, other] = await openEverywhere(id, office.bob.cookie);
		await trash(await as(office.ann.id), dealRecords, id);
		// On the way before the word of it can have come.
		if (bob) type(bob, 'nextStep', 'Too late');
		expect([await bob?.closed(), await other?.closed()]).toEqual([4404, 4404]);
		const before = await dealRow(db, id);
		expect(before).toMatchObject({ nextStep: 'Get in touch' });
		const [kept] = await keptOf(id);
		// Whether the frame or the word of the trash was faster, nothing else may have become of it.
		if (kept)
			expect(kept).toMatchObject({ userId: office.bob.id, reason: 'closed', value: 'Too late' });
	});
});

async function moveToMalmo(dealId: string): Promise<void> {
	const [malmo] = await db.select().from(departments).where(eq(departments.name, 'Sales Malmö'));
	const [pipeline, stage] = [newId(), newId()];
	const departmentId = malmo?.id ?? '';
	await db
		.insert(pipelines)
		.values({ id: pipeline, departmentId, name: 'Machines', position: 'a0' });
	await db
		.insert(stages)
		.values({ id: stage, pipelineId: pipeline, name: 'Offer', position: 'a0', outcome: 'open' });
	const wish = [
		{ field: 'department', set: departmentId },
		{ field: 'pipeline', set: pipeline },
		{ field: 'stage', set: stage }
	];
	const moved = await edit(await as(office.ann.id), dealRecords, dealId, wish, {
		commandMark: 'assignDeal'
	});
	expect(moved).toMatchObject({ ok: true });
}
