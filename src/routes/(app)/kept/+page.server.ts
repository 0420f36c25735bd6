import { redirect, type RequestEvent } from '@sveltejs/kit';
import { applyKept, dismissKept, takeBackDismissal } from '#lib/features/kept/commands.server.ts';
import { listKept } from '#lib/features/kept/queries.server.ts';
import { ApplyKept, KeptQuery, OneKept } from '#lib/features/kept/schema.ts';
import { KIND_NAMES } from '#lib/shared/kinds.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { safeReturnPath } from '#lib/server/web/return-address.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	for (const noun of ['kept', ...KIND_NAMES]) event.depends(`live:${noun}`);
	const asked = KeptQuery.parse({
		show: event.url.searchParams.get('show') ?? undefined,
		before: event.url.searchParams.get('before') ?? undefined
	});
	return loadPage(event, async (ctx) => ({
		list: await listKept(ctx, event.locals.kinds, asked),
		asked
	}));
};

export const actions = {
	apply: (event) =>
		formAction(ApplyKept, (ctx, input) => applyKept(ctx, event.locals.kinds, input), {
			done: comeBack('applied')
		})(event),
	dismiss: formAction(OneKept, dismissKept, { done: comeBack('dismissed') }),
	restore: formAction(OneKept, takeBackDismissal, { done: comeBack('restored') })
} satisfies Actions;

/** Without JavaScript, back to the page on which it was pressed; this one says what was done. */
function comeBack(did: 'applied' | 'dismissed' | 'restored') {
	return ({ request, url }: RequestEvent, { keptId }: { readonly keptId: string }) => {
		const back = url.searchParams.get('back');
		const isScripted = request.headers.get('x-sveltekit-action') === 'true';
		if (back !== null && !isScripted) redirect(303, safeReturnPath(back));
		return { did, keptId };
	};
}
