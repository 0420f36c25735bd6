import { entriesOf, idsOf } from '#lib/records/document.ts';
import type { Field } from '#lib/records/kind.ts';
import { plainTextOf } from '#lib/records/rich-text.ts';
import type { FieldValue, Money, Place, RichText } from '#lib/records/values.ts';
import type { Json } from '#lib/shared/json.ts';
import { m } from '#lib/messages/messages.js';
import type { Format } from '#lib/ui/format.ts';

interface Words {
	/** Names of what values refer to, by id. */
	readonly names: Readonly<Record<string, string>>;
	readonly format: Format;
}

/**
 * A value of a field as one reads it, whole and without quotes; '' when it is empty. What the field would
 * refuse is shown as it came.
 */
export function valueInWords(value: Json, field: Field | undefined, words: Words): string {
	const parsed = field?.parse(value);
	if (!field || !parsed?.ok) return asTyped(value);
	const stored: FieldValue = parsed.value;
	if (stored === null) return '';
	switch (field.shape) {
		case 'set':
			return idsOf(stored)
				.map((id) => words.names[id] ?? '…')
				.join(', ');
		case 'list':
			return Object.values(entriesOf(stored))
				.map((entry) => ('address' in entry ? entry.address : entry.raw))
				.join(', ');
		case 'richText':
			return plainTextOf(stored as RichText) ?? ''; // of this field's type
		case 'scalar':
			return scalarInWords(stored, field.type, words);
	}
}

function scalarInWords(value: FieldValue, type: Field['type'], { names, format }: Words): string {
	if (type === 'flag') return value === true ? m.records_yes() : m.records_no();
	// The parser has made the value: of the type's own form.
	if (type === 'money') return format.moneyShort(value as Money);
	if (type === 'place') {
		const { city, country } = value as Place;
		return [city, country === null ? null : format.country(country)].filter(Boolean).join(', ');
	}
	if (typeof value !== 'string') return '';
	if (type === 'reference') return names[value] ?? '…';
	if (type === 'choice') return names[value] ?? value;
	return type === 'day' ? format.day(value) : value;
}

/** Every text that is anywhere in it, in order. */
function asTyped(value: Json): string {
	if (typeof value === 'string') return value;
	if (value === null || typeof value === 'boolean') return '';
	if (typeof value === 'number') return String(value);
	return Object.values(value as Readonly<Record<string, Json>>)
		.map(asTyped)
		.filter((text) => text !== '')
		.join(' ');
}
