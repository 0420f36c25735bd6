const UNITS = ['byte', 'kilobyte', 'megabyte'] as const;

/** "2.6 MB" the way this reader writes numbers. */
export function fileSize(locale: string, bytes: number): string {
	const step = bytes < 1000 ? 0 : bytes < 1_000_000 ? 1 : 2;
	return new Intl.NumberFormat(locale, {
		style: 'unit',
		unit: UNITS[step],
		// The short form of a byte has no plural in English.
		unitDisplay: step === 0 ? 'long' : 'short',
		maximumFractionDigits: 1
	}).format(bytes / 1000 ** step);
}
