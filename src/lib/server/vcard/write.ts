import type { EmailEntry, PhoneEntry } from '#lib/records/values.ts';

/** A person as an address book knows him. */
export interface Card {
	readonly id: string;
	readonly firstName: string;
	readonly middleName: string;
	readonly lastName: string;
	readonly title: string;
	readonly company: string;
	readonly emails: readonly Pick<EmailEntry, 'address' | 'label'>[];
	readonly phones: readonly Pick<PhoneEntry, 'raw' | 'label'>[];
	readonly tags: readonly string[];
	readonly notes: string;
	readonly updatedAt: Date;
}

/** One card of RFC 6350 (vCard 4.0), line ends included. */
export function vcard(card: Card): string {
	const { firstName, middleName, lastName } = card;
	const name = [lastName, firstName, middleName, '', ''].map(escaped).join(';');
	const fullName = [firstName, middleName, lastName].filter((part) => part !== '').join(' ');
	const lines = [
		'BEGIN:VCARD',
		'VERSION:4.0',
		`UID:urn:uuid:${card.id}`,
		`FN:${escaped(fullName)}`,
		`N:${name}`,
		...filled('ORG', card.company),
		...filled('TITLE', card.title),
		...card.emails.map(({ address, label }) => `EMAIL;TYPE=${PLACES[label]}:${escaped(address)}`),
		...card.phones.map(({ raw, label }) => `TEL;TYPE=${LINES[label]}:${escaped(raw)}`),
		...(card.tags.length > 0 ? [`CATEGORIES:${card.tags.map(escaped).join(',')}`] : []),
		...filled('NOTE', card.notes),
		`REV:${card.updatedAt.toISOString().replace(/[-:]|\.\d+/g, '')}`,
		'END:VCARD'
	];
	return lines.map((line) => `${folded(line)}\r\n`).join('');
}

const PLACES: Readonly<Record<EmailEntry['label'], string>> = {
	work: 'work',
	private: 'home',
	other: 'other'
};
const LINES: Readonly<Record<PhoneEntry['label'], string>> = {
	work: '"work,voice"',
	mobile: 'cell',
	private: '"home,voice"',
	other: 'voice'
};

const filled = (property: string, text: string) =>
	text === '' ? [] : [`${property}:${escaped(text)}`];

const escaped = (text: string) =>
	text.replace(/[\\,;]/g, (sign) => `\\${sign}`).replace(/\r\n?|\n/g, '\\n');

const MOST_BYTES = 75;

/** A line of no more than 75 bytes goes on in the next one, behind a blank; no character is torn apart. */
function folded(line: string): string {
	if (Buffer.byteLength(line) <= MOST_BYTES) return line;
	let text = '';
	let left = MOST_BYTES;
	for (const sign of line) {
		const bytes = Buffer.byteLength(sign);
		if (bytes > left) {
			text += '\r\n ';
			left = MOST_BYTES - 1;
		}
		text += sign;
		left -= bytes;
	}
	return text;
}
