import { eq, sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { isReferred } from '#lib/server/db/refused.ts';
import { currencies, deals, products, rates } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { canAddCurrencies, canChangeCurrencies, canRemoveCurrencies } from '../policy.ts';
import { reportingCurrencies } from '../queries.server.ts';
import type { ChangeCurrency } from '../schema.ts';
import { noted } from './noted.server.ts';

/** Adds a currency; the first one is the one that reports are made in. */
export function addCurrency(ctx: Ctx, { code }: { readonly code: string }) {
	if (!canAddCurrencies(ctx.actor)) throw new Forbidden('currency');
	return noted(ctx, async (ctx) => {
		const [other] = await ctx.db.select().from(currencies).limit(1);
		const added = await ctx.db
			.insert(currencies)
			.values({ code, isState: !other, isMarketing: !other })
			.onConflictDoNothing()
			.returning();
		return added.length > 0 ? ok(null) : fail('currency_known');
	});
}

/**
 * Says whether a currency is fetched daily and which reports are made in it. A role moves from the
 * currency that had it, and every stored rate is brought to the new reporting currency; that needs a
 * rate of the new one. A role is never just given up: amounts would be reported in nothing.
 */
export function changeCurrency(ctx: Ctx, input: ChangeCurrency) {
	if (!canChangeCurrencies(ctx.actor)) throw new Forbidden('currency');
	return noted(ctx, async (ctx) => {
		// One at a time: two people giving the role to two currencies would each see the other's.
		const rows = await ctx.db.select().from(currencies).orderBy(currencies.code).for('update');
		const currency = rows.find(({ code }) => code === input.code);
		if (!currency) throw new NotFound('currency');
		const { autoUpdate, isState, isMarketing } = input;
		if ((currency.isState && !isState) || (currency.isMarketing && !isMarketing)) {
			return fail('role_needs_a_currency');
		}
		const takes = {
			state: isState && !currency.isState,
			marketing: isMarketing && !currency.isMarketing
		};
		if ((takes.state || takes.marketing) && !canRemoveCurrencies(ctx.actor)) {
			throw new Forbidden('currency');
		}
		if (takes.state && !(await moveBookkeeping(ctx, input.code))) return fail('no_rate');
		if (takes.marketing) await moveRole(ctx, input.code, 'isMarketing');
		await ctx.db.update(currencies).set({ autoUpdate }).where(eq(currencies.code, input.code));
		return ok(null);
	});
}

/** Takes a currency away that no amount is in; its rates go with it. */
export async function removeCurrency(ctx: Ctx, { code }: { readonly code: string }) {
	if (!canRemoveCurrencies(ctx.actor)) throw new Forbidden('currency');
	try {
		return await noted(ctx, async (ctx) => {
			const { state, marketing } = await reportingCurrencies(ctx);
			if (code === state || code === marketing) return fail('role_needs_a_currency');
			if (await isInRecords(ctx, code)) return fail('in_use');
			await ctx.db.delete(rates).where(eq(rates.currency, code));
			const gone = await ctx.db.delete(currencies).where(eq(currencies.code, code)).returning();
			if (gone.length === 0) throw new NotFound('currency');
			return ok(null);
		});
	} catch (thrown) {
		if (isReferred(thrown)) return fail('in_use');
		throw thrown;
	}
}

/** Amounts of records are part of their documents, so no key of the database holds their currency. */
async function isInRecords(ctx: Ctx, code: string): Promise<boolean> {
	const [uses] = await ctx.db
		.select({
			any: sql<boolean>`exists (select from ${deals} where ${deals.currency} = ${code})
				or exists (select from ${products} where ${products.currency} = ${code})`
		})
		.from(sql`(select 1) one`);
	return uses?.any ?? false;
}

/** Gives bookkeeping to a currency; false when nothing says what it is worth in the present one. */
async function moveBookkeeping(ctx: Ctx, code: string): Promise<boolean> {
	const { state } = await reportingCurrencies(ctx);
	if (state !== null) {
		const [known] = await ctx.db.select().from(rates).where(eq(rates.currency, code)).limit(1);
		if (!known) return false;
		await rebase(ctx, state, code);
	}
	await moveRole(ctx, code, 'isState');
	return true;
}

async function moveRole(ctx: Ctx, code: string, role: 'isState' | 'isMarketing'): Promise<void> {
	await ctx.db
		.update(currencies)
		.set({ [role]: false })
		.where(eq(currencies[role], true));
	await ctx.db
		.update(currencies)
		.set({ [role]: true })
		.where(eq(currencies.code, code));
}

/** Says every rate in the new currency: divided by what that one was worth in the old one on the same day. */
async function rebase(ctx: Ctx, from: string, to: string): Promise<void> {
	const nearest = sql`coalesce(
		(select n.worth from ${rates} n where n.currency = ${to} and n."on" <= r."on" order by n."on" desc limit 1),
		(select n.worth from ${rates} n where n.currency = ${to} and n."on" > r."on" order by n."on" limit 1))`;
	await ctx.db.execute(
		sql`update ${rates} r set worth = r.worth / ${nearest} where r.currency <> ${to}`
	);
	await ctx.db.execute(
		sql`update ${rates} set currency = ${from}, worth = 1 / worth where currency = ${to}`
	);
}
