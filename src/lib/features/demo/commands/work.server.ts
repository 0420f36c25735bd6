import { createProject, createWorkTag } from '#lib/features/projects/commands.server.ts';
import { listWorkStages } from '#lib/features/projects/queries.server.ts';
import { createTask, saveTask } from '#lib/features/tasks/commands.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { workTags } from '#lib/server/db/tables/index.ts';
import { todayIn } from '#lib/shared/days.ts';
import { demoProjects, type DemoPerson, type DemoTask, demoTasks } from '../model.ts';

type People = ReadonlyMap<DemoPerson, Ctx>;

/** The projects and tasks of the demo company, each begun by whoever owns it, some while ago. */
export async function beginWork(people: People) {
	const projectIds: string[] = [];
	for (const project of demoProjects) {
		const ctx = as(people, project.owner);
		const tags = await tagsFor(ctx, 'project', project.tags);
		const values = {
			name: project.name,
			responsible: project.responsible.map((key) => as(people, key).actor.id),
			tags,
			...daysOf(ctx, project)
		};
		projectIds.push(idOf(await createProject(earlier(ctx), { values })));
	}
	const taskIds: string[] = [];
	for (const task of demoTasks) {
		taskIds.push(await beginTask(people, task, { projectIds, taskIds }));
	}
	return { project: projectIds, task: taskIds };
}

async function beginTask(
	people: People,
	task: DemoTask,
	{ projectIds, taskIds }: { projectIds: readonly string[]; taskIds: readonly string[] }
): Promise<string> {
	const ctx = as(people, task.owner);
	const named = (keys: readonly DemoPerson[]) => keys.map((key) => as(people, key).actor.id);
	const { responsible, subscribers, parent, project, priority, stage, tags = [] } = task;
	const created = await createTask(earlier(ctx, taskIds.length), {
		...(task.notes && { description: task.notes }),
		values: {
			name: task.name,
			...(responsible && { responsible: named(responsible) }),
			...(subscribers && { subscribers: named(subscribers) }),
			...(parent !== undefined && { parent: taskIds[parent] ?? null }),
			...(project !== undefined && { project: projectIds[project] ?? null }),
			...(priority && { priority }),
			tags: await tagsFor(ctx, 'task', tags),
			...daysOf(ctx, task)
		}
	});
	const id = idOf(created);
	if (!stage) return id;
	const stages = await listWorkStages(ctx, 'task');
	const wanted = stages.find(({ key }) => key === stage);
	const saved = await saveTask(ctx, id, [{ field: 'stage', set: wanted?.id ?? null }]);
	if (!saved.ok) throw new Error(`The demo task was refused: ${JSON.stringify(saved.faults)}`);
	return id;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Longer ago than any day of the demo has passed. */
const AGO_DAYS = 5;

/** One minute after the other, so that the list has an order. */
const earlier = (ctx: Ctx, minutes = 0): Ctx => ({
	...ctx,
	now: new Date(daysFrom(ctx.now, -AGO_DAYS).getTime() + minutes * MINUTE_MS)
});

const daysFrom = (now: Date, days: number) => new Date(now.getTime() + days * DAY_MS);

const daysOf = (
	{ now }: Ctx,
	{ dueIn, nextStep, stepIn }: Pick<DemoTask, 'dueIn' | 'nextStep' | 'stepIn'>
) => ({
	nextStep,
	nextStepOn: todayIn('Europe/Berlin', daysFrom(now, stepIn)),
	...(dueIn !== undefined && { dueOn: todayIn('Europe/Berlin', daysFrom(now, dueIn)) })
});

async function tagsFor(ctx: Ctx, kind: 'task' | 'project', names: readonly string[]) {
	for (const name of names) await createWorkTag(ctx, { kind, name });
	const known = await ctx.db.select().from(workTags);
	return known.filter((tag) => tag.kind === kind && names.includes(tag.name)).map(({ id }) => id);
}

function as(people: People, key: DemoPerson): Ctx {
	const ctx = people.get(key);
	if (!ctx) throw new Error(`The demo has no ${key}`);
	return ctx;
}

/** The demo is made of valid values only: a refusal is a mistake in it. */
function idOf(
	created: { readonly ok: true; readonly value: { readonly id: string } } | { ok: false }
) {
	if (created.ok) return created.value.id;
	throw new Error(`The demo company was refused: ${JSON.stringify(created)}`);
}
