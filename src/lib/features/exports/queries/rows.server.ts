import {
	type PaymentRow,
	pageOfPayments,
	selectPayments
} from '#lib/features/payments/queries.server.ts';
import { paymentList } from '#lib/features/payments/schema.ts';
import {
	pageOfShipments,
	type ShipmentRow,
	shipmentRows
} from '#lib/features/shipments/queries.server.ts';
import { shipmentList } from '#lib/features/shipments/schema.ts';
import type { Ctx } from '#lib/server/context.ts';
import type { Page } from '#lib/server/db/keyset.ts';
import { lineItems, payments } from '#lib/server/db/tables/index.ts';
import { type ListQuery, readListQuery } from '#lib/shared/list-query.ts';
import { amountInput } from '#lib/shared/money.ts';
import {
	PAYMENT_COLUMNS,
	type PaymentColumn,
	SHIPMENT_COLUMNS,
	type ShipmentColumn
} from '../model.ts';
import { asExporter } from '../policy.ts';
import { countedMoreThan, noteExport } from './begin.server.ts';
import type { ReaderWords } from './records.server.ts';

/** Lists of rows that stand beside deals, by what one of them is. */
export type RowNoun = 'payment' | 'shipment';

const NOUNS: Readonly<Record<string, RowNoun>> = { payments: 'payment', shipments: 'shipment' };

/** The rows that have their list at this address; null for none. */
export const rowsAt = (path: string): RowNoun | null =>
	Object.hasOwn(NOUNS, path) ? (NOUNS[path] ?? null) : null;

export interface WantedRows {
	readonly noun: RowNoun;
	readonly format: 'csv' | 'xlsx';
	/** The address of the list: its search, filters and order. */
	readonly params: URLSearchParams;
}

/** Words of the reader's language for these rows, taken before the file begins. */
export interface RowWords extends Pick<ReaderWords, 'country' | 'yes' | 'no'> {
	readonly status: Readonly<Record<string, string>>;
	percent(share: number): string;
}

/** Rows that are read at once. */
const BATCH = 500;

/**
 * Notes in the history that the actor takes these rows along, and hands them out page by page as the cells of
 * `PAYMENT_COLUMNS` or `SHIPMENT_COLUMNS`. Throws Forbidden and TooMany before the first.
 */
export async function beginRowExport(ctx: Ctx, { noun, format, params }: WantedRows) {
	const shape = noun === 'payment' ? paymentList : shipmentList;
	const query = { ...readListQuery(params, shape), after: undefined, before: undefined };
	await noteExport(ctx, { kind: noun, format, query });
	const exporter = { ...ctx, actor: asExporter(ctx.actor, noun) };
	return {
		rows: (words: RowWords) =>
			noun === 'payment'
				? cellsOf(query, (query) => pageOfPayments(exporter, query, BATCH), paymentCells(words))
				: cellsOf(query, (query) => pageOfShipments(exporter, query, BATCH), shipmentCells(words)),
		isMoreThan: (limit: number) =>
			noun === 'payment'
				? countedMoreThan(ctx, payments, selectPayments(exporter, query), limit)
				: countedMoreThan(ctx, lineItems, shipmentRows.select(exporter, query), limit)
	};
}

async function* cellsOf<Row>(
	query: ListQuery,
	pageAt: (query: ListQuery) => Promise<Page<Row>>,
	cells: (row: Row) => readonly string[]
): AsyncGenerator<readonly (readonly string[])[]> {
	for (let after: string | undefined; ;) {
		const page = await pageAt({ ...query, after });
		if (page.rows.length > 0) yield page.rows.map(cells);
		if (page.after === null) return;
		after = page.after;
	}
}

function paymentCells(words: RowWords) {
	return (row: PaymentRow): readonly string[] => {
		const cells: Readonly<Record<PaymentColumn, string | null>> = {
			deal: row.dealName,
			company: row.companyName,
			contact: row.contactName,
			amount: amountInput(row.amountMinor, row.currency),
			currency: row.currency,
			status: words.status[row.status] ?? row.status,
			day: row.paidOn,
			products: row.products.join(', '),
			owner: row.ownerName,
			coOwners: row.coOwners.map(({ name }) => name).join(', '),
			contractNumber: row.contractNumber,
			invoiceNumber: row.invoiceNumber,
			orderNumber: row.orderNumber,
			representation: row.throughRepresentation ? words.yes : words.no,
			department: row.departmentName
		};
		return PAYMENT_COLUMNS.map((column) => cells[column] ?? '');
	};
}

function shipmentCells(words: RowWords) {
	return (row: ShipmentRow): readonly string[] => {
		const cells: Readonly<Record<ShipmentColumn, string | null>> = {
			product: row.productName,
			quantity: String(row.quantity),
			deal: row.dealName,
			company: row.companyName,
			contact: row.contactName,
			country: row.country && words.country(row.country),
			contract: row.contractOn,
			planned: row.plannedOn,
			shipped: row.shippedOn,
			paid: row.paid === null ? null : words.percent(row.paid),
			guaranteed: row.guaranteedOn,
			contractNumber: row.contractNumber,
			orderNumber: row.orderNumber,
			owner: row.ownerName,
			serial: row.serialNumber,
			department: row.departmentName
		};
		return SHIPMENT_COLUMNS.map((column) => cells[column] ?? '');
	};
}
