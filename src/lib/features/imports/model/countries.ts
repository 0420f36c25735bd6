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

/** Finds a country's code by code or by its English or German name; case, accents and signs do not matter. */
export function countryFinder(codes: Iterable<string>): (text: string) => string | null {
	const byName = new Map<string, string>();
	const names = ['en', 'de'].map((language) => new Intl.DisplayNames(language, { type: 'region' }));
	for (const code of codes) {
		byName.set(code.toLowerCase(), code);
		const all = [...names.map((name) => name.of(code) ?? code), ...(OTHER_NAMES[code] ?? [])];
		for (const name of all) byName.set(foldHeader(name), code);
	}
	return (text) => byName.get(foldHeader(text)) ?? null;
}
