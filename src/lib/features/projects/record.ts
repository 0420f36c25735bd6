import { choice, day, idSet, reference, richText, text } from '#lib/records/fields.ts';
import { defineKind } from '#lib/records/kind.ts';

export const PRIORITIES = ['low', 'middle', 'high'] as const;

/**
 * The fields of every kind of work [comms 3.1]. People decide who may see it, so they are no part of the
 * document: commands change them.
 */
export const workFields = {
	name: text({ max: 250, required: true }),
	stage: reference('stage', { required: true }),
	priority: choice(PRIORITIES, { required: true }),
	dueOn: day(),
	nextStep: text({ max: 250 }),
	nextStepOn: day(),
	tags: idSet('tag', { max: 50 }),
	notes: richText(),
	responsible: idSet('user', { max: 100, live: false }),
	subscribers: idSet('user', { max: 200, live: false }),
	owner: reference('user', { required: true, live: false }),
	coOwner: reference('user', { live: false })
} as const;

/** A project: work that consists of tasks. */
export const projectKind = defineKind({ name: 'project', schemaVersion: 1, fields: workFields });
