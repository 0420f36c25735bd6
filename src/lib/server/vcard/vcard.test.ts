import { describe, expect, test } from 'vitest';
import { readCards, type ReadCard } from './read.ts';
import { vcard, type Card } from './write.ts';

async function cardsIn(...pieces: readonly string[]): Promise<ReadCard[]> {
	async function* file() {
		yield* pieces;
	}
	const cards: ReadCard[] = [];
	for await (const card of readCards(file())) cards.push(card);
	return cards;
}

const jo: Card = {
	id: '0190a6c0-0000-7000-8000-000000000001',
	firstName: 'Jürgen; "Jo"',
	middleName: 'von, der',
	lastName: 'Heide\\Wald',
	title: '渋谷'.repeat(40),
	company: 'Nord, Licht; GmbH',
	emails: [{ address: 'jo@heide.example', label: 'private' }],
	phones: [
		{ raw: '+49 (0)171 / 123, 45', label: 'mobile' },
		{ raw: '040 1', label: 'work' }
	],
	tags: ['VIP', 'a, b'],
	notes: 'Line 1\nLine 2: 🚚 \\n is no line',
	updatedAt: new Date('2026-11-25T10:11:12.500Z')
};

describe('a card', () => {
	test('is read back as it was written, whatever signs are in it', async () => {
		const [back] = await cardsIn(vcard(jo));
		expect(back).toEqual({
			fullName: 'Jürgen; "Jo" von, der Heide\\Wald',
			firstName: jo.firstName,
			middleName: jo.middleName,
			lastName: jo.lastName,
			title: jo.title,
			company: jo.company,
			emails: 'jo@heide.example\n',
			phones: '+49 (0)171 / 123, 45\n040 1\n',
			website: '',
			address: '',
			city: '',
			country: '',
			tags: 'VIP\na, b\n',
			notes: jo.notes
		});
	});

	test('has no line of more than 75 bytes and no torn character [RFC 6350 §3.2]', () => {
		const lines = vcard(jo).split('\r\n');
		for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
		expect(lines.slice(0, 3)).toEqual(['BEGIN:VCARD', 'VERSION:4.0', `UID:urn:uuid:${jo.id}`]);
		expect(vcard(jo)).not.toContain('\uFFFD');
		expect(lines).toContain('REV:20261125T101112Z');
	});

	test('of version 3.0, as phones write it, is read with its groups and types', async () => {
		const [card] = await cardsIn(
			'BEGIN:VCARD\nVERSION:3.0\nN:Doe;Jane;Q.;Dr.;\nFN:Dr. Jane Q. Doe\nORG:Acme\\, Inc.;Sales;\n',
			'item1.EMAIL;type=INTERNET;type=pref:jane@acme.example\nitem1.X-ABLabel:_$!<Other>!$_\n',
			'TEL;type=CELL;type=VOICE:+1 555 0100\nTEL;TYPE="work,voice";VALUE=uri:tel:+1-555-0101\nADR;type=WORK:;;1 Road\\nFloor 2;Boston;MA;02101;USA\n',
			'URL:https://acme.example\nURL:https://jane.example\nBDAY:1980-02-29\nCATEGORIES:A,B\nPHOTO;ENCODING=b:AAAA\n BBBB\nEND:VCARD\n'
		);
		expect(card).toMatchObject({
			...{ firstName: 'Jane', middleName: 'Q.', lastName: 'Doe', company: 'Acme, Inc.' },
			emails: 'jane@acme.example\n',
			phones: '+1 555 0100\n+1-555-0101\n',
			...{ website: 'https://acme.example', city: 'Boston', country: 'USA' },
			address: '1 Road\nFloor 2\n02101 MA',
			tags: 'A\nB\n',
			notes: 'Website: https://jane.example\nBirthday: 1980-02-29'
		});
	});

	test('of version 2.1 is read with its quoted-printable names', async () => {
		const [card] = await cardsIn(
			'BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg=\r\n Ma\r\nTEL;CELL:0171\r\nEND:VCARD\r\n'
		);
		expect(card).toMatchObject({ lastName: 'Müller', phones: '0171\n' });
	});

	test('is one of many, cut anywhere, and a broken one does not spoil the next', async () => {
		const file = `${vcard(jo)}BEGIN:VCARD\nrubbish\nFN:No end\n${vcard({ ...jo, firstName: 'Second' })}`;
		const cut = Array.from({ length: Math.ceil(file.length / 7) }, (_, n) =>
			file.slice(n * 7, n * 7 + 7)
		);
		expect((await cardsIn(...cut)).map(({ firstName }) => firstName)).toEqual([
			'Jürgen; "Jo"',
			'Second'
		]);
	});
});
