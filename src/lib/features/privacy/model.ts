import type { Json } from '#lib/shared/json.ts';

/** What a person is recognised by in what others wrote. */
export interface Traces {
	/** Whole names: a single word is too common to be taken for somebody. */
	readonly names: readonly string[];
	readonly emails: readonly string[];
	readonly phones: readonly string[];
}

/** What stands where something was. */
export const ERASED = '[erased]';

/** Fewer digits are no number that belongs to somebody alone. */
const DIGITS_MIN = 7;
/** The last digits are the same with and without the country's code. */
const DIGITS_TAIL = 8;

export const digitsOf = (phone: string) => phone.replace(/\D/g, '');

/** The digits by which a number is recognised however it is written; null when they are too few. */
export function tailOf(phone: string): string | null {
	const digits = digitsOf(phone);
	return digits.length < DIGITS_MIN ? null : digits.slice(-DIGITS_TAIL);
}

/** A name of several words in one spelling; null for one that is too short to be somebody's alone. */
export function wholeName(...parts: readonly (string | null | undefined)[]): string | null {
	const words = parts.flatMap((part) => part?.trim().split(/\s+/) ?? []).filter(Boolean);
	return words.length > 1 ? words.join(' ') : null;
}

/** Just what both read as more than a letter: JavaScript refuses what is escaped without need. */
const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** A pattern for each trace that Postgres and JavaScript read alike; null when there is no trace. */
export function patternOf({ names, emails, phones }: Traces): string | null {
	const tails = [...new Set(phones.flatMap((phone) => tailOf(phone) ?? []))];
	const patterns = [
		...names.map((name) => name.split(' ').map(escaped).join('\\s+')),
		...names.flatMap((name) => reversed(name)),
		...emails.map(escaped),
		...tails.map((tail) => [...tail].join('[^0-9A-Za-z]{0,3}'))
	];
	return patterns.length === 0 ? null : patterns.join('|');
}

/** "Vale, Zoe". */
function reversed(name: string): string[] {
	const words = name.split(' ');
	const [last = '', ...first] = [words.at(-1) ?? '', ...words.slice(0, -1)];
	return [`${escaped(last)},\\s*${first.map(escaped).join('\\s+')}`];
}

/** Takes the traces out of a text; whatever precedes the tail of a number goes with it. */
export function redactor(traces: Traces): (text: string) => string {
	const pattern = patternOf(traces);
	if (pattern === null) return (text) => text;
	const found = new RegExp(`(?:\\+?\\d[\\d\\s()./-]{0,9})?(?:${pattern})`, 'giu');
	const whole = new RegExp(pattern, 'giu');
	const isNumber = /\d$/;
	return (text) =>
		text.replace(found, (match, at: number) => {
			const [after = ''] = text.slice(at + match.length);
			const before = text[at - 1] ?? '';
			// In the middle of another word or number it is somebody else's.
			if (joins(match.at(-1) ?? '', after) || joins(before, match[0] ?? '')) return match;
			return isNumber.test(match) ? ERASED : match.replace(whole, ERASED);
		});
}

const WORD = /[\p{L}\p{N}_]/u;
const joins = (one: string, other: string) => WORD.test(one) && WORD.test(other);

/** Takes the traces out of every text in a value, also where formatting cuts one into pieces. */
export function redactJson(value: Json, redact: (text: string) => string): Json {
	if (typeof value === 'string') return redact(value);
	if (Array.isArray(value)) return redactPieces(value, redact);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, part]) => [redact(key), redactJson(part as Json, redact)])
	);
}

function redactPieces(pieces: readonly Json[], redact: (text: string) => string): Json {
	const texts = pieces.map(textOf);
	const apart = pieces.map((piece) => redactJson(piece, redact));
	const whole = texts.join('');
	if (texts.includes(null) || redact(whole) === apart.map(textOf).join('')) return apart;
	// The first piece takes the whole text; its formatting is lost with what it stood for.
	return [{ type: 'text', text: redact(whole) }];
}

/** Of a piece of formatted text. */
function textOf(piece: Json): string | null {
	if (typeof piece !== 'object' || piece === null || Array.isArray(piece)) return null;
	const { type, text } = piece as Readonly<Record<string, Json>>;
	return type === 'text' && typeof text === 'string' ? text : null;
}
