import type { WorkKind } from '#lib/features/projects/policy.ts';
import type { Named, WorkStage } from '#lib/features/projects/queries.server.ts';
import { PRIORITIES } from '#lib/features/projects/record.ts';
import type { ListColumn, ListFilter } from '#lib/ui/list/column.ts';
import type { Option } from '#lib/ui/options.svelte.ts';
import { m } from '#lib/messages/messages.js';
import { sexNames } from '../counterparty/people.ts';

export type Priority = (typeof PRIORITIES)[number];

const PRIORITY_WORDS: Readonly<Record<Priority, () => string>> = {
	low: m.work_priority_low,
	middle: m.work_priority_middle,
	high: m.work_priority_high
};

export const priorityName = (priority: Priority) => PRIORITY_WORDS[priority]();

export const priorityOptions = (): readonly Option[] =>
	PRIORITIES.map((priority) => ({ value: priority, label: priorityName(priority) }));

const STAGE_WORDS: Readonly<Record<string, () => string>> = {
	pending: m.work_stage_pending,
	in_progress: m.work_stage_in_progress,
	completed: m.work_stage_completed,
	postponed: m.work_stage_postponed,
	canceled: m.work_stage_canceled
};

/** A stage in the reader's language; stages of the company's own keep their names. */
export const stageName = ({ key, name }: { readonly key: string | null; readonly name: string }) =>
	(STAGE_WORDS[key ?? ''] ?? (() => name))();

/** What a stage looks like in a list. */
export const stageTone = ({ isDone, isActive }: Pick<WorkStage, 'isDone' | 'isActive'>) =>
	isDone ? 'good' : isActive ? 'neutral' : 'bad';

/** What the history calls stages, priorities and whatever else is chosen from a few words. */
export const choiceNames = (stages: readonly WorkStage[]): Readonly<Record<string, string>> =>
	Object.fromEntries([
		...Object.entries(sexNames()),
		...PRIORITIES.map((priority) => [priority, priorityName(priority)] as const),
		...stages.map((stage) => [stage.id, stageName(stage)] as const)
	]);

export const optionsOf = (named: readonly Named[]): Option[] =>
	named.map(({ id, name }) => ({ value: id, label: name }));

interface Choices {
	readonly stages: readonly WorkStage[];
	readonly tags: readonly Named[];
	readonly people: readonly Named[];
	readonly projects?: readonly Named[];
}

/** The filters of both lists; open work is shown unless one asks for other. */
export const workFilters = ({ stages, tags, people, projects }: Choices): readonly ListFilter[] => [
	{
		name: 'responsible',
		label: m.work_responsible(),
		options: [
			{ value: 'me', label: m.lists_me() },
			{ value: 'all', label: m.work_everybody() },
			...optionsOf(people)
		]
	},
	{
		name: 'owner',
		label: m.work_owner(),
		options: [{ value: 'me', label: m.lists_me() }, ...optionsOf(people)]
	},
	{
		name: 'active',
		label: m.work_active(),
		always: true,
		options: [
			{ value: 'yes', label: m.work_active_yes() },
			{ value: 'no', label: m.work_active_no() },
			{ value: 'all', label: m.work_active_all() }
		]
	},
	{
		name: 'due',
		label: m.work_due(),
		options: [
			{ value: 'late', label: m.work_due_late() },
			{ value: 'today', label: m.work_due_today() },
			{ value: 'coming', label: m.work_due_coming() },
			{ value: 'none', label: m.work_due_none() }
		]
	},
	...(projects
		? [{ name: 'project', label: m.tasks_project(), options: optionsOf(projects) }]
		: []),
	{
		name: 'stage',
		label: m.work_stage(),
		options: stages.map((stage) => ({ value: stage.id, label: stageName(stage) }))
	},
	{ name: 'tag', label: m.work_tags(), options: optionsOf(tags) }
];

export const workName = (): ListColumn => ({
	name: 'name',
	label: m.tasks_name(),
	sort: 'name'
});

/** Every column of both lists but the first, in order; only tasks have projects. */
export const workColumns = (kind: WorkKind): readonly ListColumn[] => [
	{ name: 'number', label: m.work_number(), sort: 'number', align: 'end' },
	{ name: 'nextStep', label: m.work_next_step(), sort: 'nextStep' },
	{ name: 'due', label: m.work_due(), sort: 'due' },
	{ name: 'priority', label: m.work_priority() },
	{ name: 'stage', label: m.work_stage() },
	{ name: 'responsible', label: m.work_responsible() },
	...(kind === 'task' ? [{ name: 'project', label: m.tasks_project() }] : []),
	{ name: 'tags', label: m.work_tags() },
	{ name: 'owner', label: m.work_owner() },
	{ name: 'closed', label: m.work_closed() },
	{ name: 'created', label: m.records_created(), sort: 'created' },
	{ name: 'updated', label: m.records_updated(), sort: 'updated' }
];

/** Names of the fields of tasks and projects, on their pages and in their history. */
export const workLabels = (): Readonly<Record<string, string>> => ({
	name: m.tasks_name(),
	stage: m.work_stage(),
	priority: m.work_priority(),
	dueOn: m.work_due(),
	nextStep: m.work_next_step(),
	nextStepOn: m.work_next_step_on(),
	tags: m.work_tags(),
	notes: m.records_notes(),
	responsible: m.work_responsible(),
	subscribers: m.work_subscribers(),
	owner: m.work_owner(),
	coOwner: m.work_co_owner(),
	parent: m.tasks_main(),
	project: m.tasks_project()
});
