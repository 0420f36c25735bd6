import * as Y from 'yjs';
import { liveFields, SCALARS } from '#lib/records/document.ts';
import type { Field, RecordKind } from '#lib/records/kind.ts';
import type { Edit, EmailEntry, FieldValue, PhoneEntry } from '#lib/records/values.ts';
import { POISON } from './memory-engine.ts';
import type { Random } from './random.ts';
import { NOBODY, STAGES, TAGS, type Subject } from './world.ts';

/** An edit of a person at a screen, good or bad, as it reaches his document. */
export function randomEdit(random: Random, subject: Subject): (doc: Y.Doc) => void {
	const { kind } = subject.serverKind;
	const fields = liveFields(kind);
	const [name, field] = fields[random.below(fields.length)] ?? [];
	if (!name || !field) throw new Error('a kind has live fields');
	switch (field.shape) {
		case 'scalar':
			return scalarEdit(random, subject, name, field);
		case 'set':
			return memberEdit(random, subject, name);
		case 'list':
			return entryEdit(random, name, field.type);
		case 'richText':
			return (doc) => writeText(random, doc.getXmlFragment(name));
	}
}

function scalarEdit(random: Random, subject: Subject, name: string, field: Field) {
	if (random.chance(0.06)) return (doc: Y.Doc) => doc.getMap(SCALARS).delete(name);
	const value = random.chance(0.25) ? badValue(random) : goodValue(random, subject, name, field);
	return (doc: Y.Doc) => void doc.getMap(SCALARS).set(name, value);
}

function memberEdit(random: Random, subject: Subject, name: string) {
	const id = random.chance(0.15)
		? random.pick([NOBODY, TAGS.foreign])
		: referenceTo(random, subject, name);
	const removes = random.chance(0.4);
	return (doc: Y.Doc) => {
		const map = doc.getMap(name);
		if (removes) map.delete(id);
		else map.set(id, 1);
	};
}

function entryEdit(random: Random, name: string, type: 'emails' | 'phones') {
	const id = random.pick(['a', 'b', 'c', 'd']);
	const removes = random.chance(0.3);
	const entry = entryOf(random, type);
	return (doc: Y.Doc) => {
		const map = doc.getMap(name);
		if (removes) map.delete(id);
		else map.set(id, entry);
	};
}

function entryOf(random: Random, type: 'emails' | 'phones'): EmailEntry | PhoneEntry {
	const position = random.below(3);
	if (type === 'emails') {
		const address = random.pick(['ann@nordlicht.example', 'INFO@nordlicht.example', 'nobody', '']);
		return { address, label: 'work', position };
	}
	const raw = random.pick(['+49 40 123456', '040 / 999 88 77', 'x', '\0']);
	return { raw, e164: null, label: 'mobile', position };
}

/** Values that nobody may have: of the wrong type, too long, out of range, or with a NUL. */
function badValue(random: Random): unknown {
	return random.pick([
		'x'.repeat(300),
		'a\0b',
		42,
		null,
		'',
		{ minor: `1${'0'.repeat(30)}`, currency: 'EUR' },
		{ minor: '5', currency: 'XXQ' },
		{ country: null, city: 'Hamburg' },
		NOBODY,
		STAGES.foreign,
		STAGES.won,
		'2026-02-30',
		'2020-01-01',
		true,
		['a']
	]);
}

function goodValue(random: Random, subject: Subject, name: string, field: Field): FieldValue {
	const n = random.below(1000);
	switch (field.type) {
		case 'flag':
			return random.chance(0.5);
		case 'day':
			return `2027-0${1 + (n % 9)}-1${n % 10}`;
		case 'money':
			return random.chance(0.2)
				? null
				: { minor: String(n), currency: random.pick(['EUR', 'SEK']) };
		case 'place':
			return { country: random.pick(['DE', 'SE']), city: random.chance(0.5) ? `City ${n}` : null };
		case 'reference':
			return referenceTo(random, subject, name);
		case 'website':
			return random.pick([`example${n}.com`, `http://www.example${n}.de/a`]);
		default:
			return random.chance(0.03)
				? POISON
				: random.pick([`Name ${n}`, ` spaced ${n} `, `Größe ${n}`]);
	}
}

function referenceTo(random: Random, { referable }: Subject, name: string): string {
	const ids = referable[name] ?? [];
	return ids[random.below(ids.length)] ?? NOBODY;
}

/** Writes, deletes and formats in a text, and now and then plants what no editor of ours would. */
function writeText(random: Random, text: Y.XmlFragment): void {
	const blocks = text.toArray().filter((block) => block instanceof Y.XmlElement);
	const block = blocks[random.below(blocks.length)];
	const what = random.weighted({
		block: block ? 2 : 10,
		words: 6,
		cut: 2,
		mark: 2,
		bad: 1,
		drop: 1
	});
	if (what === 'block' || !block) {
		const fresh = new Y.XmlElement(random.pick(['paragraph', 'heading', 'codeBlock']));
		if (fresh.nodeName === 'heading') fresh.setAttribute('level', 2 as unknown as string); // as editors do
		fresh.insert(0, [new Y.XmlText(`block ${random.below(100)} `)]);
		text.insert(random.below(text.length + 1), [fresh]);
	} else if (what === 'bad') {
		plant(random, text, block);
	} else if (what === 'drop') {
		text.delete(random.below(text.length), 1);
	} else {
		const run = block.toArray().find((child) => child instanceof Y.XmlText);
		if (run) writeRun(random, run, what, block.nodeName === 'codeBlock');
	}
}

function writeRun(
	random: Random,
	run: Y.XmlText,
	what: 'words' | 'cut' | 'mark',
	isCode: boolean
): void {
	const at = random.below(run.length + 1);
	const length = Math.min(random.below(5), run.length - at);
	if (what === 'words') run.insert(at, `w${random.below(100)} `);
	else if (what === 'cut' && length > 0) run.delete(at, length);
	else if (what === 'mark' && length > 0 && !isCode) {
		run.format(
			at,
			length,
			random.pick<object>([{ bold: {} }, { link: { href: 'https://example.com' } }, { bold: null }])
		);
	}
}

function plant(random: Random, text: Y.XmlFragment, block: Y.XmlElement): void {
	const run = block.toArray().find((child) => child instanceof Y.XmlText);
	switch (random.pick(['script', 'attribute', 'link', 'nul'])) {
		case 'script':
			text.insert(0, [new Y.XmlElement('script')]);
			break;
		case 'attribute':
			block.setAttribute('onclick', 'alert(1)');
			break;
		case 'link':
			if (run?.length) run.format(0, run.length, { link: { href: 'javascript:alert(1)' } });
			break;
		case 'nul':
			run?.insert(0, 'a\0b');
	}
}

/** What a form or a job would ask for. */
export function randomForm(random: Random, subject: Subject): readonly Edit[] {
	const { kind } = subject.serverKind;
	return Array.from({ length: 1 + random.below(2) }, () => formEdit(random, subject, kind));
}

function formEdit(random: Random, subject: Subject, kind: RecordKind): Edit {
	const fields = liveFields(kind).filter(([, { shape }]) => shape === 'scalar' || shape === 'set');
	const [field, rule] = fields[random.below(fields.length)] ?? [];
	if (!field || !rule) throw new Error('a kind has scalars');
	if (rule.shape === 'set') {
		const id = referenceTo(random, subject, field);
		return random.chance(0.5) ? { field, add: [id] } : { field, remove: [id] };
	}
	const good = goodValue(random, subject, field, rule);
	return { field, set: good === POISON ? 'Harmless' : good };
}
