import { redirect } from '@sveltejs/kit';
import { listCurrencyCodes } from '#lib/features/currencies/queries.server.ts';
import { createProduct } from '#lib/features/products/commands.server.ts';
import { canCreateProduct, mayCreateProducts } from '#lib/features/products/policy.ts';
import { productKind } from '#lib/features/products/record.ts';
import { CreateProduct } from '#lib/features/products/schema.ts';
import { listDepartments, listProductCategories } from '#lib/features/settings/queries.server.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { createForm } from '#lib/server/web/create-form.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { newId } from '#lib/shared/ids.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		if (!mayCreateProducts(ctx.actor)) throw new Forbidden('product');
		const [all, categories, currencies] = await Promise.all([
			listDepartments(ctx),
			listProductCategories(ctx),
			listCurrencyCodes(ctx)
		]);
		const departments = all.filter(({ id }) => canCreateProduct(ctx.actor, id));
		const current = event.locals.session?.currentDepartmentId ?? ctx.actor.departmentIds[0];
		const department = departments.find(({ id }) => id === current) ?? departments[0];
		return {
			id: newId(),
			departments: departments.map(({ id, name }) => ({ id, name })),
			departmentId: department?.id ?? '',
			defaultCurrency: department?.defaultCurrency ?? currencies[0] ?? '',
			categories,
			currencies
		};
	});

export const actions = {
	default: createForm(productKind, CreateProduct, createProduct, ({ id }) =>
		redirect(303, `/products/${id}`)
	)
} satisfies Actions;
