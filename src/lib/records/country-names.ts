import { COUNTRIES } from './countries.ts';

/** Names that people and files use and Intl does not give, old ones among them. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
	AE: ['UAE'],
	AT: ['AUT'],
	BE: ['BEL'],
	CD: ['Zaire'],
	CH: ['CHE', 'Swiss'],
	CN: ['CHN', 'PRC', 'Volksrepublik China'],
	CZ: ['CZE', 'Czech Republic', 'Tschechische Republik'],
	DE: ['DEU', 'GER', 'BRD', 'Federal Republic of Germany', 'Bundesrepublik Deutschland'],
	DK: ['DNK'],
	ES: ['ESP'],
	FI: ['FIN'],
	FR: ['FRA'],
	GB: ['GBR', 'UK', 'Great Britain', 'Grossbritannien', 'England', 'Scotland', 'Wales'],
	IE: ['IRL', 'Republic of Ireland'],
	IT: ['ITA'],
	JP: ['JPN'],
	KR: ['KOR', 'Korea'],
	LK: ['Ceylon'],
	MM: ['Burma', 'Birma'],
	MK: ['Macedonia', 'Mazedonien'],
	NL: ['NLD', 'Holland', 'The Netherlands'],
	NO: ['NOR'],
	PL: ['POL'],
	PT: ['PRT'],
	RU: ['RUS', 'Russian Federation', 'Russische Foederation'],
	SE: ['SWE'],
	SZ: ['Swaziland', 'Swasiland'],
	TR: ['TUR', 'Turkey'],
	US: ['USA', 'United States of America', 'Vereinigte Staaten von Amerika', 'America', 'Amerika'],
	VN: ['Viet Nam']
};

/** A name without case, accents, blanks and signs. */
const folded = (text: string) =>
	text
		.toLowerCase()
		.replaceAll('ß', 'ss')
		.replaceAll('ä', 'ae')
		.replaceAll('ö', 'oe')
		.replaceAll('ü', 'ue')
		.normalize('NFD')
		.replace(/[^a-z0-9]/g, '');

const byName = new Map<string, string>();
const languages = ['en', 'de'].map(
	(language) => new Intl.DisplayNames(language, { type: 'region' })
);
for (const code of COUNTRIES) {
	const names = languages.map((language) => language.of(code) ?? code);
	for (const name of [code, ...names, ...(OTHER_NAMES[code] ?? [])]) {
		byName.set(folded(name), code);
	}
}

/** A country's code by its code or its English or German name; case, accents and signs do not matter. */
export const findCountry = (text: string): string | null => byName.get(folded(text)) ?? null;
