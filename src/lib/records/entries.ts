import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { normalizeAddress } from '#lib/shared/email-address.ts';
import type { Parsed } from './kind.ts';
import { parseText } from './text.ts';
import type { EmailEntry, Entries, PhoneEntry } from './values.ts';

/** What may name an entry of a list: made by whoever adds it, usually a UUID. */
const ENTRY_ID = /^[A-Za-z0-9_-]{1,64}$/;

export const isEntryId = (id: string): boolean => ENTRY_ID.test(id);

/** Reads a whole list; the first entry that is refused refuses the list. */
export function parseEntries<Entry extends EmailEntry | PhoneEntry>(
	input: unknown,
	max: number,
	parseEntry: (input: unknown) => Parsed<Entry>
): Parsed<Entries> {
	if (input === null || input === undefined) return { ok: true, value: {} };
	if (typeof input !== 'object' || Array.isArray(input)) return { ok: false, code: 'not_text' };
	const given = Object.entries(input);
	if (given.length > max) return { ok: false, code: 'too_many', params: { max } };
	const entries: Record<string, Entry> = {};
	for (const [id, value] of given) {
		if (!isEntryId(id)) return { ok: false, code: 'not_a_reference' };
		const parsed = parseEntry(value);
		if (!parsed.ok) return parsed;
		entries[id] = parsed.value;
	}
	return { ok: true, value: entries };
}

const ADDRESS_MAX = 254;
/** One at-sign, no spaces or angle brackets, a domain with a dot: what a mail server may accept. */
const ADDRESS = /^[^\s@<>"(),:;[\]\\]{1,64}@[^\s@<>"(),:;[\]\\]+\.[^\s@<>"(),:;[\]\\.]{2,}$/u;
const EMAIL_LABELS = ['work', 'private', 'other'] as const;

export function parseEmail(input: unknown): Parsed<EmailEntry> {
	const { address, label, position } = partsOf(input);
	const text = parseText(address, { max: ADDRESS_MAX, required: true, lines: 'one' });
	if (!text.ok) return text;
	const normal = normalizeAddress(text.value ?? '');
	if (!ADDRESS.test(normal)) return { ok: false, code: 'not_an_email' };
	return {
		ok: true,
		value: { address: normal, label: oneOf(EMAIL_LABELS, label), position: positionOf(position) }
	};
}

const PHONE_MAX = 50;
const DIGITS_MIN = 5;
const PHONE_LABELS = ['work', 'mobile', 'private', 'other'] as const;

export function parsePhone(input: unknown, digitsMin = DIGITS_MIN): Parsed<PhoneEntry> {
	const { raw, e164, label, position } = partsOf(input);
	const text = parseText(raw, { max: PHONE_MAX, required: true, lines: 'one' });
	if (!text.ok) return text;
	const typed = text.value ?? '';
	if (typed.replace(/\D/g, '').length < digitsMin) return { ok: false, code: 'not_a_phone' };
	return {
		ok: true,
		value: {
			raw: typed,
			e164: normalNumber(typed) ?? supplied(typed, e164),
			label: oneOf(PHONE_LABELS, label),
			position: positionOf(position)
		}
	};
}

/** Who reads a row, judges it and stores it asks each time. */
const understood = new Map<string, string | null>();
const UNDERSTOOD_MAX = 2_000;

/** E.164 of a number written with its country; null when it cannot be understood alone. */
function normalNumber(typed: string): string | null {
	// Without it no country is named, and the parser would only find out by failing.
	if (!/[+\uFF0B]/u.test(typed)) return null;
	const known = understood.get(typed);
	if (known !== undefined) return known;
	const number = parsePhoneNumberFromString(typed);
	const normal = number?.isPossible() ? number.number : null;
	if (understood.size >= UNDERSTOOD_MAX) understood.clear();
	understood.set(typed, normal);
	return normal;
}

/** Whoever knows the country may hand the normal form over, when it ends in the digits typed. */
function supplied(typed: string, e164: unknown): string | null {
	if (typeof e164 !== 'string' || !/^\+[1-9]\d{6,14}$/.test(e164)) return null;
	const national = typed.replace(/\D/g, '').replace(/^0+/, '');
	return e164.endsWith(national) ? e164 : null;
}

const partsOf = (input: unknown): Readonly<Record<string, unknown>> =>
	typeof input === 'object' && input !== null ? { ...input } : {};

/** A label nobody knows is no reason to lose an address; it becomes the last of the list. */
function oneOf<Label extends string>(labels: readonly [...Label[], Label], label: unknown): Label {
	// The tuple has at least one element, its last.
	return labels.find((known) => known === label) ?? (labels.at(-1) as Label);
}

const POSITION_MAX = 1_000_000;

/** Entries without a sensible position come first; ties are broken by id. */
const positionOf = (position: unknown): number =>
	typeof position === 'number' && Number.isInteger(position) && Math.abs(position) <= POSITION_MAX
		? position
		: 0;

/** Those of the other list's addresses or numbers that this one does not have, to be put after its own. */
export function missingEntries(others: Entries, own: Entries): Entries {
	const known = new Set(Object.values(own).map(keyOf));
	const taken = new Set(Object.keys(own));
	let position = Math.max(-1, ...Object.values(own).map((entry) => entry.position));
	const missing: Record<string, EmailEntry | PhoneEntry> = {};
	for (const [id, entry] of Object.entries(others)) {
		if (known.has(keyOf(entry))) continue;
		known.add(keyOf(entry));
		const free = freeId(id, taken);
		taken.add(free);
		missing[free] = { ...entry, position: ++position };
	}
	return missing;
}

/** The same address or number has the same key, however it is written. */
const keyOf = (entry: EmailEntry | PhoneEntry) =>
	'address' in entry
		? normalizeAddress(entry.address)
		: (entry.e164 ?? entry.raw.replace(/\D/g, ''));

function freeId(id: string, taken: ReadonlySet<string>): string {
	if (!taken.has(id)) return id;
	for (let n = 2; ; n++) {
		const other = `${id.slice(0, 56)}-${n}`;
		if (!taken.has(other)) return other;
	}
}
