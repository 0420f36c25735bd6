import { redirect } from '@sveltejs/kit';
import { handOverAll, movePerson } from '#lib/features/bulk/commands.server.ts';
import { getLeaver } from '#lib/features/bulk/queries.server.ts';
import { HandOverAll, MovePerson } from '#lib/features/bulk/schema.ts';
import { listDepartments } from '#lib/features/settings/queries.server.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => ({
		...(await getLeaver(ctx, event.params.userId)),
		allDepartments: (await listDepartments(ctx)).map(({ id, name }) => ({ id, name }))
	}));

const look = (_event: unknown, { id }: { readonly id: string }) => redirect(303, `/bulk/${id}`);

export const actions = {
	handOver: formAction(HandOverAll, handOverAll, { done: look }),
	move: formAction(MovePerson, movePerson, { done: look })
} satisfies Actions;
