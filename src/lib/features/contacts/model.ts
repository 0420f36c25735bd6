export interface NameParts {
	readonly firstName: string;
	readonly middleName: string | null;
	readonly lastName: string | null;
}

/** Written before a name without being part of it; longer forms first, so that "Ph.D." is not read as "Ph". */
const HONORIFICS = [
	'ph\\.d',
	'phd',
	'dipl\\.-ing',
	'prof',
	'professor',
	'doctor',
	'miss',
	'mrs',
	'mr',
	'ms',
	'mx',
	'md',
	'dr',
	'eng',
	'ing',
	'sir',
	'dame',
	'lady',
	'lord',
	'rev',
	'hon',
	'capt',
	'col',
	'herr',
	'frau',
	'mme',
	'mlle',
	'sr',
	'sra'
].join('|');

// With a dot the name may follow at once ("mr.Pablo"), without one a space must stand between.
const LEADING_HONORIFIC = new RegExp(`^(${HONORIFICS})(?:(\\.)\\s*|\\s+|$)`, 'i');

/**
 * Reads a name that came in one piece or spread over fields: the first word, the last word, and
 * everything between as middle name; honorifics stay in front of the first name. Null when no word
 * is left that could be a name.
 */
export function parseName(...pieces: readonly (string | null | undefined)[]): NameParts | null {
	const { honorifics, rest } = splitHonorifics(pieces.join(' ').replace(/\s+/gu, ' ').trim());
	const words = rest.split(' ').filter((word) => word !== '');
	const [first, ...others] = words;
	if (first === undefined) return null;
	const last = others.pop();
	return {
		firstName: [...honorifics, first].join(' '),
		middleName: others.length > 0 ? others.join(' ') : null,
		lastName: last ?? null
	};
}

/** What a contact still lacks; both may stay empty, and the page says so quietly. */
export function missingFacts(contact: {
	readonly companyId: string | null;
	readonly email: string | null;
}): readonly ('company' | 'email')[] {
	return [
		...(contact.companyId === null ? (['company'] as const) : []),
		...(contact.email === null ? (['email'] as const) : [])
	];
}

function splitHonorifics(name: string): { honorifics: string[]; rest: string } {
	const honorifics: string[] = [];
	let rest = name;
	for (;;) {
		const match = LEADING_HONORIFIC.exec(rest);
		if (!match) return { honorifics, rest };
		const [whole, word = '', dot = ''] = match;
		honorifics.push(word.charAt(0).toUpperCase() + word.slice(1) + dot);
		rest = rest.slice(whole.length);
	}
}
