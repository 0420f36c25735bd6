import { workFields } from '#lib/features/projects/record.ts';
import { reference } from '#lib/records/fields.ts';
import { defineKind } from '#lib/records/kind.ts';

/** A task: something that people do, perhaps as a part of a main task and of a project. */
export const taskKind = defineKind({
	name: 'task',
	schemaVersion: 1,
	fields: {
		...workFields,
		parent: reference('task', { live: false }),
		project: reference('project', { live: false })
	}
});
