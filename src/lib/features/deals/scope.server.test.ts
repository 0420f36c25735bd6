import { and, inArray } from 'drizzle-orm';
import { expect } from 'vitest';
import { dealCoOwners, deals } from '#lib/server/db/tables/index.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice } from '#tests/support/deals.ts';
import { canBesideDeal } from './policy.ts';
import { rowsOfDeals } from './scope.server.ts';

inRollback(
	'what stands beside deals is in reach of the same people by SQL and by policy',
	async (ctx) => {
		const [hamburg, malmo] = [await aSalesOffice(ctx, 'Hamburg'), await aSalesOffice(ctx, 'Malmö')];
		const ann = await aColleague(ctx, 'Ann', 'manager', hamburg);
		const bob = await aColleague(ctx, 'Bob', 'manager', hamburg);
		const tina = await aColleague(ctx, 'Tina', 'manager', malmo);
		const ids = [
			await aDeal(ann),
			await aDeal(bob),
			await aDeal(tina),
			await aDeal(ann, { ownerId: null })
		];
		const [, bobs = ''] = ids;
		await ctx.db.insert(dealCoOwners).values([
			{ dealId: bobs, userId: ann.actor.id },
			{ dealId: bobs, userId: tina.actor.id }
		]);
		const rows = await ctx.db.select().from(deals).where(inArray(deals.id, ids));
		const coOwned = await ctx.db.select().from(dealCoOwners);
		const people = [ann, bob, tina];
		for (const role of ['chief', 'operator', 'accountant', 'task_operator', 'co_worker'] as const) {
			people.push(await aColleague(ctx, role, role, hamburg));
		}
		people.push(await aColleague(ctx, 'Adam', 'administrator'));
		const entities = ['lineItem', 'shipment', 'payment'] as const;
		const verbs = ['read', 'create', 'update', 'delete'] as const;
		const asked = entities.flatMap((entity) => verbs.map((verb) => ({ entity, verb })));
		let reached = 0;
		for (const { actor } of people) {
			for (const { entity, verb } of asked) {
				const found = await ctx.db
					.select({ id: deals.id })
					.from(deals)
					.where(and(inArray(deals.id, ids), rowsOfDeals(actor, entity, verb)));
				const mine = rows.filter((deal) => {
					const own = coOwned.filter(({ dealId }) => dealId === deal.id);
					const coOwnerIds = own.map(({ userId }) => userId);
					return canBesideDeal(actor, entity, verb, { ...deal, coOwnerIds });
				});
				expect(idsOf(found), `${actor.name} ${verb} ${entity}`).toEqual(idsOf(mine));
				reached += mine.length;
			}
		}
		// Neither half answers "nobody" to everything.
		expect(reached).toBeGreaterThan(60);
	}
);

const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id).sort();
