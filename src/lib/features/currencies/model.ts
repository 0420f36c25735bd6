import { m } from '#lib/messages/messages.js';

const SENTENCES: Readonly<Record<string, () => string>> = {
	currency_known: m.currencies_fault_known,
	in_use: m.currencies_fault_in_use,
	role_needs_a_currency: m.currencies_fault_role,
	no_rate: m.currencies_fault_no_rate,
	always_one: m.currencies_fault_always_one,
	no_reporting_currency: m.currencies_fault_no_reporting,
	not_a_rate: m.currencies_fault_not_a_rate,
	not_a_day: m.currencies_fault_not_a_day,
	not_a_currency: m.currencies_fault_not_a_currency,
	provider_failed: m.currencies_fault_provider,
	no_provider: m.currencies_fault_no_provider
};

interface Refused {
	readonly faults?: readonly { readonly field: string; readonly code: string }[] | undefined;
	readonly message?: string | undefined;
}

/** The sentence for a field of a refused form, '' for the whole of it; undefined when it was fine. */
export function currencyFault(form: Refused | null | undefined, field: string): string | undefined {
	const fault = form?.faults?.find((one) => one.field === field);
	if (fault) return (SENTENCES[fault.code] ?? m.currencies_fault_other)();
	return field === '' ? form?.message : undefined;
}

/** A rate without the zeros it is stored with. */
export const shownRate = (rate: string): string =>
	rate.includes('.') ? rate.replace(/\.?0+$/, '') : rate;
