import type { Archive } from './archive.ts';
import { readXml } from './xml.ts';

/** How the numbers of a style are to be read. */
export type NumberReading =
	| { readonly as: 'number' }
	/** With at least so many digits, as postal codes are. */
	| { readonly as: 'digits'; readonly digits: number }
	| { readonly as: 'day' | 'time' | 'dayAndTime' };

const PLAIN: NumberReading = { as: 'number' };
const BUILT_IN_DAYS = new Set([
	14, 15, 16, 17, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 57, 58
]);
const BUILT_IN_TIMES = new Set([18, 19, 20, 21, 32, 33, 45, 46, 47, 55, 56]);

/** What the styles of a workbook make of numbers, in their order; empty without styles. */
export async function readStyles(
	archive: Archive,
	part: string
): Promise<readonly NumberReading[]> {
	if (!archive.has(part)) return [];
	const formats = new Map<number, string>();
	const styles: number[] = [];
	let isInside = false;
	await readXml(archive.text(part), {
		open({ name, attributes }) {
			if (name === 'numFmt') formats.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
			if (name === 'cellXfs') isInside = true;
			if (name === 'xf' && isInside) styles.push(Number(attributes.numFmtId ?? 0));
		},
		close(name) {
			if (name === 'cellXfs') isInside = false;
		}
	});
	return styles.map((id) => readingOf(id, formats.get(id)));
}

function readingOf(id: number, code: string | undefined): NumberReading {
	if (code === undefined) {
		if (id === 22) return { as: 'dayAndTime' };
		if (BUILT_IN_DAYS.has(id)) return { as: 'day' };
		return BUILT_IN_TIMES.has(id) ? { as: 'time' } : PLAIN;
	}
	// Without texts, colours and conditions; only the first of several sections.
	const signs = (code.split(';')[0] ?? '')
		.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '')
		.toLowerCase();
	if (/^0{2,}$/.test(signs)) return { as: 'digits', digits: signs.length };
	const hasDay = /[yd]/.test(signs) || /^[^hs]*m{3,}/.test(signs);
	const hasTime = /[hs]/.test(signs);
	if (hasDay) return { as: hasTime ? 'dayAndTime' : 'day' };
	return hasTime ? { as: 'time' } : PLAIN;
}

const DAY_MS = 86_400_000;

/** What a person sees in a cell that holds this number. */
export function numberText(raw: string, reading: NumberReading = PLAIN, is1904 = false): string {
	const value = Number(raw);
	if (!Number.isFinite(value)) return raw;
	switch (reading.as) {
		case 'number':
			return plain(value);
		case 'digits':
			return Number.isInteger(value) && value >= 0
				? plain(value).padStart(reading.digits, '0')
				: plain(value);
		default: {
			// Days since the end of 1899, or since 1904 in workbooks from old Macs, as days since 1970.
			const days = value - (is1904 ? 24_107 : 25_569);
			const instant = new Date(Math.round(days * DAY_MS));
			return instantText(instant, reading.as) ?? plain(value);
		}
	}
}

function instantText(instant: Date, as: 'day' | 'time' | 'dayAndTime'): string | null {
	if (Number.isNaN(instant.getTime())) return null;
	const [day = '', time = ''] = instant.toISOString().split(/[T.]/);
	if (as === 'time') return time;
	return as === 'day' || time === '00:00:00' ? day : `${day} ${time}`;
}

/** Without an exponent, which nobody has typed. */
const plain = (value: number) =>
	Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value);
