import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { assignProject } from '#lib/features/projects/commands.server.ts';
import { projectRecords } from '#lib/features/projects/record.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { projects, taskResponsible, taskSubscribers } from '#lib/server/db/tables/index.ts';
import { createRecordPort } from '#lib/server/hub/record-port.ts';
import { kinds } from '#lib/registry.server.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { anOffice, aProject, aTask, taskRow, taskStage } from '#tests/support/tasks.ts';
import { EngineTab } from '#tests/sync/support/engine-tab.ts';
import { assignTask } from './commands.server.ts';
import { taskRecords } from './record.server.ts';

const { db, sql } = await testDatabase();
const ctx = systemCtx(db);
const port = createRecordPort(db, kinds, ctx.log);

const openTask = (id: string, { actor }: Ctx) => EngineTab.open(port, taskRecords.kind, id, actor);
const rename = (set: string) => ({ field: 'name', set });
const mayOf = async (id: string, { actor }: Ctx) => (await port.access('task', id, actor)).may;

async function peopleOf(id: string) {
	const of = async (table: typeof taskResponsible | typeof taskSubscribers) => {
		const rows = await db.select({ id: table.userId }).from(table).where(eq(table.taskId, id));
		return rows.map((row) => row.id).sort();
	};
	return { responsible: await of(taskResponsible), subscribers: await of(taskSubscribers) };
}

describe('a task that is open live', () => {
	test('[SYNC-80] keeps its people, who are no part of its document, and obeys their rights', async () => {
		const office = await anOffice(ctx);
		const carl = await office.hire('Carl', 'chief');
		const [erik, nora] = [await office.hire('Erik'), await office.hire('Nora')];
		const id = await aTask(carl, { responsible: [erik.actor.id], subscribers: [nora.actor.id] });
		const [hers, his] = [await openTask(id, nora), await openTask(id, erik)];
		for (let i = 0; i < 8; i++) expect(await his.commit(rename(`By Erik ${i}`))).toEqual([]);
		const people = { responsible: [erik.actor.id], subscribers: [nora.actor.id] };
		expect(await peopleOf(id)).toEqual(people);
		expect(await hers.commit(rename('By Nora'))).toMatchObject([
			{ field: 'name', fault: { code: 'not_writable' } }
		]);
		// A second responsible person makes it a team task: Erik only reads from now on.
		const team = [erik.actor.id, nora.actor.id];
		expect(await assignTask(carl, { id, responsible: team, coOwner: undefined })).toMatchObject({
			ok: true
		});
		expect((await peopleOf(id)).responsible).toEqual([...team].sort());
		await his.refresh();
		expect(await his.commit(rename('Too late'))).toMatchObject([
			{ field: 'name', fault: { code: 'not_writable' } }
		]);
		expect(await mayOf(id, erik)).toBe('read');
	});

	test('[SYNC-81] gets and loses its closing day with its stage, written from a socket', async () => {
		const erik = await (await anOffice(ctx)).hire('Erik');
		const id = await aTask(erik);
		const tab = await openTask(id, erik);
		await tab.commit({ field: 'stage', set: await taskStage(ctx, 'completed') });
		expect((await taskRow(ctx, id)).closedOn).not.toBeNull();
		await tab.commit({ field: 'stage', set: await taskStage(ctx, 'in_progress') });
		expect((await taskRow(ctx, id)).closedOn).toBeNull();
	});

	test('[H-016] is put back at its stage while a subtask is open', async () => {
		const erik = await (await anOffice(ctx)).hire('Erik');
		const id = await aTask(erik);
		await aTask(erik, { parent: id });
		const tab = await openTask(id, erik);
		const set = await taskStage(ctx, 'completed');
		expect(await tab.commit({ field: 'stage', set })).toMatchObject([
			{ field: 'stage', fault: { code: 'subtasks_open' } }
		]);
		expect((await taskRow(ctx, id)).closedOn).toBeNull();
	});

	test('[SYNC-82] tells the rooms of its family when its people change', async () => {
		const office = await anOffice(ctx);
		const carl = await office.hire('Carl', 'chief');
		const erik = await office.hire('Erik');
		const main = await aTask(carl, { subscribers: [erik.actor.id] });
		const part = await aTask(carl, { parent: main, responsible: [carl.actor.id], subscribers: [] });
		expect(await mayOf(part, erik)).toBe('read');
		const heard: { id: string; topics: string[] }[] = [];
		const { unlisten } = await sql.listen('live', (payload) => {
			const said = JSON.parse(payload);
			if (said.type === 'record') heard.push(said);
		});
		await assignTask(carl, { id: main, subscribers: [], coOwner: undefined });
		await expect.poll(() => heard.map(({ id }) => id).sort()).toEqual([main, part].sort());
		await unlisten();
		const topic = `task:user:${erik.actor.id}`;
		// Who is put out hears of it, and the part's room learns that he is none of its people now.
		expect(heard.find(({ id }) => id === main)?.topics).toContain(topic);
		expect(heard.find(({ id }) => id === part)?.topics).not.toContain(topic);
		expect(await mayOf(part, erik)).toBe('none');
	});
});

test('[SYNC-80] a project that only one process changes is written without asking, with its people kept', async () => {
	const office = await anOffice(ctx);
	const [erik, nora] = [await office.hire('Erik'), await office.hire('Nora')];
	const id = await aProject(erik, { responsible: [erik.actor.id] });
	const tab = await EngineTab.open(port, projectRecords.kind, id, erik.actor);
	for (let i = 0; i < 8; i++) expect(await tab.commit(rename(`Plan ${i}`))).toEqual([]);
	await assignProject(erik, { id, subscribers: [nora.actor.id], coOwner: undefined });
	for (let i = 0; i < 8; i++) expect(await tab.commit(rename(`Again ${i}`))).toEqual([]);
	const [row] = await db.select().from(projects).where(eq(projects.id, id));
	expect(row?.name).toBe('Again 7');
	expect((await port.access('project', id, nora.actor)).may).toBe('read');
	expect((await port.access('project', id, erik.actor)).may).toBe('write');
});
