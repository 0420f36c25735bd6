import { addCurrency, setRate } from '#lib/features/currencies/commands.server.ts';
import { addPayment } from '#lib/features/payments/commands.server.ts';
import { createProduct } from '#lib/features/products/commands.server.ts';
import { addLineItem } from '#lib/features/shipments/commands.server.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { stages } from '#lib/server/db/tables/index.ts';
import { newId } from '#lib/shared/ids.ts';
import type { SalesOffice } from './deals.ts';

/** Euro for bookkeeping and reports; a dollar is 0.8, a pound 1.25 since the first of November. */
export async function theCurrencies(ctx: Ctx) {
	for (const code of ['EUR', 'USD', 'GBP', 'JPY']) await addCurrency(ctx, { code });
	await setRate(ctx, { code: 'USD', on: '2026-11-01', rate: '0.8' });
	await setRate(ctx, { code: 'GBP', on: '2026-11-01', rate: '1.25' });
}

/** The office's stage of shipped goods; answers its id. */
export async function aShippedStage({ db }: Ctx, office: SalesOffice) {
	const id = newId();
	await db.insert(stages).values({
		...{ id, pipelineId: office.pipelineId, name: 'Shipped' },
		...{ position: 'a15', outcome: 'shipped' as const }
	});
	return id;
}

/** A product of the actor's department; answers its id. */
export async function aProduct(ctx: Ctx, values: RecordValues = {}) {
	const created = await createProduct(ctx, { values: { name: 'Pallet rack', ...values } });
	if (!created.ok) throw new Error(JSON.stringify(created));
	return created.value.id;
}

/** A line item of this deal; answers its id. */
export async function anItem(ctx: Ctx, input: Partial<Parameters<typeof addLineItem>[1]>) {
	const itemId = newId();
	const added = await addLineItem(ctx, {
		...{ dealId: '', productId: '', quantity: 1, price: null, discount: '0', itemId },
		...input
	});
	if (!added.ok) throw new Error(JSON.stringify(added));
	return itemId;
}

export const PAYMENT = {
	amountMinor: 10_000n,
	currency: 'EUR',
	paidOn: '2026-11-10',
	status: 'received',
	throughRepresentation: false
} as const;

/** A payment on this deal; answers its id. */
export async function aPayment(ctx: Ctx, input: Partial<Parameters<typeof addPayment>[1]>) {
	const paymentId = newId();
	const added = await addPayment(ctx, { ...PAYMENT, dealId: '', paymentId, ...input });
	if (!added.ok) throw new Error(JSON.stringify(added));
	return paymentId;
}
