import {
	type ExportColumn,
	PAYMENT_COLUMNS,
	SHIPMENT_COLUMNS
} from '#lib/features/exports/model.ts';
import type { ReaderWords, RowNoun, RowWords } from '#lib/features/exports/queries.server.ts';
import { statusWord } from '#lib/features/payments/model.ts';
import { STATUSES } from '#lib/features/payments/schema.ts';
import type { KindName } from '#lib/shared/kinds.ts';
import { m } from '#lib/messages/messages.js';
import { KIND_LOOKS } from '#lib/ui/kinds.ts';
import { sexNames } from '../counterparty/people.ts';
import { paymentColumns, paymentName } from '../payments/words.ts';
import { typeNames } from '../products/words.ts';
import { SHELL_KINDS } from '../shell/kinds.ts';
import { shipmentColumns, shipmentName } from '../shipments/words.ts';
import { choiceNames } from '../work/words.ts';

/** What the records of a list are called together. */
export const listTitle = (kind: KindName): string => KIND_LOOKS[kind].many();

/** Columns as the pages call them, so that an import of the file knows them again. */
export function headingsOf(kind: KindName, columns: readonly ExportColumn[]): readonly string[] {
	const labels = SHELL_KINDS[kind].labels();
	return columns.map(({ field, part }) => {
		const label = labels[field] ?? OTHERS[field]?.() ?? field;
		if (part === 'currency') return m.exports_currency();
		if (part === 'country') return m.records_country();
		return part === 'city' ? m.records_city() : label;
	});
}

/** What a list of rows beside deals is called, and its columns in the order of its files. */
export function rowList(noun: RowNoun) {
	const isPayments = noun === 'payment';
	const shown = isPayments
		? [paymentName(), ...paymentColumns()]
		: [shipmentName(), ...shipmentColumns()];
	const labels = new Map(shown.map(({ name, label }) => [name, label]));
	const columns: readonly string[] = isPayments ? PAYMENT_COLUMNS : SHIPMENT_COLUMNS;
	return {
		title: isPayments ? m.payments_title() : m.shipments_title(),
		headings: columns.map((name) => BESIDE[name]?.() ?? labels.get(name) ?? name)
	};
}

/** What only the files of such lists have. */
const BESIDE: Readonly<Record<string, () => string>> = {
	company: m.deals_company,
	contact: m.deals_contact,
	currency: m.exports_currency,
	coOwners: m.deals_co_owners,
	contractNumber: m.payments_contract_number,
	representation: m.payments_through_representation
};

const OTHERS: Readonly<Record<string, () => string>> = {
	number: m.records_number,
	createdAt: m.records_created,
	updatedAt: m.records_updated
};

/** The words of this language, for as long as a file is being written. */
export function readerWords(locale: string): ReaderWords {
	const countries = new Intl.DisplayNames(locale, { type: 'region' });
	const choices = new Map(Object.entries({ ...choiceNames([]), ...typeNames(), ...sexNames() }));
	return {
		choice: (word) => choices.get(word) ?? word,
		country: (code) => countries.of(code) ?? code,
		yes: m.records_yes(),
		no: m.records_no()
	};
}

/** The same for rows beside deals. */
export function rowWords(locale: string): RowWords {
	const { country, yes, no } = readerWords(locale);
	const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 });
	const status = Object.fromEntries(STATUSES.map((one) => [one, statusWord(one)]));
	return { country, yes, no, status, percent: (share) => percent.format(share) };
}
