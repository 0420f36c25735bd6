import { and, isNull, sql, type SQL } from 'drizzle-orm';
import {
	among,
	projectRecords,
	workRecords,
	workReferable
} from '#lib/features/projects/record.server.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { visibleRecords } from '#lib/server/db/referable.ts';
import {
	projects,
	taskResponsible,
	tasks,
	taskStages,
	taskSubscribers,
	taskTags
} from '#lib/server/db/tables/index.ts';
import { defineServerKind, type Row } from '#lib/server/records/kind.ts';
import { type Actor, scopeOf } from '#lib/shared/actor.ts';
import { taskKind } from './record.ts';

const work = workRecords('task', taskStages);

/** Tasks on the record engine: what they add to other work is the main task and the project. */
export const taskRecords = defineServerKind({
	...work,
	kind: taskKind,
	table: tasks,
	columns: {
		...work.columns,
		parent: { columns: ['parentId'] },
		project: { columns: ['projectId'] }
	},
	sets: {
		responsible: {
			table: taskResponsible,
			record: taskResponsible.taskId,
			member: taskResponsible.userId
		},
		subscribers: {
			table: taskSubscribers,
			record: taskSubscribers.taskId,
			member: taskSubscribers.userId
		},
		tags: { table: taskTags, record: taskTags.taskId, member: taskTags.tagId }
	},
	names: { ...work.names, parent: tasks.name, project: projects.name },
	search: {
		title: tasks.name,
		names: sql`${tasks.name}`,
		detail: sql`${tasks.nextStep}`,
		joins: sql``
	},
	visibleTo: visibleTasks,
	beside,
	referable
});

/**
 * Responsible people and subscribers of the main task and of all its subtasks may open every one of them;
 * a main task with an open subtask does not end.
 */
async function beside(ctx: Ctx, rows: readonly Row[]): Promise<ReadonlyMap<string, RecordValues>> {
	const ids = rows.map(({ id }) => id);
	const found = await ctx.db.execute<Beside>(sql`
		select own.id as "id", mates.family as "family", mates.open as "hasOpenSubtask"
		from ${tasks} own cross join lateral (
			select coalesce(json_agg(distinct people.user_id) filter (where people.user_id is not null), '[]') as family,
				coalesce(bool_or(mate.parent_id = own.id and stage.is_active), false) as open
			from ${tasks} mate join ${taskStages} stage on stage.id = mate.stage_id
			left join (select task_id, user_id from ${taskResponsible}
				union all select task_id, user_id from ${taskSubscribers}) people on people.task_id = mate.id
			where mate.family_id = own.family_id and mate.deleted_at is null and mate.id <> own.id
		) mates
		where own.id in (select value::uuid from jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb))`);
	return new Map(
		[...found].map(({ id, family, hasOpenSubtask }) => [id, { family, hasOpenSubtask }])
	);
}

interface Beside extends Record<string, unknown> {
	readonly id: string;
	readonly family: readonly string[];
	readonly hasOpenSubtask: boolean;
}

function visibleTasks(actor: Actor): SQL {
	const scope = scopeOf(actor, 'task', 'read');
	if (scope === null) return sql`false`;
	if (scope === 'all') return sql`true`;
	const me = actor.id;
	const part = sql`select task_id from ${taskResponsible} where user_id = ${me}
		union all select task_id from ${taskSubscribers} where user_id = ${me}`;
	return sql`${tasks.id} in (
		select mine.id from ${tasks} mine where mine.owner_id = ${me} or mine.co_owner_id = ${me}
		union all ${part}
		union all select mate.id from ${tasks} mate where mate.family_id in (
			select shared.family_id from ${tasks} shared
			where shared.deleted_at is null and shared.id in (${part})))`;
}

function referable(ctx: Ctx, field: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
	switch (field) {
		case 'stage':
			return among(ctx, taskStages.id, ids);
		case 'project':
			return visibleRecords(ctx, projects, ids, projectRecords.visibleTo(ctx.actor));
		case 'parent':
			return visibleRecords(ctx, tasks, ids, and(visibleTasks(ctx.actor), isNull(tasks.parentId)));
		default:
			return workReferable(ctx, 'task', field, ids);
	}
}
