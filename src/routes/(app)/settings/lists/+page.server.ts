import { changeSource, renewToken } from '#lib/features/capture/commands.server.ts';
import { listSourceForms } from '#lib/features/capture/queries.server.ts';
import { ChangeSource, OneSource } from '#lib/features/capture/schema.ts';
import {
	addEntry,
	mergeEntry,
	removeEntry,
	renameEntry
} from '#lib/features/settings/commands.server.ts';
import {
	countUses,
	entityOf,
	listDepartments,
	listEntries,
	USES_COUNTED
} from '#lib/features/settings/queries.server.ts';
import {
	AddEntry,
	LISTS,
	MergeEntry,
	RemoveEntry,
	RenameEntry
} from '#lib/features/settings/schema.ts';
import { allows } from '#lib/features/users/policy.ts';
import type { Verb } from '#lib/shared/actor.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const wished = event.url.searchParams.get('list');
		const list = LISTS.find((name) => name === wished) ?? 'tags';
		const entries = await listEntries(ctx, list);
		const departments = await listDepartments(ctx);
		const uses = await countUses(ctx, event.locals.kinds, list);
		const may = (verb: Verb, departmentId: string) =>
			allows(ctx.actor, entityOf(list), verb, { departmentId, ownerId: null });
		const own = entries.filter(({ departmentId }) => may('update', departmentId));
		const ids = list === 'lead_sources' ? own.map(({ id }) => id) : [];
		return {
			forms: await listSourceForms(ctx, ids),
			list,
			mostUses: USES_COUNTED,
			departments: departments.map(({ id, name }) => ({
				id,
				name,
				entries: entries
					.filter((entry) => entry.departmentId === id)
					.map((entry) => ({ ...entry, uses: uses.get(entry.id) ?? 0 })),
				may: { add: may('create', id), rename: may('update', id), remove: may('delete', id) }
			}))
		};
	});

const options = { fields: { name_taken: 'name' } };

export const actions = {
	add: formAction(AddEntry, addEntry, options),
	rename: formAction(RenameEntry, renameEntry, options),
	source: formAction(ChangeSource, changeSource),
	renew: formAction(OneSource, renewToken),
	merge: (event) =>
		formAction(MergeEntry, (ctx, input) => mergeEntry(ctx, event.locals.kinds, input), {
			fields: { in_use: 'name', same_entry: 'name', other_department: 'name' },
			done: (_event, { records }) => ({ merged: records })
		})(event),
	remove: formAction(RemoveEntry, removeEntry, { fields: { in_use: 'name' } })
} satisfies Actions;
