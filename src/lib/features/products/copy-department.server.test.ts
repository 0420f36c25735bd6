import { eq, inArray } from 'drizzle-orm';
import { expect } from 'vitest';
import { createDepartment } from '#lib/features/settings/commands.server.ts';
import {
	listClientTypes,
	listClosingReasons,
	listIndustries,
	listLeadSources,
	listPipelines
} from '#lib/features/settings/queries.server.ts';
import { leadSources, productCategories, products } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aSalesOffice } from '#tests/support/deals.ts';
import { copyDepartment, createProduct } from './commands.server.ts';

inRollback(
	'a copied department has stages, reasons, lists, products and sources of its own, and its sources tokens of their own [T329, B110]',
	async (ctx) => {
		const office = await aSalesOffice(ctx, 'Oslo');
		const ada = await aColleague(ctx, 'Ada', 'administrator', office);
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const made = await createDepartment(ada, {
			...{ name: 'Sales Hamburg', defaultCountry: 'DE', defaultCurrency: 'EUR' }
		});
		if (!made.ok) throw new Error(made.error);
		const { departmentId } = made.value;
		const category = { id: newId(), departmentId, name: 'Cranes' };
		await ctx.db.insert(productCategories).values(category);
		const crane = await createProduct(ada, {
			...{ departmentId, id: newId() },
			values: {
				...{ name: 'Crane', type: 'goods', category: category.id, onSale: true },
				price: { minor: '129900', currency: 'EUR' }
			}
		});
		expect(crane.ok).toBe(true);

		expect(() => copyDepartment(ann, { departmentId })).toThrow(Forbidden);
		const copied = await copyDepartment(ada, { departmentId });
		if (!copied.ok) throw new Error(copied.error);
		expect(copied.value.name).toBe('Sales Hamburg (copy)');
		const [from, to] = [[departmentId], [copied.value.id]];
		for (const list of [listClientTypes, listIndustries, listLeadSources, listClosingReasons]) {
			const names = async (of: string[]) => (await list(ada, of)).map(({ name }) => name);
			expect(await names(to)).toEqual(await names(from));
			expect((await names(to)).length).toBeGreaterThan(0);
		}
		const steps = async (of: string[]) =>
			(await listPipelines(ada, of)).map(({ name, stages }) => [
				name,
				stages.map(({ name, outcome, isDefault }) => [name, outcome, isDefault])
			]);
		expect(await steps(to)).toEqual(await steps(from));
		const [copy] = await ctx.db
			.select()
			.from(products)
			.where(eq(products.departmentId, copied.value.id));
		expect(copy).toMatchObject({ name: 'Crane', priceMinor: 129900n });
		expect(copy?.categoryId).not.toBe(category.id);
		const sources = await ctx.db
			.select({ token: leadSources.token })
			.from(leadSources)
			.where(inArray(leadSources.departmentId, [...from, ...to]));
		expect(new Set(sources.map(({ token }) => token)).size).toBe(sources.length);
		const again = await copyDepartment(ada, { departmentId });
		expect(again).toMatchObject({ value: { name: 'Sales Hamburg (copy 2)' } });
	}
);
