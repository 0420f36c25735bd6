import { and, desc, eq, sql } from 'drizzle-orm';
import { canBesideDeal, type DealRights } from '#lib/features/deals/policy.ts';
import { rowsOfDeals } from '#lib/features/deals/scope.server.ts';
import type { Money } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { deals, payments } from '#lib/server/db/tables/index.ts';
import { todayIn } from '#lib/shared/days.ts';
import { balanceOf, inDeal } from '../model.ts';
import { ratedAmount } from './balances.server.ts';
import { getPaymentSettings } from './settings.server.ts';

interface Shown extends DealRights {
	readonly id: string;
	readonly amount: Money | null;
	readonly defaultCurrency: string | null;
}

type PaymentOfDeal = Awaited<ReturnType<typeof rowsOf>>[number];
export type DealPayments = NonNullable<Awaited<ReturnType<typeof listPaymentsOf>>>;

/**
 * The payments of a deal, the latest first, with what has come and what is left of the amount, and what a
 * new one is proposed to say; null for whoever may see none.
 */
export async function listPaymentsOf(ctx: Ctx, deal: Shown) {
	const may = (verb: 'create' | 'read' | 'update' | 'delete') =>
		canBesideDeal(ctx.actor, 'payment', verb, deal);
	if (!may('read')) return null;
	const [found, settings] = await Promise.all([rowsOf(ctx, deal.id), getPaymentSettings(ctx)]);
	const counted = found.filter(({ status }) => status === 'received');
	return {
		rows: found.map((payment) => ({ ...payment, share: shareOf(payment, deal.amount) })),
		balance: balanceOf(deal.amount, counted),
		proposal: proposalFor(ctx, deal, found[0]),
		marksRepresentation: settings.marksRepresentation,
		may: { add: may('create'), change: may('update'), remove: may('delete') }
	};
}

/** Of the deal's amount, 1 for all; null without an amount or a rate. */
function shareOf(payment: PaymentOfDeal, amount: Money | null): number | null {
	if (amount === null || BigInt(amount.minor) <= 0n) return null;
	const minor = inDeal(payment, amount.currency);
	return minor === null ? null : Number((minor * 10_000n) / BigInt(amount.minor)) / 10_000;
}

/** A new payment says what the deal's last one said [C205]; the first one what the deal is worth. */
function proposalFor(ctx: Ctx, deal: Shown, last: PaymentOfDeal | undefined) {
	return {
		amountMinor: last?.amountMinor ?? deal.amount?.minor ?? null,
		currency: last?.currency ?? deal.amount?.currency ?? deal.defaultCurrency,
		paidOn: todayIn(ctx.actor.timeZone, ctx.now),
		status: 'received' as const,
		contractNumber: last?.contractNumber ?? null,
		invoiceNumber: last?.invoiceNumber ?? null,
		orderNumber: last?.orderNumber ?? null,
		throughRepresentation: last?.throughRepresentation ?? false
	};
}

const rowsOf = (ctx: Ctx, dealId: string) =>
	ctx.db
		.select({
			...ratedAmount,
			id: payments.id,
			rev: payments.rev,
			paidOn: payments.paidOn,
			status: payments.status,
			contractNumber: payments.contractNumber,
			invoiceNumber: payments.invoiceNumber,
			orderNumber: payments.orderNumber,
			throughRepresentation: payments.throughRepresentation,
			isAside: sql<boolean>`${payments.setAsideAt} is not null`
		})
		.from(payments)
		.innerJoin(deals, eq(deals.id, payments.dealId))
		.where(and(eq(payments.dealId, dealId), rowsOfDeals(ctx.actor, 'payment')))
		.orderBy(desc(payments.paidOn), desc(payments.createdAt), desc(payments.id));
