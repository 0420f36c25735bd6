import { and, eq } from 'drizzle-orm';
import { noteQuality } from '#lib/features/deals/commands.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { deals, qualitySignals } from '#lib/server/db/tables/index.ts';
import { demoDeals, demoQuality, type DemoPerson } from '../model.ts';

/** What the sellers of the demo company note for and against some of their deals. */
export async function noteOnDeals(
	people: ReadonlyMap<DemoPerson, Ctx>,
	dealIds: readonly string[]
): Promise<void> {
	for (const [at, name, qualityDetails] of demoQuality) {
		const [dealId, owner] = [dealIds[at], demoDeals[at]?.[7]];
		const ctx = owner && people.get(owner);
		if (!ctx || !dealId) throw new Error(`The demo has no deal ${at}`);
		const [signal] = await ctx.db
			.select({ id: qualitySignals.id })
			.from(qualitySignals)
			.innerJoin(deals, eq(deals.departmentId, qualitySignals.departmentId))
			.where(and(eq(deals.id, dealId), eq(qualitySignals.name, name)));
		const noted = await noteQuality(ctx, { dealId, signalId: signal?.id ?? '', qualityDetails });
		if (!noted.ok) throw new Error(`The demo company was refused: ${noted.error}`);
	}
}
