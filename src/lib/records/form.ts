import { newId } from '#lib/shared/ids.ts';
import { parseAmount } from '#lib/shared/money.ts';
import { isSame } from '#lib/shared/same.ts';
import type { Field, RecordKind } from './kind.ts';
import { richTextOf } from './rich-text.ts';
import type { Edit, EmailEntry, FieldValue, PhoneEntry, RecordValues } from './values.ts';

// How the fields of a record stand in one plain HTML form, so that a page saves without JavaScript:
//   scalars      <field>                      money and place: <field>.amount/.currency, .country/.city
//   sets         <field> once per chosen id
//   lists        <field>.<entryId>.value and .label; the row "new" is one more entry
//   texts        <field>.more, which comes under what is there
// Beside each, <field>.base holds the rendered value as JSON: only what the person changed is written.

/** Name of the hidden input with the value that the page showed. */
export const baseName = (field: string) => `${field}.base`;

/** Name of one part of a field that has several inputs. */
export const partName = (field: string, ...parts: readonly string[]) => [field, ...parts].join('.');

/** The edits that a posted record form asks for: fields whose input differs from what was shown. */
export function readEdits(kind: RecordKind, form: FormData): Edit[] {
	return Object.entries(kind.fields).flatMap(([name, field]) => {
		if (!field.live) return [];
		if (field.shape === 'richText') return readMore(name, form) ?? [];
		const base = readBase(form, name);
		return base === undefined ? [] : (readEdit(field, name, base, form) ?? []);
	});
}

/** Everything that was typed or chosen in a posted form, by input, to show it again. */
export function typedIn(form: FormData): Readonly<Record<string, string | readonly string[]>> {
	const names = [...new Set(form.keys())].filter((name) => !name.endsWith('.base'));
	return Object.fromEntries(
		names.map((name) => {
			const texts = form.getAll(name).filter((text) => typeof text === 'string');
			return [name, texts.length > 1 ? texts : (texts[0] ?? '')];
		})
	);
}

/** All values of a posted form for a new record; what is not in the form is absent. */
export function readValues(kind: RecordKind, form: FormData): RecordValues {
	const values: Record<string, FieldValue> = {};
	for (const [name, field] of Object.entries(kind.fields)) {
		if (field.shape === 'set') {
			if (form.has(name)) values[name] = stringsOf(form, name);
		} else if (field.shape === 'list') {
			const entries = readEntries(field.type, name, form);
			if (Object.keys(entries).length > 0) values[name] = entries;
		} else if (field.shape === 'scalar') {
			const value = readScalar(field.type, name, form);
			if (value !== null) values[name] = value;
		}
	}
	return values;
}

/** Name of the input for what is to come under a formatted text. */
export const moreName = (field: string) => partName(field, 'more');

/** What others wrote meanwhile stays above it, so there is nothing to compare. */
function readMore(name: string, form: FormData): Edit | null {
	const more = textOf(form, moreName(name));
	return more === null ? null : { field: name, append: richTextOf(more) };
}

function readEdit(
	field: Exclude<Field, { shape: 'richText' }>,
	name: string,
	base: FieldValue,
	form: FormData
): Edit | null {
	switch (field.shape) {
		case 'scalar': {
			const value = readScalar(field.type, name, form);
			return isSame(value, base) ? null : { field: name, set: value, base };
		}
		case 'set': {
			const [before, after] = [strings(base), stringsOf(form, name)];
			const add = after.filter((id) => !before.includes(id));
			const remove = before.filter((id) => !after.includes(id));
			return add.length + remove.length === 0 ? null : { field: name, add, remove };
		}
		case 'list':
			return readListEdit(field.type, name, base, form);
	}
}

function readScalar(type: string, name: string, form: FormData): FieldValue {
	if (type === 'flag') return form.get(name) === 'true';
	if (type === 'money') {
		const [typed, currency] = [textOf(form, `${name}.amount`), textOf(form, `${name}.currency`)];
		if (typed === null) return null;
		// What cannot be read as an amount goes on as it is, so that the field's own parser refuses it.
		return { minor: parseAmount(typed, currency ?? '') ?? typed, currency: currency ?? '' };
	}
	if (type === 'place') {
		const [country, city] = [textOf(form, `${name}.country`), textOf(form, `${name}.city`)];
		return country === null && city === null ? null : { country, city };
	}
	return textOf(form, name);
}

type Entries = Record<string, EmailEntry | PhoneEntry>;

function readListEdit(
	type: 'emails' | 'phones',
	name: string,
	base: FieldValue,
	form: FormData
): Edit | null {
	// Of this shape: the page that wrote the hidden input rendered a list.
	const before = (base ?? {}) as Entries;
	const after = readEntries(type, name, form, before);
	const remove = Object.keys(before).filter((id) => !(id in after));
	const put = Object.fromEntries(
		Object.entries(after).filter(([id, entry]) => !isSame(entry, before[id] ?? null))
	);
	if (remove.length === 0 && Object.keys(put).length === 0) return null;
	return { field: name, put, remove, base: before };
}

function readEntries(
	type: 'emails' | 'phones',
	name: string,
	form: FormData,
	before: Entries = {}
): Entries {
	const entries: Entries = {};
	let next = Math.max(-1, ...Object.values(before).map(({ position }) => position)) + 1;
	for (const key of form.keys()) {
		const id = entryIdOf(key, name);
		const value = id === null ? null : textOf(form, key);
		if (id === null || value === null) continue;
		const old = before[id];
		entries[id in before ? id : newId()] = entryOf(type, {
			value,
			label: textOf(form, `${name}.${id}.label`) ?? 'work',
			position: old ? old.position : next++,
			old
		});
	}
	return entries;
}

/** An entry as its parts stand in a form; the field's parser checks address, number and label. */
export function entryOf(
	type: 'emails' | 'phones',
	{
		value,
		label,
		position,
		old
	}: { value: string; label: string; position: number; old?: EmailEntry | PhoneEntry | undefined }
): EmailEntry | PhoneEntry {
	if (type === 'emails') {
		// The parser refuses a label that is none of these.
		return { address: value, label: label as EmailEntry['label'], position };
	}
	const unchanged = old && 'raw' in old && old.raw === value;
	return {
		raw: value,
		e164: unchanged ? old.e164 : null,
		label: label as PhoneEntry['label'],
		position
	};
}

function entryIdOf(key: string, name: string): string | null {
	if (!key.startsWith(`${name}.`) || !key.endsWith('.value')) return null;
	return key.slice(name.length + 1, -'.value'.length);
}

function readBase(form: FormData, name: string): FieldValue | undefined {
	const text = form.get(baseName(name));
	if (typeof text !== 'string') return undefined;
	try {
		// Only compared with and handed back as what the page showed; the engine checks it against the row.
		return JSON.parse(text) as FieldValue;
	} catch {
		return undefined;
	}
}

function textOf(form: FormData, name: string): string | null {
	const value = form.get(name);
	if (typeof value !== 'string') return null;
	return value.replaceAll('\r\n', '\n').trim() || null;
}

const stringsOf = (form: FormData, name: string) =>
	form.getAll(name).filter((id): id is string => typeof id === 'string' && id !== '');

const strings = (value: FieldValue): readonly string[] => (Array.isArray(value) ? value : []);
