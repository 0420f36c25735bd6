import { describe, expect } from 'vitest';
import { canReadWork } from '#lib/features/projects/policy.ts';
import { getProject, listProjects } from '#lib/features/projects/queries.server.ts';
import { workRightsOf } from '#lib/features/projects/record.server.ts';
import { projectList } from '#lib/features/projects/schema.ts';
import type { Ctx } from '#lib/server/context.ts';
import { tasks } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { readValues } from '#lib/server/records/row.ts';
import { readListQuery } from '#lib/shared/list-query.ts';
import { inRollback } from '#tests/support/database.ts';
import { anOffice, aProject, aTask, taskStage } from '#tests/support/tasks.ts';
import { assignTask, linkTask, saveTask, trashTask } from './commands.server.ts';
import { getTask, listTasks, listTasksOf, withTaskDefaults } from './queries.server.ts';
import { taskRecords } from './record.server.ts';
import { taskList } from './schema.ts';

const queryOf = (address: string) => readListQuery(new URLSearchParams(address), taskList);
const listed = async (ctx: Ctx, address = '') =>
	(await listTasks(ctx, queryOf(address))).page.rows.map(({ name }) => name);

describe('who sees a task [comms 3.4]', () => {
	inRollback('[H-039] its people, chief and task operator, and nobody else', async (ctx) => {
		const office = await anOffice(ctx);
		const tina = await office.hire('Tina', 'department_head');
		const [erik, nora] = [await office.hire('Erik'), await office.hire('Nora', 'manager')];
		const id = await aTask(erik);
		for (const role of ['chief', 'task_operator', 'administrator'] as const) {
			const person = await (await anOffice(ctx)).hire('X', role);
			expect(await listed(person), role).toEqual(['Pack the samples']);
			expect((await getTask(person, id)).mayEdit, role).toBe(true);
		}
		expect(await listed(tina)).toEqual(['Pack the samples']);
		expect(await listed(nora)).toEqual([]);
		await expect(getTask(nora, id)).rejects.toThrow(NotFound);
		await assignTask(erik, { id, subscribers: [nora.actor.id], coOwner: undefined });
		expect((await getTask(nora, id)).mayEdit).toBe(false);
	});

	inRollback(
		'[H-040] who is in one task of a family sees all of it, also in the list',
		async (ctx) => {
			const office = await anOffice(ctx);
			const carl = await office.hire('Carl', 'chief');
			const [erik, nora, otto] = [
				await office.hire('Erik'),
				await office.hire('Nora'),
				await office.hire('Otto')
			];
			const ids = (...people: Ctx[]) => people.map(({ actor }) => actor.id);
			const main = await aTask(carl, {
				name: 'Move',
				responsible: ids(erik),
				subscribers: ids(nora)
			});
			const part = await aTask(carl, { name: 'Boxes', parent: main, responsible: ids(otto) });
			for (const person of [erik, nora, otto]) {
				expect(await listed(person)).toEqual(['Move', 'Boxes']);
				expect((await getTask(person, part)).id).toBe(part);
			}
			// A part in the trash opens nothing.
			await trashTask(carl, { id: part });
			expect(await listed(otto)).toEqual([]);
		}
	);

	inRollback('the SQL scope and the pure policy agree on every generated row', async (ctx) => {
		const office = await anOffice(ctx);
		const carl = await office.hire('Carl', 'chief');
		const people = [
			carl,
			await office.hire('Tina', 'department_head'),
			await office.hire('Erik'),
			await office.hire('Nora', 'manager'),
			await office.hire('Toni', 'task_operator')
		];
		let seed = 11;
		const chance = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n;
		const some = (most: number) =>
			people
				.filter(() => chance(4) === 0)
				.slice(0, most)
				.map(({ actor }) => actor.id);
		const mains: string[] = [];
		for (let i = 0; i < 40; i++) {
			const owner = people[chance(people.length)] ?? carl;
			const parent = i > 10 && chance(2) ? mains[chance(mains.length)] : undefined;
			const one = some(1);
			const task = await aTask(carl, {
				name: `Task ${i}`,
				...(parent ? { parent, responsible: one.length > 0 ? one : [carl.actor.id] } : {}),
				...(parent
					? {}
					: {
							responsible: [...some(3), carl.actor.id],
							coOwner: owner === carl ? null : owner.actor.id
						}),
				subscribers: some(3)
			});
			if (!parent) mains.push(task);
		}
		const rows = await ctx.db.select().from(tasks);
		for (const person of people) {
			const seen = await person.db
				.select({ id: tasks.id })
				.from(tasks)
				.where(taskRecords.visibleTo(person.actor));
			const allowed = [];
			for (const row of rows) {
				const rights = workRightsOf(row, await readValues(ctx, taskRecords, row));
				if (canReadWork(person.actor, 'task', rights)) allowed.push(row.id);
			}
			expect(seen.map(({ id }) => id).sort(), person.actor.name).toEqual(allowed.sort());
		}
	});

	inRollback(
		'a project has its own people; a task names one only to those who see it',
		async (ctx) => {
			const office = await anOffice(ctx);
			const [erik, nora] = [await office.hire('Erik'), await office.hire('Nora')];
			const carl = await office.hire('Carl', 'chief');
			const project = await aProject(erik);
			const id = await aTask(carl, { responsible: [erik.actor.id], subscribers: [nora.actor.id] });
			await linkTask(erik, { id, project });
			expect((await getTask(erik, id)).projectName).toBe('Trade fair');
			expect((await getTask(nora, id)).projectName).toBeNull();
			expect((await listTasks(nora, queryOf(''))).page.rows[0]?.projectName).toBeNull();
			await expect(getProject(nora, project)).rejects.toThrow(NotFound);
			const projects = await listProjects(nora, readListQuery(new URLSearchParams(), projectList));
			expect(projects.page.rows).toEqual([]);
		}
	);
});

describe('the list of tasks [comms 3.11]', () => {
	inRollback(
		'[H-017] begins with the newest main task, its parts by their day below it',
		async (ctx) => {
			const erik = await (await anOffice(ctx)).hire('Erik');
			const at = (minute: number): Ctx => ({
				...erik,
				now: new Date(Date.UTC(2026, 2, 10, 9, minute))
			});
			const old = await aTask(at(0), { name: 'Old' });
			const fresh = await aTask(at(1), { name: 'New' });
			await aTask(at(2), { name: 'New late', parent: fresh, nextStepOn: '2026-03-20' });
			await aTask(at(3), { name: 'Old part', parent: old });
			await aTask(at(4), { name: 'New soon', parent: fresh, nextStepOn: '2026-03-12' });
			await aTask(at(5), { name: 'Newest' });
			const order = ['Newest', 'New', 'New soon', 'New late', 'Old', 'Old part'];
			expect(await listed(erik)).toEqual(order);
			// Page by page in the same order.
			const first = await listTasks(erik, queryOf(''));
			expect(first.total).toEqual({ count: 6, more: false });
			expect(await listed(erik, `parent=${fresh}`)).toEqual(['New', 'New soon', 'New late']);
		}
	);

	inRollback('shows at first what goes on and what I am to do, if there is any', async (ctx) => {
		const office = await anOffice(ctx);
		const carl = await office.hire('Carl', 'chief');
		const erik = await office.hire('Erik');
		const shown = async (person: Ctx, address = '') => {
			const query = await withTaskDefaults(person, queryOf(address));
			return (await listTasks(person, query)).page.rows.map(({ name }) => name);
		};
		const watched = await aTask(carl, { name: 'Watched', subscribers: [erik.actor.id] });
		expect(await shown(erik)).toEqual(['Watched']);
		const later = { ...erik, now: new Date(erik.now.getTime() + 60_000) };
		const mine = await aTask(later, { name: 'Mine' });
		expect(await shown(erik)).toEqual(['Mine']);
		expect(await shown(erik, 'responsible=all')).toEqual(['Mine', 'Watched']);
		await saveTask(erik, mine, [{ field: 'stage', set: await taskStage(ctx, 'completed') }]);
		expect(await shown(erik)).toEqual(['Watched']);
		expect(await shown(erik, 'active=no')).toEqual(['Mine']);
		expect(await shown(erik, 'active=all&responsible=all')).toHaveLength(2);
		expect(await shown(carl, `owner=me`)).toEqual(['Watched']);
		expect(await shown(carl, `parent=${watched}`)).toEqual(['Watched']);
	});

	inRollback('[I-006] a project knows how many of its tasks are done', async (ctx) => {
		const erik = await (await anOffice(ctx)).hire('Erik');
		const project = await aProject(erik);
		const one = await aTask(erik, { project });
		await aTask(erik, { project, parent: one });
		const part = await aTask(erik, { parent: one, name: 'Part' });
		await saveTask(erik, part, [{ field: 'stage', set: await taskStage(ctx, 'completed') }]);
		const second = await aTask(erik, { project });
		await saveTask(erik, second, [{ field: 'stage', set: await taskStage(ctx, 'completed') }]);
		expect(await listTasksOf(erik, project)).toMatchObject({ count: 3, done: 1 });
		expect(await listed(erik, `project=${project}`)).toContain('Part');
	});

	inRollback('goes on where the page before ended, in either direction', async (ctx) => {
		const erik = await (await anOffice(ctx)).hire('Erik');
		for (let i = 0; i < 60; i++) await aTask(erik, { name: `Task ${i}` });
		const first = await listTasks(erik, queryOf(''));
		const rest = await listTasks(erik, queryOf(`after=${first.page.after}`));
		expect([first.page.rows.length, rest.page.rows.length]).toEqual([50, 10]);
		const names = [...first.page.rows, ...rest.page.rows].map(({ name }) => name);
		expect(new Set(names).size).toBe(60);
		const back = await listTasks(erik, queryOf(`before=${rest.page.before}`));
		expect(back.page.rows.map(({ id }) => id)).toEqual(first.page.rows.map(({ id }) => id));
	});
});
