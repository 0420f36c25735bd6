import { listCurrencyCodes } from '#lib/features/currencies/queries.server.ts';
import { listPayments, totalPayments } from '#lib/features/payments/queries.server.ts';
import { paymentList } from '#lib/features/payments/schema.ts';
import { listDepartments } from '#lib/features/settings/queries.server.ts';
import { listColleagues } from '#lib/features/users/queries.server.ts';
import { listQueryOf } from '#lib/server/web/list-page.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { type Actor, scopeOf } from '#lib/shared/actor.ts';
import type { ListQuery } from '#lib/shared/list-query.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:payment', 'live:deal');
	return loadPage(event, async (ctx) => {
		const query = mineUnlessAsked(listQueryOf(event, ctx.actor, paymentList), ctx.actor);
		const [list, totals, departments, colleagues, currencies] = await Promise.all([
			listPayments(ctx, query),
			totalPayments(ctx, query),
			listDepartments(ctx),
			listColleagues(ctx),
			listCurrencyCodes(ctx)
		]);
		return {
			list,
			totals,
			query,
			currencies,
			departments: departments.map(({ id, name }) => ({ id, name })),
			people: colleagues
				.filter(({ active, worksOn }) => active && worksOn.includes('deal'))
				.map(({ id, name }) => ({ id, name }))
		};
	});
};

/** Whoever books payments of his own deals begins with those [core 3.3]; everybody else with all. */
function mineUnlessAsked(query: ListQuery, actor: Actor): ListQuery {
	if (query.filters.owner) return query;
	const owner = scopeOf(actor, 'payment', 'update') === 'own' ? 'me' : 'all';
	return { ...query, filters: { ...query.filters, owner } };
}
