import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { Ctx } from '#lib/server/context.ts';
import {
	changes,
	projectStages,
	taskResponsible,
	tasks,
	taskStages,
	taskSubscribers
} from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import { inRollback, systemCtx, testDatabase } from '#tests/support/database.ts';
import { anOffice, aProject, aTask, taskRow, taskStage } from '#tests/support/tasks.ts';
import { saveProject } from '../projects/commands.server.ts';
import { createWorkTag } from '../projects/commands.server.ts';
import { getProject } from '../projects/queries.server.ts';
import {
	assignTask,
	createTask,
	linkTask,
	restoreTask,
	saveTask,
	trashTask
} from './commands.server.ts';
import { getTask } from './queries.server.ts';

const { db } = await testDatabase();

const peopleOf = async (
	ctx: Ctx,
	table: typeof taskResponsible | typeof taskSubscribers,
	id: string
) =>
	(await ctx.db.select({ id: table.userId }).from(table).where(eq(table.taskId, id)))
		.map((row) => row.id)
		.sort();

const setStage = async (ctx: Ctx, id: string, key: string) =>
	saveTask(ctx, id, [{ field: 'stage', set: await taskStage(ctx, key) }]);

describe('a new task', () => {
	inRollback(
		'[H-001] a co-worker does it himself, the head of his department owns it with him',
		async (ctx) => {
			const office = await anOffice(ctx);
			const [erik, tina] = [
				await office.hire('Erik'),
				await office.hire('Tina', 'department_head')
			];
			await (await anOffice(ctx)).hire('Otto', 'department_head');
			const id = await aTask(erik);
			expect(await taskRow(ctx, id)).toMatchObject({
				ownerId: erik.actor.id,
				coOwnerId: tina.actor.id,
				stageId: await taskStage(ctx, 'pending'),
				priority: 'middle',
				nextStep: 'Has taken note',
				closedOn: null
			});
			expect(await peopleOf(ctx, taskResponsible, id)).toEqual([erik.actor.id]);
			expect((await getTask(tina, id)).mayEdit).toBe(true);
		}
	);

	inRollback('asks for the next step on Monday when it is Friday or Saturday', async (ctx) => {
		const erik = await (await anOffice(ctx)).hire('Erik');
		const days = ['2026-03-12', '2026-03-13', '2026-03-14', '2026-03-15'].map(async (day) => {
			const id = await aTask({ ...erik, now: new Date(`${day}T12:00:00Z`) });
			return (await taskRow(ctx, id)).nextStepOn;
		});
		expect(await Promise.all(days)).toEqual([
			'2026-03-13',
			'2026-03-16',
			'2026-03-16',
			'2026-03-16'
		]);
	});

	inRollback('[H-020] is for nobody else when he is neither head nor chief', async (ctx) => {
		const office = await anOffice(ctx);
		const [erik, nora] = [await office.hire('Erik'), await office.hire('Nora')];
		const tina = await office.hire('Tina', 'department_head');
		const [carl, otto] = [
			await office.hire('Carl', 'chief'),
			await (await anOffice(ctx)).hire('Otto')
		];
		const giving = (from: Ctx, to: Ctx) =>
			createTask(from, { values: { name: 'Count the racks', responsible: [to.actor.id] } });
		const refused = { ok: false, error: 'responsible_not_choosable' };
		expect(await giving(erik, nora)).toEqual(refused);
		expect(await giving(tina, nora)).toMatchObject({ ok: true });
		expect(await giving(tina, otto)).toEqual(refused);
		expect(await giving(carl, otto)).toMatchObject({ ok: true });
		expect(await createTask(erik, { values: { name: 'x', coOwner: carl.actor.id } })).toEqual({
			ok: false,
			error: 'co_owner_not_choosable'
		});
		expect(await createTask(tina, { values: { name: 'x', coOwner: carl.actor.id } })).toMatchObject(
			{
				ok: true
			}
		);
	});

	inRollback('[H-027] needs a name and somebody who does it', async (ctx) => {
		const erik = await (await anOffice(ctx)).hire('Erik');
		expect(await createTask(erik, { values: { name: '  ' } })).toMatchObject({
			faults: [{ field: 'name', code: 'required' }]
		});
		expect(await createTask(erik, { values: { name: 'x', responsible: [] } })).toMatchObject({
			faults: [{ field: 'responsible', code: 'required' }]
		});
	});

	inRollback('is due today or later where its author is [comms 3.1]', async (ctx) => {
		const erik = await (await anOffice(ctx)).hire('Erik');
		// Half past midnight in Berlin, where Erik is; the day before elsewhere.
		const now = new Date('2026-03-10T23:30:00Z');
		const due = (day: string) =>
			createTask({ ...erik, now }, { values: { name: 'x', dueOn: day, nextStepOn: day } });
		expect(await due('2026-03-11')).toMatchObject({ ok: true });
		expect(await due('2026-03-10')).toMatchObject({
			faults: [
				{ field: 'dueOn', code: 'in_the_past' },
				{ field: 'nextStepOn', code: 'in_the_past' }
			]
		});
		const id = await aTask({ ...erik, now });
		expect(await saveTask(erik, id, [{ field: 'dueOn', set: '2001-01-01' }])).toMatchObject({
			ok: false,
			faults: [{ field: 'dueOn', code: 'in_the_past' }]
		});
	});

	inRollback('carries tags of tasks, not those of projects', async (ctx) => {
		const erik = await (await anOffice(ctx)).hire('Erik');
		const made = [
			await createWorkTag(erik, { kind: 'task', name: 'Export' }),
			await createWorkTag(erik, { kind: 'project', name: 'Export' })
		].map((tag) => (tag.ok ? tag.value.id : ''));
		expect(await createWorkTag(erik, { kind: 'task', name: 'export' })).toMatchObject({
			ok: false
		});
		const id = await aTask(erik);
		const add = (tag: string) => saveTask(erik, id, [{ field: 'tags', add: [tag] }]);
		expect(await add(made[0] ?? '')).toMatchObject({ ok: true });
		expect(await add(made[1] ?? '')).toMatchObject({
			faults: [{ field: 'tags', code: 'not_found' }]
		});
	});

	inRollback('[A-041] pressed twice is one task', async (ctx) => {
		const erik = await (await anOffice(ctx)).hire('Erik');
		const input = { id: newId(), values: { name: 'Once' } };
		expect(await createTask(erik, input)).toEqual(await createTask(erik, input));
	});
});

describe('stages', () => {
	inRollback(
		'every installation begins with five, of tasks and of projects [A-031]',
		async ({ db }) => {
			for (const table of [taskStages, projectStages]) {
				const rows = await db.select().from(table).orderBy(table.position);
				expect(rows.map(({ key, isActive }) => [key, isActive])).toEqual([
					['pending', true],
					['in_progress', true],
					['completed', false],
					['postponed', true],
					['canceled', false]
				]);
			}
		}
	);

	inRollback('[H-035] an ended one sets the closing day, reopening clears it', async (ctx) => {
		const erik = await (await anOffice(ctx)).hire('Erik');
		const id = await aTask(erik);
		const at = { ...erik, now: new Date('2026-03-10T23:30:00Z') };
		await setStage(at, id, 'completed');
		expect((await taskRow(ctx, id)).closedOn).toBe('2026-03-11');
		await setStage(at, id, 'in_progress');
		expect((await taskRow(ctx, id)).closedOn).toBeNull();
		await saveTask(at, id, [{ field: 'name', set: 'Still open' }]);
		expect((await taskRow(ctx, id)).closedOn).toBeNull();
	});

	inRollback('[H-047] canceled is an end, too', async (ctx) => {
		const erik = await (await anOffice(ctx)).hire('Erik');
		const id = await aTask(erik);
		await setStage(erik, id, 'canceled');
		expect((await taskRow(ctx, id)).closedOn).not.toBeNull();
	});

	inRollback('[I-002][I-004] done ends a project, with its closing day', async (ctx) => {
		const erik = await (await anOffice(ctx)).hire('Erik');
		const id = await aProject(erik);
		const [done] = await ctx.db.select().from(projectStages).where(eq(projectStages.isDone, true));
		await saveProject(erik, id, [{ field: 'stage', set: done?.id ?? '' }]);
		expect((await getProject(erik, id)).closedOn).not.toBeNull();
	});

	inRollback('[H-016] a main task does not end before its subtasks', async (ctx) => {
		const erik = await (await anOffice(ctx)).hire('Erik');
		const main = await aTask(erik);
		const part = await aTask(erik, { parent: main });
		expect(await setStage(erik, main, 'completed')).toMatchObject({
			faults: [{ field: 'stage', code: 'subtasks_open' }]
		});
		expect(await setStage(erik, main, 'postponed')).toMatchObject({ ok: true });
		await setStage(erik, part, 'completed');
		expect(await setStage(erik, main, 'completed')).toMatchObject({ ok: true });
	});
});

describe('subtasks', () => {
	inRollback(
		'[H-021] the main task’s people may do them, and his owner owns them too',
		async (ctx) => {
			const office = await anOffice(ctx);
			const carl = await office.hire('Carl', 'chief');
			const [erik, nora, otto] = [
				await office.hire('Erik'),
				await office.hire('Nora'),
				await office.hire('Otto')
			];
			const team = [erik.actor.id, nora.actor.id];
			const main = await aTask(carl, { responsible: team });
			const part = await aTask(erik, { parent: main, responsible: [nora.actor.id] });
			expect(await taskRow(ctx, part)).toMatchObject({ parentId: main, coOwnerId: carl.actor.id });
			expect(await peopleOf(ctx, taskSubscribers, part)).toEqual([erik.actor.id]);
			const others = { name: 'x', parent: main, responsible: [otto.actor.id] };
			expect(await createTask(erik, { values: others })).toEqual({
				ok: false,
				error: 'responsible_not_choosable'
			});
			// [H-025] A chief gives a part to whom he likes, who then sees both.
			const foreign = await aTask(carl, others);
			expect((await getTask(otto, foreign)).id).toBe(foreign);
			expect((await getTask(otto, main)).mayEdit).toBe(false);
		}
	);

	inRollback('[H-026] one person does a subtask', async (ctx) => {
		const office = await anOffice(ctx);
		const carl = await office.hire('Carl', 'chief');
		const two = [(await office.hire('Erik')).actor.id, (await office.hire('Nora')).actor.id];
		const main = await aTask(carl);
		expect(
			await createTask(carl, { values: { name: 'x', parent: main, responsible: two } })
		).toEqual({ ok: false, error: 'one_responsible' });
		const part = await aTask(carl, { parent: main });
		expect(await assignTask(carl, { id: part, responsible: two, coOwner: undefined })).toEqual({
			ok: false,
			error: 'one_responsible'
		});
	});

	inRollback('[H-041] a subtask of a subtask is one of the same main task', async (ctx) => {
		const erik = await (await anOffice(ctx)).hire('Erik');
		const main = await aTask(erik);
		const part = await aTask(erik, { parent: main });
		const third = await aTask(erik, { parent: part });
		expect((await taskRow(ctx, third)).parentId).toBe(main);
	});

	test('the database itself admits no third level, and no task that is its own part', async () => {
		const ctx = systemCtx(db);
		const erik = await (await anOffice(ctx)).hire('Erik');
		const main = await aTask(erik);
		const part = await aTask(erik, { parent: main });
		const third = await aTask(erik);
		for (const parentId of [part, third]) {
			const put = db.update(tasks).set({ parentId }).where(eq(tasks.id, third));
			await expect(put).rejects.toThrow();
		}
		const move = db.update(tasks).set({ parentId: third }).where(eq(tasks.id, main));
		await expect(move).rejects.toThrow();
	});

	inRollback(
		'a main task goes to the trash after its subtasks and comes back before them',
		async (ctx) => {
			const erik = await (await anOffice(ctx)).hire('Erik');
			const main = await aTask(erik);
			const part = await aTask(erik, { parent: main });
			expect(await trashTask(erik, { id: main })).toEqual({ ok: false, error: 'has_subtasks' });
			expect((await taskRow(ctx, main)).deletedAt).toBeNull();
			await trashTask(erik, { id: part });
			expect(await trashTask(erik, { id: main })).toMatchObject({ ok: true });
			expect(await restoreTask(erik, { id: part })).toEqual({ ok: false, error: 'main_in_trash' });
			await restoreTask(erik, { id: main });
			expect(await restoreTask(erik, { id: part })).toMatchObject({ ok: true });
		}
	);
});

describe('the people of a task [comms 3.4]', () => {
	inRollback('are changed by its owners and by task operators, not by a chief', async (ctx) => {
		const office = await anOffice(ctx);
		const tina = await office.hire('Tina', 'department_head');
		const [erik, nora] = [await office.hire('Erik'), await office.hire('Nora')];
		const [carl, toni] = [
			await office.hire('Carl', 'chief'),
			await office.hire('Toni', 'task_operator')
		];
		const id = await aTask(erik);
		const giveTo = (from: Ctx, to: Ctx) =>
			assignTask(from, { id, responsible: [to.actor.id], coOwner: undefined });
		await expect(giveTo(carl, nora)).rejects.toThrow(Forbidden);
		await expect(giveTo(nora, nora)).rejects.toThrow(NotFound);
		expect(await giveTo(erik, nora)).toEqual({ ok: false, error: 'responsible_not_choosable' });
		expect(await giveTo(tina, nora)).toMatchObject({ ok: true });
		expect(await giveTo(toni, erik)).toMatchObject({ ok: true });
		const history = await ctx.db.select().from(changes).where(eq(changes.recordId, id));
		expect(history.filter(({ field }) => field === 'responsible')).toMatchObject([
			{ old: [erik.actor.id], new: [nora.actor.id], actorId: tina.actor.id },
			{ old: [nora.actor.id], new: [erik.actor.id], actorId: toni.actor.id }
		]);
	});

	inRollback('in a team task they read, and only who is alone with it edits', async (ctx) => {
		const office = await anOffice(ctx);
		const carl = await office.hire('Carl', 'chief');
		const [erik, nora] = [await office.hire('Erik'), await office.hire('Nora')];
		const id = await aTask(carl, { responsible: [erik.actor.id] });
		const rename = [{ field: 'name', set: 'Renamed' }];
		expect(await saveTask(erik, id, rename)).toMatchObject({ ok: true });
		await assignTask(carl, { id, responsible: [erik.actor.id, nora.actor.id], coOwner: undefined });
		await expect(saveTask(erik, id, rename)).rejects.toThrow(Forbidden);
		await expect(trashTask(erik, { id })).rejects.toThrow(Forbidden);
	});

	inRollback('are never changed from a form or a document', async (ctx) => {
		const erik = await (await anOffice(ctx)).hire('Erik');
		const id = await aTask(erik);
		for (const field of ['responsible', 'subscribers'])
			expect(await saveTask(erik, id, [{ field, add: [newId()] }])).toMatchObject({
				faults: [{ field, code: 'not_writable' }]
			});
	});

	inRollback('a task joins only a project that its editor sees', async (ctx) => {
		const office = await anOffice(ctx);
		const [erik, nora] = [await office.hire('Erik'), await office.hire('Nora')];
		const [own, foreign] = [await aProject(erik), await aProject(nora)];
		const id = await aTask(erik);
		expect(await linkTask(erik, { id, project: own })).toMatchObject({ ok: true });
		expect(await linkTask(erik, { id, project: foreign })).toMatchObject({
			faults: [{ field: 'project', code: 'not_found' }]
		});
		expect((await taskRow(ctx, id)).projectId).toBe(own);
	});
});
