import { eq } from 'drizzle-orm';
import { carryOverRates } from '#lib/features/currencies/commands.server.ts';
import { reportingCurrencies } from '#lib/features/currencies/queries.server.ts';
import { lockDealFor, type LockedDeal, tellBeside } from '#lib/features/deals/commands.server.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { currencies, payments } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import type { Verb } from '#lib/shared/actor.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { inHistory } from '../model.ts';
import type { AddPayment, ChangePayment, OnePayment } from '../schema.ts';

/** Books money on a deal, received or expected; not new when the id has been used already. */
export function addPayment(ctx: Ctx, input: AddPayment) {
	return inTransaction(ctx, async (ctx) => {
		const deal = await lockDealFor(ctx, input.dealId, 'payment', 'create');
		if (!(await isCurrency(ctx, input.currency))) return fail('currency_unknown');
		const [added] = await ctx.db
			.insert(payments)
			.values({
				...columnsOf(input),
				id: input.paymentId ?? newId(),
				dealId: deal.id,
				createdAt: ctx.now,
				createdBy: personOf(ctx),
				...touched(ctx)
			})
			// The form's id is its key: pressing twice books once.
			.onConflictDoNothing()
			.returning();
		if (!added) return ok({ dealId: deal.id, isNew: false });
		await knowRates(ctx, deal, added);
		await tellBeside(ctx, deal, {
			...{ noun: 'payment', id: added.id, act: 'payment.added' },
			new: inHistory(added)
		});
		return ok({ dealId: deal.id, isNew: true });
	});
}

/** Changes what a payment says, if it is still as its author saw it. */
export function changePayment(ctx: Ctx, input: ChangePayment) {
	return inTransaction(ctx, async (ctx) => {
		const { deal, payment } = await lockPayment(ctx, input.paymentId, 'update');
		if (payment.rev !== input.rev) return fail('changed_meanwhile');
		if (!(await isCurrency(ctx, input.currency))) return fail('currency_unknown');
		const [changed] = await ctx.db
			.update(payments)
			.set({
				...columnsOf(input),
				rev: payment.rev + 1,
				// What has come is no forecast that could be set aside.
				setAsideAt: input.status === 'received' ? null : payment.setAsideAt,
				...touched(ctx)
			})
			.where(eq(payments.id, payment.id))
			.returning();
		if (!changed) throw new NotFound('payment');
		await knowRates(ctx, deal, changed);
		await tellBeside(ctx, deal, {
			...{ noun: 'payment', id: payment.id, act: 'payment.changed' },
			...{ old: inHistory(payment), new: inHistory(changed) }
		});
		return ok({ dealId: deal.id, paymentId: payment.id });
	});
}

/** Takes a payment off its deal; the deal's history keeps what it said. */
export function removePayment(ctx: Ctx, { paymentId }: OnePayment) {
	return inTransaction(ctx, async (ctx) => {
		const { deal, payment } = await lockPayment(ctx, paymentId, 'delete');
		await ctx.db.delete(payments).where(eq(payments.id, payment.id));
		await tellBeside(ctx, deal, {
			...{ noun: 'payment', id: payment.id, act: 'payment.removed' },
			old: inHistory(payment)
		});
		return ok({ dealId: deal.id });
	});
}

/** Locks the deal of a payment and then the payment; what the actor may not see is not there. */
async function lockPayment(ctx: Ctx, paymentId: string, verb: Verb) {
	const isIt = eq(payments.id, paymentId);
	const [found] = await ctx.db.select({ dealId: payments.dealId }).from(payments).where(isIt);
	if (!found) throw new NotFound('payment');
	const deal = await lockDealFor(ctx, found.dealId, 'payment', verb);
	const [payment] = await ctx.db.select().from(payments).where(isIt).for('update');
	if (!payment) throw new NotFound('payment');
	return { deal, payment };
}

/** What has come is worth something on its day in every currency that it is told in. */
async function knowRates(
	ctx: Ctx,
	deal: LockedDeal,
	{ status, currency, paidOn }: typeof payments.$inferSelect
): Promise<void> {
	if (status !== 'received') return;
	const { marketing } = await reportingCurrencies(ctx);
	const told = [currency, marketing, deal.currency].filter((code) => code !== null);
	await carryOverRates(ctx, told, paidOn);
}

async function isCurrency(ctx: Ctx, code: string): Promise<boolean> {
	const [known] = await ctx.db
		.select({ code: currencies.code })
		.from(currencies)
		.where(eq(currencies.code, code))
		.for('key share');
	return known !== undefined;
}

const columnsOf = (input: Omit<ChangePayment, 'paymentId' | 'rev'>) => ({
	amountMinor: input.amountMinor,
	currency: input.currency,
	paidOn: input.paidOn,
	status: input.status,
	contractNumber: input.contractNumber ?? null,
	invoiceNumber: input.invoiceNumber ?? null,
	orderNumber: input.orderNumber ?? null,
	throughRepresentation: input.throughRepresentation
});

const personOf = ({ actor }: Ctx) => (actor.type === 'user' ? actor.id : null);

const touched = (ctx: Ctx) => ({ updatedAt: ctx.now, modifiedBy: personOf(ctx) });
