import type { Field, Fields, ListField, ScalarField } from '#lib/records/kind.ts';
import type { Json } from '#lib/shared/json.ts';

export type Schema = { readonly [key: string]: Json };

export const refTo = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

const ID: Schema = { type: 'string', format: 'uuid' };
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });

/** What a field holds, as answers give it. */
export function fieldSchema(field: Field): Schema {
	switch (field.shape) {
		case 'scalar': {
			const schema = scalarSchema(field);
			return field.required || field.type === 'flag' ? schema : orNull(schema);
		}
		case 'set':
			return {
				type: 'array',
				items: { ...ID, 'x-refers-to': field.target },
				maxItems: field.max,
				uniqueItems: true
			};
		case 'list':
			return { type: 'object', additionalProperties: entrySchema(field), maxProperties: field.max };
		case 'richText':
			return orNull(refTo('RichText'));
	}
}

function scalarSchema({ type, max, target, required, options }: ScalarField): Schema {
	switch (type) {
		case 'text':
		case 'paragraph':
		case 'website': {
			const limits = { ...(required ? { minLength: 1 } : {}), ...(max ? { maxLength: max } : {}) };
			return { type: 'string', ...limits };
		}
		case 'choice':
			return { type: 'string', enum: [...(options ?? [])] };
		case 'day':
			return { type: 'string', format: 'date' };
		case 'flag':
			return { type: 'boolean' };
		case 'money':
			return refTo('Money');
		case 'place':
			return refTo('Place');
		case 'reference':
			return { ...ID, ...(target ? { 'x-refers-to': target } : {}) };
	}
}

const entrySchema = ({ type }: ListField): Schema =>
	refTo(type === 'emails' ? 'EmailEntry' : 'PhoneEntry');

/** What a new record may be given. */
export const newFieldSchema = (field: Field): Schema =>
	field.shape === 'richText' ? orPlainText(field) : fieldSchema(field);

const orPlainText = (field: Field): Schema => ({
	anyOf: [refTo('RichText'), { type: 'string' }, { type: 'null' }],
	...(field.shape === 'richText' ? { 'x-max-bytes': field.maxBytes } : {})
});

/** What a change may do to a field. */
export function changeSchema(field: Field): Schema {
	if (field.shape === 'set') {
		const ids = { type: 'array', items: ID };
		return {
			anyOf: [
				fieldSchema(field),
				{ type: 'object', properties: { add: ids, remove: ids }, additionalProperties: false }
			]
		};
	}
	if (field.shape === 'richText') {
		const more = { anyOf: [refTo('RichText'), { type: 'string', minLength: 1 }] };
		const properties = { append: more };
		const under = { type: 'object', properties, required: ['append'], additionalProperties: false };
		return { anyOf: [refTo('RichText'), { type: 'string' }, { type: 'null' }, under] };
	}
	if (field.shape !== 'list') return newFieldSchema(field);
	return {
		type: 'object',
		properties: {
			put: { type: 'object', additionalProperties: entrySchema(field) },
			remove: { type: 'array', items: { type: 'string' } }
		},
		additionalProperties: false
	};
}

/** An object with a property for each of these fields. */
export const fieldsSchema = (
	fields: Fields,
	names: readonly string[],
	of: (field: Field) => Schema,
	required: readonly string[] = []
): Schema => ({
	type: 'object',
	properties: Object.fromEntries(
		names.flatMap((name) => {
			const field = fields[name];
			return field ? [[name, of(field)] as const] : [];
		})
	),
	...(required.length > 0 ? { required } : {}),
	additionalProperties: false
});

const LABEL = (labels: readonly string[]): Schema => ({ type: 'string', enum: labels });
const POSITION: Schema = { type: 'integer' };

/** The values that are more than one word or number. */
export const VALUE_SCHEMAS: Readonly<Record<string, Schema>> = {
	Money: {
		type: 'object',
		properties: {
			minor: { type: 'string', pattern: '^-?[0-9]{1,16}$', examples: ['129900'] },
			currency: { type: 'string', pattern: '^[A-Z]{3}$', examples: ['EUR'] }
		},
		required: ['minor', 'currency'],
		additionalProperties: false
	},
	Place: {
		type: 'object',
		properties: {
			country: { type: 'string', pattern: '^[A-Z]{2}$', examples: ['DE'] },
			city: orNull({ type: 'string', maxLength: 100 })
		},
		required: ['country', 'city'],
		additionalProperties: false
	},
	EmailEntry: {
		type: 'object',
		properties: {
			address: { type: 'string', maxLength: 254 },
			label: LABEL(['work', 'private', 'other']),
			position: POSITION
		},
		required: ['address', 'label', 'position'],
		additionalProperties: false
	},
	PhoneEntry: {
		type: 'object',
		properties: {
			raw: { type: 'string', maxLength: 50 },
			e164: orNull({ type: 'string', pattern: '^\\+[1-9][0-9]{6,14}$' }),
			label: LABEL(['work', 'mobile', 'private', 'other']),
			position: POSITION
		},
		required: ['raw', 'e164', 'label', 'position'],
		additionalProperties: false
	},
	RichText: {
		type: 'object',
		properties: { type: { type: 'string', enum: ['doc'] }, content: { type: 'array' } },
		required: ['type']
	}
};
