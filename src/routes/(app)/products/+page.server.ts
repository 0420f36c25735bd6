import { redirect } from '@sveltejs/kit';
import { restoreProduct } from '#lib/features/products/commands.server.ts';
import { mayDeleteProducts } from '#lib/features/products/policy.ts';
import { getTrashedProduct, listProducts } from '#lib/features/products/queries.server.ts';
import { OneProduct, productList } from '#lib/features/products/schema.ts';
import { listDepartments, listProductCategories } from '#lib/features/settings/queries.server.ts';
import { formAction } from '#lib/server/web/action.ts';
import { listQueryOf } from '#lib/server/web/list-page.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:product');
	return loadPage(event, async (ctx) => {
		const query = listQueryOf(event, ctx.actor, productList);
		const [list, departments, categories, trashed] = await Promise.all([
			listProducts(ctx, query),
			listDepartments(ctx),
			listProductCategories(ctx),
			getTrashedProduct(ctx, event.url.searchParams.get('trashed') ?? '')
		]);
		return {
			list,
			query,
			departments: departments.map(({ id, name }) => ({ id, name })),
			categories: categories.map(({ id, name }) => ({ id, name })),
			trashed,
			mayDelete: mayDeleteProducts(ctx.actor)
		};
	});
};

export const actions = {
	restore: formAction(OneProduct, restoreProduct, {
		done: (_event, { id }) => redirect(303, `/products/${id}`)
	})
} satisfies Actions;
