/** What a text asks for: a record's number, a name, an e-mail address, or several of these. */
export interface Wanted {
	readonly words: readonly string[];
	readonly number: number | null;
	readonly email: string | null;
	/** The code of "ticket:…", which asks for nothing else. */
	readonly ticket?: string;
}

// A short prefix of an address would match nearly everybody and no index helps.
const EMAIL_MIN = 3;
const WORDS_MAX = 6;

/** Reads "ID 123" and "#123" as a number only, "123" also as part of a name. */
export function wantedOf(text: string): Wanted {
	const query = text.trim();
	const [, sign = '', digits] = /^(id|#)?\s*#?\s*(\d{1,15})$/iu.exec(query) ?? [];
	const number = digits === undefined ? null : Number(digits);
	if (sign) return { words: [], number, email: null };
	const words = query.split(/\s+/u).filter(Boolean).slice(0, WORDS_MAX);
	const email = words.length === 1 && query.length >= EMAIL_MIN ? query.toLowerCase() : null;
	return { words, number, email };
}
