/** What a company is in law, in the spellings of many countries: people write it or leave it out as they like. */
const LEGAL_FORMS: ReadonlySet<string> = new Set(
	(
		'ab ag aps as asa bv co company corp corporation doo dd eg ek eood ev eurl gbr gesmbh gmbh inc incorporated ' +
		'kft kg kgaa kk limited lda llc llp lp ltd ltda mbh nv nyrt ohg ood oy oyj plc pte pty rt sa sarl sas sasu se sl slu ' +
		'snc sp spa spol spoo srl sro ug vof zoo zrt ооо оао зао пао тов ат'
	).split(' ')
);

/**
 * A name as it is compared: small letters without accents, one space between words. Digits belong to it:
 * "3M" is not "M"; punctuation does not: "Test - Company LLC." is "test company llc".
 */
export const plainName = (name: string): string =>
	name
		.normalize('NFKD')
		.replace(/\p{M}+/gu, '')
		.toLowerCase()
		.replace(/ß/g, 'ss')
		.replace(/['’.]+/gu, '')
		.replace(/[^\p{L}\p{N}]+/gu, ' ')
		.trim();

/** The same without the form of the company before or after it; the whole when nothing else is left. */
export function coreName(name: string): string {
	const words = plainName(name).split(' ');
	const first = words.findIndex((word) => !LEGAL_FORMS.has(word));
	const last = words.findLastIndex((word) => !LEGAL_FORMS.has(word));
	return (first === -1 ? words : words.slice(first, last + 1)).join(' ');
}

/** The names in a list as people write it: commas, semicolons or lines between. */
export const namesIn = (list: string | null): readonly string[] =>
	(list ?? '')
		.split(/[,;\n]/u)
		.map((name) => name.trim())
		.filter((name) => plainName(name) !== '');

/** Words by which the index can find a name: of three letters and more, the form of the company left out. */
export const findableWords = (name: string): readonly string[] =>
	name
		.split(/[^\p{L}\p{N}]+/u)
		.filter((word) => [...word].length >= 3 && !LEGAL_FORMS.has(plainName(word)));

/** The domain of a mail address. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** The host of a web address without "www", or null when it is none. */
export function hostOf(website: string | null): string | null {
	if (!website) return null;
	const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(website) ? website : `https://${website}`);
	return url ? url.hostname.toLowerCase().replace(/^www\./, '') : null;
}

export interface Phone {
	readonly raw: string;
	readonly e164: string | null;
}

/** Fewer digits are a number within one town: only the whole of it says something. */
const TELLING_DIGITS = 8;

/**
 * Whether two numbers are the same however they are written: "040 555-0101" is "+49 40 5550101". Where both
 * are known with their country, that decides.
 */
export function isSamePhone(one: Phone, other: Phone): boolean {
	if (one.e164 !== null && other.e164 !== null) return one.e164 === other.e164;
	const [short, long] = [digitsOf(one), digitsOf(other)].sort((a, b) => a.length - b.length);
	if (!short || !long) return false;
	return short === long || (short.length >= TELLING_DIGITS && long.endsWith(short));
}

/** What is left without the signs that only say how to dial. */
const digitsOf = ({ raw, e164 }: Phone) => (e164 ?? raw).replace(/\D/g, '').replace(/^0+/, '');

/** As the database compares the ends of numbers. */
export const tailOf = ({ raw }: Phone): string => raw.replace(/[^0-9]/g, '').slice(-8);
