import type { Money } from '#lib/records/values.ts';
import { minorDigits } from '#lib/shared/money.ts';

/** Payments of one currency: their sum, and what it was worth in the two reporting currencies, not yet rounded. */
export interface RatedSum {
	readonly currency: string;
	readonly minor: string;
	readonly state: string | null;
	readonly marketing: string | null;
	/** Some of them have no rate at all. */
	readonly noState: boolean;
	readonly noMarketing: boolean;
	readonly officialState: boolean;
	readonly officialMarketing: boolean;
	readonly stateCode: string | null;
	readonly marketingCode: string | null;
}

export interface Total {
	readonly sum: Money;
	/** Null when there is no VAT. */
	readonly withVat: Money | null;
	readonly quality: 'official' | 'approximate';
}

/** Sums of payments in the currencies of bookkeeping and of the reports; what cannot be rated is named. */
export function sumUp(sums: readonly RatedSum[], vat: string) {
	const of = (
		code: string | null | undefined,
		worth: 'state' | 'marketing',
		official: 'officialState' | 'officialMarketing'
	): Total | null => {
		if (!code) return null;
		const minor = rounded(
			sums.reduce((sum, row) => sum + inMinor(row[worth], row.currency, code), 0n)
		);
		return {
			sum: { minor: minor.toString(), currency: code },
			withVat: vat === '0' ? null : { minor: plus(minor, vat).toString(), currency: code },
			quality: sums.every((row) => row[official]) ? 'official' : 'approximate'
		};
	};
	const [first] = sums;
	const state = of(first?.stateCode, 'state', 'officialState');
	const marketing = of(first?.marketingCode, 'marketing', 'officialMarketing');
	return {
		byCurrency: sums.map(({ currency, minor }) => ({ minor, currency })),
		/** In the order in which they are told; one when bookkeeping and reports agree. */
		totals: [state, marketing?.sum.currency === state?.sum.currency ? null : marketing].filter(
			(total) => total !== null
		),
		vat,
		unrated: sums
			.filter(({ noState, noMarketing }) => noState || noMarketing)
			.map(({ currency }) => currency)
	};
}

/** Digits that are kept until everything has been added. */
const SPARE = 12;

/** What a sum of minor units of one currency is in those of another, with `SPARE` further digits. */
function inMinor(worth: string | null, from: string, to: string): bigint {
	if (worth === null) return 0n;
	const [whole = '0', fraction = ''] = worth.split('.');
	const steps = minorDigits(to) - minorDigits(from);
	const scaled = BigInt(whole + fraction.slice(0, SPARE).padEnd(SPARE, '0'));
	return steps >= 0 ? scaled * 10n ** BigInt(steps) : scaled / 10n ** BigInt(-steps);
}

const rounded = (value: bigint) => (value + 10n ** BigInt(SPARE) / 2n) / 10n ** BigInt(SPARE);

/** The amount with so many per cent on top. */
function plus(minor: bigint, percent: string): bigint {
	const [whole = '0', fraction = ''] = percent.split('.');
	const hundredths = BigInt(whole + fraction.slice(0, 2).padEnd(2, '0'));
	return (minor * (10_000n + hundredths) + 5_000n) / 10_000n;
}
