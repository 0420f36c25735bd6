import { and, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { activePeople } from '#lib/server/db/referable.ts';
import {
	projectResponsible,
	projectStages,
	projectSubscribers,
	projectTags,
	projects,
	tasks,
	type taskStages,
	users,
	workTags
} from '#lib/server/db/tables/index.ts';
import { defineServerKind, type Row } from '#lib/server/records/kind.ts';
import { type Actor, scopeOf } from '#lib/shared/actor.ts';
import { passedDays, todayIn } from '#lib/shared/days.ts';
import { isId } from '#lib/shared/ids.ts';
import { workNotices } from './events.ts';
import {
	canDeleteWork,
	canEditWork,
	canReadWork,
	participantsOf,
	type WorkKind,
	type WorkRights
} from './policy.ts';
import { projectKind } from './record.ts';

type StageTable = typeof projectStages | typeof taskStages;

/** What the server halves of tasks and projects share: columns, rights, references, days, the closing day. */
export const workRecords = (kind: WorkKind, stages: StageTable) => ({
	hasEnded: sql`${kind === 'task' ? tasks.closedOn : projects.closedOn} is not null`,
	notices: workNotices(kind),
	columns: {
		name: { columns: ['name'] },
		stage: { columns: ['stageId'] },
		priority: { columns: ['priority'] },
		dueOn: { columns: ['dueOn'] },
		nextStep: { columns: ['nextStep'] },
		nextStepOn: { columns: ['nextStepOn'] },
		owner: { columns: ['ownerId'] },
		coOwner: { columns: ['coOwnerId'] }
	},
	lists: {},
	richTexts: { notes: { json: 'notes', text: 'notesText' } },
	names: {
		stage: stages.name,
		tags: workTags.name,
		responsible: users.name,
		subscribers: users.name,
		owner: users.name,
		coOwner: users.name
	},
	mayRead: (actor: Actor, row: Row, values: RecordValues) =>
		canReadWork(actor, kind, workRightsOf(row, values)),
	writable: (actor: Actor, row: Row, values: RecordValues) =>
		canEditWork(actor, kind, workRightsOf(row, values)) ? ('all' as const) : ('none' as const),
	mayCreate: (actor: Actor) => scopeOf(actor, kind, 'create') !== null,
	mayDelete: (actor: Actor, row: Row, values: RecordValues) =>
		canDeleteWork(actor, kind, workRightsOf(row, values)),
	topics: (row: Row, values: RecordValues) =>
		participantsOf(workRightsOf(row, values)).map((id) => `${kind}:user:${id}`),
	forbiddenStep(
		field: string,
		from: RecordValues[string],
		to: RecordValues[string],
		facts: ReadonlySet<string>,
		values: RecordValues
	) {
		const isSpecial = to !== from && typeof to === 'string' && facts.has(to);
		if (!isSpecial) return null;
		if (field === 'dueOn' || field === 'nextStepOn') return { field, code: 'in_the_past' as const };
		// A main task does not end before its subtasks [H-016].
		const isEarly = field === 'stage' && values.hasOpenSubtask === true;
		return isEarly ? { field, code: 'subtasks_open' as const } : null;
	},
	/** Days that have passed where the author is, and stages that end the work. */
	async stepFacts(ctx: Ctx, candidates: readonly string[]): Promise<ReadonlySet<string>> {
		const passed = passedDays(candidates, today(ctx));
		const ended = await among(ctx, stages.id, candidates.filter(isId), eq(stages.isActive, false));
		return new Set([...passed, ...ended]);
	},
	onCreate: async (ctx: Ctx, { stage }: RecordValues) => ({
		closedOn: (await isEnded(ctx, stages, stage)) ? today(ctx) : null
	}),
	/** Ended today, or open again and without a closing day [H-035]. */
	async onEdit(ctx: Ctx, before: RecordValues, { stage }: RecordValues) {
		if (before.stage === stage) return {};
		return { closedOn: (await isEnded(ctx, stages, stage)) ? today(ctx) : null };
	}
});

/** Which of these ids a field of any work may hold. */
export async function workReferable(
	ctx: Ctx,
	kind: WorkKind,
	field: string,
	ids: readonly string[]
): Promise<ReadonlySet<string>> {
	if (field === 'tags') return among(ctx, workTags.id, ids, eq(workTags.kind, kind));
	if (['responsible', 'subscribers', 'owner', 'coOwner'].includes(field)) {
		return activePeople(ctx, ids);
	}
	throw new Error(`${kind}.${field} refers to nothing`);
}

/** Of these ids, those of the column's table, under a condition. */
export async function among(
	ctx: Ctx,
	column: PgColumn,
	ids: readonly string[],
	condition?: SQL
): Promise<ReadonlySet<string>> {
	if (ids.length === 0) return new Set();
	const rows = await ctx.db
		.select({ id: column })
		.from(column.table)
		.where(and(inArray(column, [...ids]), condition));
	// Drizzle types the column of a table it only knows by shape as unknown; ids are uuids.
	return new Set(rows.map(({ id }) => String(id)));
}

/** What the rights depend on, from a row and its values as the engine hands them out. */
export function workRightsOf(row: Row, values: RecordValues): WorkRights {
	// Both tables have these columns; the engine only knows rows by shape.
	const { ownerId, coOwnerId } = row as unknown as WorkRights;
	return {
		ownerId,
		coOwnerId,
		responsibleIds: idsOf(values.responsible),
		subscriberIds: idsOf(values.subscribers),
		familyIds: idsOf(values.family)
	};
}

const idsOf = (value: RecordValues[string] | undefined): readonly string[] =>
	Array.isArray(value) ? value : [];

const today = ({ actor, now }: Ctx) => todayIn(actor.timeZone, now);

async function isEnded(ctx: Ctx, stages: StageTable, stage: RecordValues[string] | undefined) {
	if (!isId(stage)) return false;
	const [found] = await ctx.db
		.select({ isActive: stages.isActive })
		.from(stages)
		.where(eq(stages.id, stage));
	return found?.isActive === false;
}

/** Projects on the record engine. */
export const projectRecords = defineServerKind({
	...workRecords('project', projectStages),
	kind: projectKind,
	table: projects,
	sets: {
		responsible: {
			table: projectResponsible,
			record: projectResponsible.projectId,
			member: projectResponsible.userId
		},
		subscribers: {
			table: projectSubscribers,
			record: projectSubscribers.projectId,
			member: projectSubscribers.userId
		},
		tags: { table: projectTags, record: projectTags.projectId, member: projectTags.tagId }
	},
	search: {
		title: projects.name,
		names: sql`${projects.name}`,
		detail: sql`${projects.nextStep}`,
		joins: sql``
	},
	visibleTo: visibleProjects,
	referable: (ctx, field, ids) =>
		field === 'stage'
			? among(ctx, projectStages.id, ids)
			: workReferable(ctx, 'project', field, ids)
});

function visibleProjects(actor: Actor): SQL {
	const scope = scopeOf(actor, 'project', 'read');
	if (scope === null) return sql`false`;
	if (scope === 'all') return sql`true`;
	const me = actor.id;
	return sql`${projects.id} in (
		select mine.id from ${projects} mine where mine.owner_id = ${me} or mine.co_owner_id = ${me}
		union all select project_id from ${projectResponsible} where user_id = ${me}
		union all select project_id from ${projectSubscribers} where user_id = ${me})`;
}
