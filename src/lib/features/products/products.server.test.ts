import { and, eq, inArray } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { addEntry } from '#lib/features/settings/commands.server.ts';
import { products } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { readListQuery } from '#lib/shared/list-query.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aSalesOffice } from '#tests/support/deals.ts';
import { aProduct } from '#tests/support/goods.ts';
import { createProduct, restoreProduct, saveProduct, trashProduct } from './commands.server.ts';
import { canReadProduct } from './policy.ts';
import { getProduct, listProducts } from './queries.server.ts';
import { productRecords } from './record.server.ts';
import { productList } from './schema.ts';

const query = (address = '') => readListQuery(new URLSearchParams(address), productList);

describe('a product', () => {
	inRollback('[core 4.10] begins as goods on sale in its maker’s department', async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const olga = await aColleague(ctx, 'Olga', 'operator', office);
		const price = { minor: '42500', currency: 'EUR' };
		const id = await aProduct(olga, { price });
		expect((await getProduct(olga, id)).values).toMatchObject({
			...{ type: 'goods', onSale: true, price, department: office.id }
		});
		const long = { values: { name: 'x'.repeat(71) } };
		expect(await createProduct(olga, long)).toMatchObject({
			faults: [{ field: 'name', code: 'too_long' }]
		});
	});

	inRollback('has a category of its own department', async (ctx) => {
		const [hamburg, malmo] = [await aSalesOffice(ctx, 'Hamburg'), await aSalesOffice(ctx, 'Malmö')];
		const ann = await aColleague(ctx, 'Ann', 'manager', hamburg);
		const id = await aProduct(ann);
		const categoryIn = async (departmentId: string) => {
			const input = { list: 'product_categories', departmentId, name: 'Storage' } as const;
			const added = await addEntry(ctx, input);
			return added.ok ? added.value.id : '';
		};
		const [own, foreign] = [await categoryIn(hamburg.id), await categoryIn(malmo.id)];
		const saved = await saveProduct(ann, id, [{ field: 'category', set: foreign }]);
		expect(saved).toMatchObject({ ok: false, faults: [{ field: 'category', code: 'not_found' }] });
		expect(await saveProduct(ann, id, [{ field: 'category', set: own }])).toMatchObject({
			ok: true
		});
		const listed = await listProducts(ann, query(`category=${own}`));
		expect(listed.page.rows.map((row) => row.categoryName)).toEqual(['Storage']);
	});

	inRollback('is found by its name and by its description', async (ctx) => {
		const ann = await aColleague(ctx, 'Ann', 'manager', await aSalesOffice(ctx, 'Hamburg'));
		const id = await aProduct(ann, { description: 'Four levels, galvanised.' });
		await aProduct(ann, { name: 'Conveyor', type: 'service', onSale: false });
		const idsFor = async (address: string) =>
			(await listProducts(ann, query(address))).page.rows.map((row) => row.id);
		expect(await idsFor('q=galvan')).toEqual([id]);
		expect(await idsFor('q=rack')).toEqual([id]);
		expect(await idsFor('type=goods')).toEqual([id]);
		expect(await idsFor('onSale=yes')).toEqual([id]);
		expect(await idsFor('')).toHaveLength(2);
	});

	inRollback('is its department’s: SQL and policy agree on who sees it', async (ctx) => {
		const [hamburg, malmo] = [await aSalesOffice(ctx, 'Hamburg'), await aSalesOffice(ctx, 'Malmö')];
		const ann = await aColleague(ctx, 'Ann', 'manager', hamburg);
		const tina = await aColleague(ctx, 'Tina', 'manager', malmo);
		const ids = [await aProduct(ann), await aProduct(tina)];
		const rows = await ctx.db.select().from(products).where(inArray(products.id, ids));
		const people = [ann, tina, await aColleague(ctx, 'Adam', 'administrator')];
		for (const role of ['chief', 'operator', 'accountant', 'co_worker'] as const) {
			people.push(await aColleague(ctx, role, role, hamburg));
		}
		for (const { actor } of people) {
			for (const row of rows) {
				const [found] = await ctx.db
					.select({ id: products.id })
					.from(products)
					.where(and(eq(products.id, row.id), productRecords.visibleTo(actor)));
				expect(found !== undefined, actor.name).toBe(canReadProduct(actor, row));
			}
		}
	});

	inRollback('goes into the trash and comes back, but not by a chief', async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const carl = await aColleague(ctx, 'Carl', 'chief', office);
		const id = await aProduct(ann);
		await expect(trashProduct(carl, { id })).rejects.toThrow(Forbidden);
		await trashProduct(ann, { id });
		expect((await listProducts(ann, query())).page.rows).toEqual([]);
		expect((await listProducts(ann, query('trash=1'))).page.rows).toHaveLength(1);
		await restoreProduct(ann, { id });
		expect((await listProducts(ann, query())).page.rows).toHaveLength(1);
	});
});
