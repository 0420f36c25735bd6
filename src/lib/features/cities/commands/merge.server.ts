import { and, eq } from 'drizzle-orm';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { cities, cityNames } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { enqueue } from '#lib/server/jobs/job.ts';
import { announce } from '#lib/server/records/announce.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { allNames, cityKey, namesIn } from '../model.ts';
import { canChangeCities, canRemoveCities } from '../policy.ts';
import { type MergeCity, RENAME_CITIES } from '../schema.ts';
import { lockCity, nameCity } from './keep.server.ts';

/**
 * Makes two cities of a country one: the one that stays goes by the names of both, and records in the other one
 * are in it from now on, as soon as the worker has come to them [core 5.17].
 */
export async function mergeCity(ctx: Ctx, { cityId, into }: MergeCity) {
	if (!canChangeCities(ctx.actor) || !canRemoveCities(ctx.actor)) throw new Forbidden('city');
	return inTransaction(ctx, async (ctx) => {
		const gone = await lockCity(ctx, cityId);
		const [target] = await ctx.db
			.select({ id: cities.id })
			.from(cityNames)
			.innerJoin(cities, eq(cities.id, cityNames.cityId))
			.where(and(eq(cityNames.country, gone.country), eq(cityNames.key, cityKey(into))));
		if (!target) return fail('city_unknown');
		if (target.id === cityId) return fail('same_city');
		const kept = await lockCity(ctx, target.id);
		const theirs = [gone.name, ...gone.alternatives];
		const alternatives = namesIn([...kept.alternatives, ...theirs].join(','));
		await ctx.db.delete(cities).where(eq(cities.id, cityId));
		await nameCity(ctx, kept, allNames(kept.name, alternatives));
		const batchId = newId(ctx.now.getTime());
		await announce(
			ctx,
			{
				...{ kind: 'city', recordId: kept.id, act: 'city.merged', batchId },
				...{ old: { alternatives: kept.alternatives }, new: { alternatives, from: gone.name } }
			},
			{
				...{ kind: 'city', recordId: cityId, act: 'remove', batchId },
				old: { country: gone.country, name: gone.name, alternatives: gone.alternatives }
			}
		);
		const { country, name } = kept;
		const job = { country, name, others: theirs, batchId, actorId: ctx.actor.id };
		await enqueue(ctx, RENAME_CITIES, job, { key: batchId });
		return ok({ id: kept.id, name });
	});
}
