/** What a card says, as columns of a table; several values of one kind are lines. */
export interface ReadCard {
	readonly fullName: string;
	readonly firstName: string;
	readonly middleName: string;
	readonly lastName: string;
	readonly title: string;
	readonly company: string;
	readonly emails: string;
	readonly phones: string;
	readonly website: string;
	readonly address: string;
	readonly city: string;
	readonly country: string;
	readonly tags: string;
	readonly notes: string;
}

interface Property {
	readonly name: string;
	readonly value: string;
}

/** A card that goes on for longer is not read to its end: it holds a picture, or is none. */
const MOST_CHARACTERS = 1_000_000;

/**
 * The cards of a file, one after the other: vCard 4.0 (RFC 6350), 3.0 (RFC 2426) and what is common of 2.1. What
 * a card has beyond the columns is added to its notes, so that nothing of it is lost; pictures and keys are left out.
 */
export async function* readCards(pieces: AsyncIterable<string>): AsyncGenerator<ReadCard> {
	let lines: string[] | null = null;
	let size = 0;
	for await (const line of unfolded(pieces)) {
		const word = line.trim().toUpperCase();
		if (word === 'BEGIN:VCARD') [lines, size] = [[], 0];
		else if (word === 'END:VCARD') {
			if (lines) yield cardOf(lines);
			lines = null;
		} else if (lines && (size += line.length) < MOST_CHARACTERS) lines.push(line);
	}
	// Without an end it is still a card.
	if (lines && lines.length > 0) yield cardOf(lines);
}

/** Lines as they were before they were folded (RFC 6350 §3.2), and the soft ends of quoted-printable (2.1). */
async function* unfolded(pieces: AsyncIterable<string>): AsyncGenerator<string> {
	let held: string | null = null;
	for await (const line of linesOf(pieces)) {
		if (held !== null && /^[ \t]/.test(line)) held += line.slice(1);
		else if (held !== null && isSoftEnd(held)) held = held.slice(0, -1) + line;
		else {
			if (held !== null) yield held;
			held = line;
		}
		if (held.length > MOST_CHARACTERS) held = held.slice(0, MOST_CHARACTERS);
	}
	if (held !== null) yield held;
}

const isSoftEnd = (line: string) =>
	line.endsWith('=') && /;(ENCODING=)?QUOTED-PRINTABLE[;:]/i.test(line);

async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
	let rest = '';
	for await (const piece of pieces) {
		const lines = (rest + piece).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) yield line.replace(/\r$/, '');
	}
	if (rest !== '') yield rest.replace(/\r$/, '');
}

function cardOf(lines: readonly string[]): ReadCard {
	const properties = lines.flatMap((line) => propertyOf(line) ?? []);
	const all = (name: string) => properties.filter((property) => property.name === name);
	const texts = (name: string) =>
		all(name)
			.map(({ value }) => unescaped(value))
			.filter(Boolean);
	const first = (name: string) => texts(name)[0] ?? '';
	const [lastName = '', firstName = '', middleName = ''] = componentsOf(all('N')[0]?.value ?? '');
	// Post box and flat, street, city, region, code, country.
	const [box = '', flat = '', street = '', city = '', region = '', code = '', country = ''] =
		componentsOf(all('ADR')[0]?.value ?? '');
	return {
		...{ fullName: first('FN'), firstName, middleName, lastName },
		title: first('TITLE') || first('ROLE'),
		company: componentsOf(all('ORG')[0]?.value ?? '')[0] ?? '',
		emails: linesFor(texts('EMAIL').map((text) => text.replace(/^mailto:/i, ''))),
		phones: linesFor(texts('TEL').map((text) => text.replace(/^tel:/i, ''))),
		website: first('URL'),
		address: [street, flat, box, [code, region].filter(Boolean).join(' ')]
			.filter(Boolean)
			.join('\n'),
		...{ city, country },
		tags: linesFor(
			all('CATEGORIES')
				.flatMap(({ value }) => split(value, ',').map(unescaped))
				.filter(Boolean)
		),
		notes: [...texts('NOTE'), ...othersOf(properties)].join('\n')
	};
}

/** Each a line with an end, so that no sign within one parts it. */
const linesFor = (texts: readonly string[]) =>
	texts.map((text) => `${text.replaceAll('\n', ' ')}\n`).join('');

const OTHERS: Readonly<Record<string, string>> = {
	BDAY: 'Birthday',
	ANNIVERSARY: 'Anniversary',
	NICKNAME: 'Nickname',
	IMPP: 'Messenger',
	ADR: 'Address',
	URL: 'Website',
	ORG: 'Company',
	TITLE: 'Position',
	LANG: 'Language'
};

/** What has no column: second addresses and the like, each with its name. */
function othersOf(properties: readonly Property[]): readonly string[] {
	const seen = new Set<string>();
	return properties.flatMap(({ name, value }) => {
		const label = OTHERS[name];
		if (label === undefined) return [];
		const isFirst = !seen.has(name);
		seen.add(name);
		if (isFirst && FIRST_HAS_COLUMN.has(name)) return [];
		const text = componentsOf(value).filter(Boolean).join(', ');
		return text === '' ? [] : [`${label}: ${text}`];
	});
}

const FIRST_HAS_COLUMN = new Set(['ADR', 'URL', 'ORG', 'TITLE']);

/** "item1.TEL;TYPE=work:+49" by its parts; null for what is no property. */
function propertyOf(line: string): Property | null {
	const colon = valueStart(line);
	if (colon < 0) return null;
	const [head = '', ...params] = split(line.slice(0, colon), ';', true);
	const named = new Map<string, string>();
	for (const param of params) {
		const [key = '', value] = split(param, '=');
		// 2.1 writes values without their names.
		if (value === undefined)
			named.set(key.toUpperCase() === 'QUOTED-PRINTABLE' ? 'ENCODING' : 'TYPE', key);
		else named.set(key.toUpperCase(), value.replaceAll('"', ''));
	}
	const name = head.slice(head.lastIndexOf('.') + 1).toUpperCase();
	const value = line.slice(colon + 1);
	const isQuoted = named.get('ENCODING')?.toUpperCase() === 'QUOTED-PRINTABLE';
	return { name, value: isQuoted ? unquoted(value, named.get('CHARSET')) : value };
}

/** The first colon outside quotes. */
function valueStart(line: string): number {
	let isQuoted = false;
	for (let at = 0; at < line.length; at++) {
		if (line[at] === '"') isQuoted = !isQuoted;
		else if (line[at] === ':' && !isQuoted) return at;
	}
	return -1;
}

function unquoted(text: string, charset = 'utf-8'): string {
	const bytes = Buffer.from(
		text.replace(/=([0-9A-Fa-f]{2})/g, (_all, code: string) =>
			String.fromCharCode(Number.parseInt(code, 16))
		),
		'latin1'
	);
	try {
		return new TextDecoder(charset).decode(bytes);
	} catch {
		// A charset that nobody knows.
		return bytes.toString('utf8');
	}
}

const componentsOf = (value: string) =>
	split(value, ';').map((part) => split(part, ',').map(unescaped).filter(Boolean).join(' ').trim());

/** Parts between signs that are not escaped, nor in quotes where those count: in parameters. */
function split(text: string, sign: string, quotes = false): string[] {
	const parts: string[] = [];
	let from = 0;
	let isQuoted = false;
	for (let at = 0; at < text.length; at++) {
		if (text[at] === '\\') at++;
		else if (quotes && text[at] === '"') isQuoted = !isQuoted;
		else if (text[at] === sign && !isQuoted) {
			parts.push(text.slice(from, at));
			from = at + 1;
		}
	}
	return [...parts, text.slice(from)];
}

const unescaped = (text: string) =>
	text
		.replace(/\\([\\,;:nN])/g, (_all, sign: string) => (sign.toLowerCase() === 'n' ? '\n' : sign))
		.trim();
