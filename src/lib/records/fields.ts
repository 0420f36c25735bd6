import { isId } from '#lib/shared/ids.ts';
import { isCountry } from './countries.ts';
import { parseEntries, parseEmail, parsePhone } from './entries.ts';
import type {
	ListField,
	Parsed,
	ReferenceTarget,
	RichTextField,
	ScalarField,
	SetField
} from './kind.ts';
import { parseRichText } from './rich-text.ts';
import { parseText } from './text.ts';
import type { FieldValue, Money, Place } from './values.ts';

interface FieldOptions {
	readonly required?: boolean;
	/** It may begin empty, but is not emptied; the kind's `forbiddenStep` holds it up. */
	readonly kept?: boolean;
	/** False: changed only by commands, never through the document. */
	readonly live?: boolean;
}

type ScalarParser = (input: unknown) => Parsed<FieldValue>;

// Every parser is total and pure: whatever arrives from a form, a socket or a file, it answers the
// stored form or the reason, so that nothing Postgres would refuse ever reaches a statement.

/** One line of text. */
export const text = ({ max, ...options }: FieldOptions & { readonly max: number }): ScalarField =>
	scalar('text', options, { max }, (input) =>
		parseText(input, { max, required: options.required ?? false, lines: 'one' })
	);

/** Plain text of several lines. */
export const paragraph = ({
	max,
	...options
}: FieldOptions & { readonly max: number }): ScalarField =>
	scalar('paragraph', options, { max }, (input) =>
		parseText(input, { max, required: options.required ?? false, lines: 'many' })
	);

const WEBSITE_MAX = 200;

/** A web address; https is assumed where none is given, and nothing but http and https is taken. */
export const website = (options: FieldOptions = {}): ScalarField =>
	scalar('website', options, { max: WEBSITE_MAX }, (input) => {
		const parsed = parseText(input, { max: WEBSITE_MAX, required: false, lines: 'one' });
		return parsed.ok && parsed.value !== null ? parseWebsite(parsed.value) : parsed;
	});

/** A day of the calendar without a clock, as YYYY-MM-DD. */
export const day = (options: FieldOptions = {}): ScalarField =>
	scalar('day', options, {}, parseDay);

/** Yes or no; absent is no. */
export const flag = (options: FieldOptions = {}): ScalarField =>
	scalar('flag', options, {}, parseFlag);

/** One of a few words that only programs read; pages say them in the reader's language. */
export const choice = (words: readonly string[], options: FieldOptions = {}): ScalarField =>
	scalar('choice', options, { options: words }, (input) => {
		if (isEmpty(input)) return { ok: true, value: null };
		return typeof input === 'string' && words.includes(input)
			? { ok: true, value: input }
			: { ok: false, code: 'not_a_choice' };
	});

export const money = (options: FieldOptions = {}): ScalarField =>
	scalar('money', options, {}, parseMoney);

export const place = (options: FieldOptions = {}): ScalarField =>
	scalar('place', options, {}, parsePlace);

/** The id of something that the kind's `referable` accepts. */
export const reference = (target: ReferenceTarget, options: FieldOptions = {}): ScalarField =>
	scalar('reference', options, { target }, parseReference);

/** Ids without order; two people may add and remove at the same time. */
export function idSet(
	target: ReferenceTarget,
	{ max, live = true }: { readonly max: number; readonly live?: boolean }
): SetField {
	return { shape: 'set', type: 'set', target, max, live, parse: (input) => parseIds(input, max) };
}

const ENTRIES_MAX = 20;

export const emails = ({ max = ENTRIES_MAX, live = true } = {}): ListField => ({
	shape: 'list',
	type: 'emails',
	max,
	live,
	parse: (input) => parseEntries(input, max, parseEmail),
	parseEntry: parseEmail
});

/** `digitsMin`: fewer digits are no number that somebody could be reached at. */
export function phones({
	max = ENTRIES_MAX,
	live = true,
	digitsMin
}: { max?: number; live?: boolean; digitsMin?: number } = {}): ListField {
	const parseEntry = (input: unknown) => parsePhone(input, digitsMin);
	return {
		...{ shape: 'list', type: 'phones', max, live, parseEntry },
		parse: (input) => parseEntries(input, max, parseEntry)
	};
}

const RICH_TEXT_MAX_BYTES = 1024 * 1024;

/** Formatted text that several people write at once; its grammar is rich-text.ts. */
export const richText = ({ maxBytes = RICH_TEXT_MAX_BYTES, live = true } = {}): RichTextField => ({
	shape: 'richText',
	type: 'richText',
	maxBytes,
	live,
	parse: (input) => parseRichText(input, maxBytes)
});

function scalar(
	type: ScalarField['type'],
	{ required = false, kept = false, live = true }: FieldOptions,
	facts: Pick<ScalarField, 'max' | 'target' | 'options'>,
	parse: ScalarParser
): ScalarField {
	return {
		shape: 'scalar',
		type,
		required,
		...(kept ? { kept } : {}),
		live,
		...facts,
		parse(input) {
			const parsed = parse(input);
			return parsed.ok && parsed.value === null && required
				? { ok: false, code: 'required' }
				: parsed;
		}
	};
}

const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

function parseWebsite(typed: string): Parsed<string> {
	const address = HAS_SCHEME.test(typed) ? typed : `https://${typed}`;
	const url = /\s/.test(address) ? null : URL.parse(address);
	const usable =
		url !== null &&
		(url.protocol === 'https:' || url.protocol === 'http:') &&
		url.username === '' &&
		url.password === '' &&
		(url.hostname.includes('.') || url.hostname.startsWith('['));
	return usable ? { ok: true, value: address } : { ok: false, code: 'not_a_website' };
}

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const FIRST_YEAR = 1000;

function parseDay(input: unknown): Parsed<string | null> {
	if (isEmpty(input)) return { ok: true, value: null };
	const match = typeof input === 'string' ? DAY.exec(input.trim()) : null;
	if (!match) return { ok: false, code: 'not_a_day' };
	const [iso, year, month, date] = [match[0], ...match.slice(1).map(Number)] as [
		string,
		number,
		number,
		number
	]; // three groups
	const instant = new Date(Date.UTC(year, month - 1, date));
	const isReal =
		year >= FIRST_YEAR && instant.getUTCMonth() === month - 1 && instant.getUTCDate() === date;
	return isReal ? { ok: true, value: iso } : { ok: false, code: 'not_a_day' };
}

function parseFlag(input: unknown): Parsed<boolean> {
	if (isEmpty(input) || input === false || input === 'false') return { ok: true, value: false };
	if (input === true || input === 'true' || input === 'on') return { ok: true, value: true };
	return { ok: false, code: 'not_a_flag' };
}

const MINOR = /^-?\d{1,40}$/;
const MINOR_LIMIT = 10n ** 15n;
const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

function parseMoney(input: unknown): Parsed<Money | null> {
	if (isEmpty(input)) return { ok: true, value: null };
	if (!isPlain(input)) return { ok: false, code: 'not_money' };
	const { minor, currency } = input;
	if (isEmpty(minor) && isEmpty(currency)) return { ok: true, value: null };
	if (typeof minor !== 'string' || !/^-?\d+$/.test(minor)) return { ok: false, code: 'not_money' };
	if (!MINOR.test(minor)) return { ok: false, code: 'money_out_of_range' };
	const amount = BigInt(minor);
	if (amount > MINOR_LIMIT || amount < -MINOR_LIMIT)
		return { ok: false, code: 'money_out_of_range' };
	if (typeof currency !== 'string' || !currencies.has(currency)) {
		return { ok: false, code: 'not_a_currency' };
	}
	return { ok: true, value: { minor: amount.toString(), currency } };
}

const CITY_MAX = 100;

function parsePlace(input: unknown): Parsed<Place | null> {
	if (isEmpty(input)) return { ok: true, value: null };
	if (!isPlain(input)) return { ok: false, code: 'not_a_place' };
	const city = parseText(input.city, { max: CITY_MAX, required: false, lines: 'one' });
	if (!city.ok) return city;
	const { country } = input;
	if (isEmpty(country)) {
		if (city.value !== null) return { ok: false, code: 'city_without_country' };
		return { ok: true, value: null };
	}
	if (typeof country !== 'string' || !isCountry(country)) return { ok: false, code: 'not_a_place' };
	return { ok: true, value: { country, city: city.value } };
}

function parseReference(input: unknown): Parsed<string | null> {
	if (isEmpty(input)) return { ok: true, value: null };
	const id = typeof input === 'string' ? input.toLowerCase() : null;
	return isId(id) ? { ok: true, value: id } : { ok: false, code: 'not_a_reference' };
}

function parseIds(input: unknown, max: number): Parsed<readonly string[]> {
	if (isEmpty(input)) return { ok: true, value: [] };
	if (!Array.isArray(input) || !input.every(isId)) return { ok: false, code: 'not_a_reference' };
	const ids = [...new Set(input)].sort();
	return ids.length > max
		? { ok: false, code: 'too_many', params: { max } }
		: { ok: true, value: ids };
}

const isEmpty = (input: unknown): input is null | undefined | '' =>
	input === null || input === undefined || input === '';

const isPlain = (input: unknown): input is Readonly<Record<string, unknown>> =>
	typeof input === 'object' && input !== null && !Array.isArray(input);
