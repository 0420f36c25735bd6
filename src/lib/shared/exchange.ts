import { minorDigits } from './money.ts';

/** A rate as a decimal number: how many units of the other currency one unit is worth. */
export type Rate = string;

const RATE = /^\d{1,12}(\.\d{1,10})?$/;
/** Decimal digits that a rate is kept with. */
export const RATE_DIGITS = 10;

/** Reads a rate as people type it; null when it is none, zero, or finer than it is kept. */
export function parseRate(typed: string): Rate | null {
	const plain = typed.trim().replace(',', '.');
	if (!RATE.test(plain)) return null;
	const [whole = '0', fraction = ''] = plain.split('.');
	const trimmed = fraction.replace(/0+$/, '');
	const rate = `${BigInt(whole)}${trimmed ? `.${trimmed}` : ''}`;
	return scaled(rate) === 0n ? null : rate;
}

/** A currency with what one unit of it is worth in a third one. */
interface Rated {
	readonly currency: string;
	readonly worth: Rate;
}

/** An amount in another currency when both are rated in a third one; halves are rounded away from zero. */
export function exchange(minor: bigint, from: Rated, to: Rated): bigint {
	const [up, down] = digitsBetween(from.currency, to.currency);
	return divide(minor * scaled(from.worth) * up, scaled(to.worth) * down);
}

/** The rate between two currencies whose rates to a third one are known. */
export function crossRate(from: Rate, to: Rate): Rate {
	return textOf(divide(scaled(from) * SCALE, scaled(to)));
}

const SCALE = 10n ** BigInt(RATE_DIGITS);

function digitsBetween(from: string, to: string): readonly [up: bigint, down: bigint] {
	const steps = minorDigits(to) - minorDigits(from);
	return steps >= 0 ? [10n ** BigInt(steps), 1n] : [1n, 10n ** BigInt(-steps)];
}

function scaled(rate: Rate): bigint {
	const [whole = '0', fraction = ''] = rate.split('.');
	return BigInt(whole + fraction.slice(0, RATE_DIGITS).padEnd(RATE_DIGITS, '0'));
}

function textOf(value: bigint): Rate {
	const digits = value.toString().padStart(RATE_DIGITS + 1, '0');
	const fraction = digits.slice(-RATE_DIGITS).replace(/0+$/, '');
	return `${digits.slice(0, -RATE_DIGITS)}${fraction ? `.${fraction}` : ''}`;
}

function divide(value: bigint, by: bigint): bigint {
	const half = by / 2n;
	return value >= 0n ? (value + half) / by : (value - half) / by;
}
