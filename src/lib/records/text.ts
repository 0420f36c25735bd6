import type { Parsed } from './kind.ts';

export interface TextRule {
	readonly max: number;
	readonly required: boolean;
	readonly lines: 'one' | 'many';
}

/** Control characters that are not white space; NUL is refused before they are dropped. */
// eslint-disable-next-line no-control-regex -- exactly these are meant
const INVISIBLE = /[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/**
 * Reads text as people type it: Unicode-normalised, trimmed, well-formed, empty as null. Postgres
 * keeps no NUL and the wire no lone surrogates, so neither may reach a document.
 */
export function parseText(
	input: unknown,
	{ max, required, lines }: TextRule
): Parsed<string | null> {
	if (input === null || input === undefined) return empty(required);
	if (typeof input !== 'string') return { ok: false, code: 'not_text' };
	if (input.includes('\0')) return { ok: false, code: 'has_nul' };
	const text = tidy(input, lines);
	if (text === '') return empty(required);
	// A code point has at most two units; only long texts need counting.
	if (text.length > max && [...text].length > max) {
		return { ok: false, code: 'too_long', params: { max } };
	}
	return { ok: true, value: text };
}

const empty = (required: boolean): Parsed<null> =>
	required ? { ok: false, code: 'required' } : { ok: true, value: null };

function tidy(input: string, lines: 'one' | 'many'): string {
	const text = input.toWellFormed().normalize('NFC').replace(/\r\n?/g, '\n').replace(INVISIBLE, '');
	return (lines === 'one' ? text.replace(/[\n\t\u2028\u2029]+/g, ' ') : text).trim();
}
