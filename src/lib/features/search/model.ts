/** What a text asks for: a record's number, a name, an e-mail address, a phone number, or several of these. */
export interface Wanted {
	readonly words: readonly string[];
	readonly number: number | null;
	readonly email: string | null;
	/** The digits of a phone number, written in whatever way. */
	readonly phone: string | null;
	/** The code of "ticket:…", which asks for nothing else. */
	readonly ticket?: string;
}

// A short prefix of an address would match nearly everybody and no index helps.
const EMAIL_MIN = 3;
const WORDS_MAX = 6;
const PHONE_DIGITS_MIN = 5;
/** Digits with the signs that people put between them. */
const PHONE = /^[+(]?[\d\s()/.\u2010-\u2015-]+$/u;

/** Reads "ID 123" and "#123" as a number only, "123" also as part of a name. */
export function wantedOf(text: string): Wanted {
	const query = text.trim();
	const [, sign = '', digits] = /^(id|#)?\s*#?\s*(\d{1,15})$/iu.exec(query) ?? [];
	const number = digits === undefined ? null : Number(digits);
	if (sign) return { words: [], number, email: null, phone: null };
	const words = query.split(/\s+/u).filter(Boolean).slice(0, WORDS_MAX);
	const email = words.length === 1 && query.length >= EMAIL_MIN ? query.toLowerCase() : null;
	return { words, number, email, phone: phoneIn(query) };
}

function phoneIn(query: string): string | null {
	const digits = query.replace(/\D/g, '');
	return PHONE.test(query) && digits.length >= PHONE_DIGITS_MIN ? digits : null;
}

const TAIL = 8;

/** The last digits, by which a number is found however it is written: those of `phoneTail` in the database. */
export const tailOf = (digits: string) => digits.slice(-TAIL);
