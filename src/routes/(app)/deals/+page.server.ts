import type { Actions, PageServerLoad } from './$types';
import { restoreDeal } from '#lib/features/deals/commands.server.ts';
import { listDeals } from '#lib/features/deals/queries.server.ts';
import { dealList, OneDeal } from '#lib/features/deals/schema.ts';
import {
	listClosingReasons,
	listIndustries,
	listPipelines,
	listTags
} from '#lib/features/settings/queries.server.ts';
import { listColleagues } from '#lib/features/users/queries.server.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { scopeOf } from '#lib/shared/actor.ts';
import { isId } from '#lib/shared/ids.ts';
import { readListQuery } from '#lib/shared/list-query.ts';

export const load: PageServerLoad = (event) => {
	event.depends('live:deal');
	return loadPage(event, async (ctx) => {
		const query = readListQuery(event.url.searchParams, dealList);
		const [listed, pipelines, tags, colleagues, reasons, industries] = await Promise.all([
			listDeals(ctx, query),
			listPipelines(ctx),
			listTags(ctx),
			listColleagues(ctx),
			listClosingReasons(ctx),
			listIndustries(ctx)
		]);
		const trashed = event.url.searchParams.get('trashed');
		return {
			...listed,
			query,
			trashed: isId(trashed) ? trashed : null,
			mayDelete: scopeOf(ctx.actor, 'deal', 'delete') !== null,
			pipelines: pipelines.map(({ id, name }) => ({ id, name })),
			stages: pipelines.flatMap(({ name, stages }) =>
				stages.map((stage) => ({
					id: stage.id,
					name: pipelines.length > 1 ? `${stage.name} · ${name}` : stage.name
				}))
			),
			industries: industries.map(({ id, name }) => ({ id, name })),
			reasons: reasons.map(({ id, name }) => ({ id, name })),
			tags: tags.map(({ id, name }) => ({ id, name })),
			colleagues: colleagues
				.filter(({ active, worksOn }) => active && worksOn.includes('deal'))
				.map(({ id, name }) => ({ id, name }))
		};
	});
};

export const actions = { restore: formAction(OneDeal, restoreDeal) } satisfies Actions;
