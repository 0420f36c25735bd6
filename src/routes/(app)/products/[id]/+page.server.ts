import { redirect } from '@sveltejs/kit';
import { loadTimeline } from '#lib/features/activity/queries.server.ts';
import { listFiles } from '#lib/features/attachments/queries.server.ts';
import { listCurrencyCodes } from '#lib/features/currencies/queries.server.ts';
import { keptAtRecord } from '#lib/features/kept/queries.server.ts';
import {
	lookAtProduct,
	restoreProduct,
	revertProduct,
	saveProduct,
	trashProduct
} from '#lib/features/products/commands.server.ts';
import { getProduct } from '#lib/features/products/queries.server.ts';
import { productRecords } from '#lib/features/products/record.server.ts';
import { productKind } from '#lib/features/products/record.ts';
import { OneProduct } from '#lib/features/products/schema.ts';
import { listProductCategories } from '#lib/features/settings/queries.server.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { revertForm } from '#lib/server/web/revert-form.ts';
import { saveForm } from '#lib/server/web/save-form.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:product', 'live:kept');
	return loadPage(event, async (ctx) => {
		const product = await getProduct(ctx, event.params.id);
		const [categories, currencies, history, kept, files] = await Promise.all([
			listProductCategories(ctx, [product.departmentId]),
			listCurrencyCodes(ctx),
			loadTimeline(ctx, productRecords, product, event.url.searchParams),
			keptAtRecord(ctx, productRecords, product.id),
			listFiles(ctx, { kind: 'product', recordId: product.id })
		]);
		return { product, categories, currencies, history, kept, files };
	});
};

export const actions = {
	look: formAction(OneProduct, lookAtProduct),
	revert: (event) => revertForm(event, (ctx, asked) => revertProduct(ctx, event.params.id, asked)),
	save: (event) =>
		saveForm(event, productKind, (ctx, edits) => saveProduct(ctx, event.params.id, edits)),
	trash: formAction(OneProduct, trashProduct, {
		done: (_event, { id }) => redirect(303, `/products?trashed=${id}`)
	}),
	restore: formAction(OneProduct, restoreProduct)
} satisfies Actions;
