import type { Actions } from './$types';
import { moveDeal } from '#lib/features/deals/commands.server.ts';
import { canEditDeal } from '#lib/features/deals/policy.ts';
import { getBoard } from '#lib/features/deals/queries.server.ts';
import { dealList, MoveDeal, OneDeal } from '#lib/features/deals/schema.ts';
import {
	listClosingReasons,
	listPipelines,
	listTags
} from '#lib/features/settings/queries.server.ts';
import { endDeal, resumeDeal } from '#lib/features/payments/commands.server.ts';
import { EndDeal } from '#lib/features/payments/schema.ts';
import { listColleagues } from '#lib/features/users/queries.server.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { readListQuery } from '#lib/shared/list-query.ts';
import type { BoardCard } from '#lib/features/deals/queries.server.ts';
import type { PageServerLoad } from './$types';

const SHOWN = /^([0-9a-f-]{36})\.(\d{1,4})$/;

export const load: PageServerLoad = (event) => {
	event.depends('live:deal');
	return loadPage(event, async (ctx) => {
		const query = readListQuery(event.url.searchParams, dealList);
		const [pipelines, tags, colleagues, reasons] = await Promise.all([
			listPipelines(ctx),
			listTags(ctx),
			listColleagues(ctx),
			listClosingReasons(ctx)
		]);
		const { pipeline: wanted, ...filters } = query.filters;
		const inMine = pipelines.find(({ departmentId }) =>
			ctx.actor.departmentIds.includes(departmentId)
		);
		const pipeline = pipelines.find(({ id }) => id === wanted) ?? inMine ?? pipelines[0];
		const board =
			pipeline &&
			(await getBoard(ctx, { pipeline, q: query.q, filters, shown: shownIn(event.url) }));
		const cards = board?.columns.flatMap((column) => column.cards) ?? [];
		return {
			query: { q: query.q, filters: query.filters },
			pipelines: pipelines.map(({ id, name }) => ({ id, name })),
			reasons: reasons.map(({ id, name }) => ({ id, name })),
			lostReasons: reasons
				.filter(
					({ outcome, departmentId }) =>
						outcome === 'lost' && departmentId === pipeline?.departmentId
				)
				.map(({ id, name }) => ({ id, name })),
			tags: tags.map(({ id, name }) => ({ id, name })),
			colleagues: colleagues
				.filter(({ active, worksOn }) => active && worksOn.includes('deal'))
				.map(({ id, name }) => ({ id, name })),
			board: board ?? null,
			movable: cards.filter((card) => mayMove(ctx.actor, card)).map(({ id }) => id)
		};
	});
};

export const actions = {
	move: formAction(MoveDeal, moveDeal, { done: (_event, moved) => ({ moved }) }),
	close: formAction(EndDeal, endDeal, { done: (_event, ended) => ({ ended }) }),
	reopen: formAction(OneDeal, resumeDeal)
} satisfies Actions;

const mayMove = (actor: Actor, { owner, departmentId, coOwners }: BoardCard) =>
	canEditDeal(actor, {
		ownerId: owner?.id ?? null,
		departmentId,
		coOwnerIds: coOwners.map(({ id }) => id)
	});

/** "shown=<stage>.<number>" per stage of which more than the usual are wanted. */
function shownIn(url: URL): Record<string, number> {
	const pairs = url.searchParams.getAll('shown').flatMap((text) => {
		const match = SHOWN.exec(text);
		return match?.[1] && match[2] ? [[match[1], Number(match[2])] as const] : [];
	});
	return Object.fromEntries(pairs);
}
