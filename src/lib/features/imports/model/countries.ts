import { COUNTRIES } from '#lib/records/countries.ts';
import { foldHeader } from './synonyms.ts';

/** Names that files use and Intl does not give. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
	AE: ['UAE'],
	AT: ['AUT'],
	BE: ['BEL'],
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
	MK: ['Macedonia', 'Mazedonien'],
	NL: ['NLD', 'Holland', 'The Netherlands'],
	NO: ['NOR'],
	PL: ['POL'],
	PT: ['PRT'],
	RU: ['RUS', 'Russian Federation', 'Russische Foederation'],
	SE: ['SWE'],
	TR: ['TUR', 'Turkey'],
	US: ['USA', 'United States of America', 'Vereinigte Staaten von Amerika', 'America', 'Amerika'],
	VN: ['Viet Nam']
};

const byName = new Map<string, string>();
const languages = ['en', 'de'].map(
	(language) => new Intl.DisplayNames(language, { type: 'region' })
);
for (const code of COUNTRIES) {
	const names = languages.map((language) => language.of(code) ?? code);
	for (const name of [code, ...names, ...(OTHER_NAMES[code] ?? [])]) {
		byName.set(foldHeader(name), code);
	}
}

/** A country's code by its code or its English or German name; case, accents and signs do not matter. */
export const findCountry = (text: string): string | null => byName.get(foldHeader(text)) ?? null;
