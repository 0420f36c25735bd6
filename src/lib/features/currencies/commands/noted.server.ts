import { asc } from 'drizzle-orm';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { currencies } from '#lib/server/db/tables/index.ts';
import { announceFields, INSTALLATION } from '#lib/server/records/announce.ts';

/** Runs a change of the currencies in a transaction and writes into the history what it made of them. */
export function noted<Value>(ctx: Ctx, change: (ctx: Ctx) => Promise<Value>): Promise<Value> {
	return inTransaction(ctx, async (ctx) => {
		const before = await settingsOf(ctx);
		const value = await change(ctx);
		await announceFields(ctx, INSTALLATION, before, await settingsOf(ctx));
		return value;
	});
}

async function settingsOf(ctx: Ctx) {
	const rows = await ctx.db.select().from(currencies).orderBy(asc(currencies.code));
	const codes = (is: (row: (typeof rows)[number]) => boolean) =>
		rows.filter(is).map(({ code }) => code);
	return {
		currencies: codes(() => true),
		bookkeepingCurrency: codes(({ isState }) => isState)[0] ?? null,
		marketingCurrency: codes(({ isMarketing }) => isMarketing)[0] ?? null,
		dailyRates: codes(({ autoUpdate }) => autoUpdate)
	};
}
