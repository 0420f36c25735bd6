import { error, redirect } from '@sveltejs/kit';
import { removeDemo } from '#lib/features/demo/commands.server.ts';
import { countOwnRecords, findDemo } from '#lib/features/demo/queries.server.ts';
import { RemoveDemo } from '#lib/features/demo/schema.ts';
import { mayManageSettings, mayManageUsers } from '#lib/features/users/policy.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		if (!mayManageSettings(ctx.actor) || !mayManageUsers(ctx.actor)) error(403);
		const demo = await findDemo(ctx);
		if (!demo) redirect(303, '/settings');
		return { own: await countOwnRecords(ctx, event.locals.kinds, demo) };
	});

export const actions = {
	default: (event) =>
		formAction(RemoveDemo, (ctx, input) => removeDemo(ctx, event.locals.kinds, input), {
			fields: { email_taken: 'email' },
			done: () => redirect(303, '/')
		})(event)
} satisfies Actions;
