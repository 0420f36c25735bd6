/** How many decimal digits a currency has: 2 for EUR, 0 for JPY. */
export function minorDigits(currency: string): number {
	try {
		return (
			new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
				.maximumFractionDigits ?? 2
		);
	} catch {
		// Not a currency that Intl can read; the field's parser says so to the person.
		return 2;
	}
}

/**
 * Reads an amount as people type it, in any of the usual notations ("1,299.50", "1.299,50", "1 299"),
 * into minor units; null when it is not a number or finer than the currency.
 */
export function parseAmount(typed: string, currency: string): string | null {
	const digits = minorDigits(currency);
	const compact = typed.replace(/[\s'’\u00a0\u202f]/g, '');
	const match = /^(-?)(\d[\d.,]*|[.,]\d+)$/.exec(compact);
	if (!match) return null;
	const [, sign = '', number = ''] = match;
	const { whole, fraction } = splitDecimal(number, digits);
	if (fraction.length > digits) return null;
	const minor = BigInt(whole + fraction.padEnd(digits, '0'));
	return `${minor === 0n ? '' : sign}${minor}`;
}

/** An amount the way it stands in an input: plain digits and a point, trailing zeros only as cents. */
export function amountInput(minor: string, currency: string): string {
	const digits = minorDigits(currency);
	const negative = minor.startsWith('-');
	const padded = minor.replace('-', '').padStart(digits + 1, '0');
	const whole = padded.slice(0, padded.length - digits);
	const fraction = padded.slice(padded.length - digits);
	const shown = /[1-9]/.test(fraction) ? `${whole}.${fraction}` : whole;
	return negative ? `-${shown}` : shown;
}

/** The last mark is the decimal one unless it groups thousands: used twice, or with three digits behind it. */
function splitDecimal(number: string, digits: number) {
	const at = Math.max(number.lastIndexOf('.'), number.lastIndexOf(','));
	if (at < 0) return { whole: number, fraction: '' };
	const behind = number.slice(at + 1);
	const repeated = number.split(number.charAt(at)).length > 2;
	const groups = repeated || (behind.length === 3 && digits !== 3);
	const whole = (groups ? number : number.slice(0, at)).replace(/[.,]/g, '');
	return { whole: whole || '0', fraction: groups ? '' : behind };
}
