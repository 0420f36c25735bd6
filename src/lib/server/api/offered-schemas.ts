import { z } from 'zod';
import { m } from '#lib/messages/messages.js';
import {
	changeSchema,
	fieldSchema,
	fieldsSchema,
	newFieldSchema,
	refTo,
	type Schema
} from './field-schemas.ts';
import { LIMIT_MAX } from './list.ts';
import { shortFields } from './present.ts';
import { isRecords, nounOf, type Offered, type Resource } from './resource.ts';
import type { RowResource } from './row-resource.ts';

/** What answers and requests about what is offered are made of, by their names. */
export const schemasOf = (offered: Offered): Record<string, Schema> =>
	isRecords(offered) ? recordSchemas(offered) : rowSchemas(offered);

function recordSchemas(resource: Resource): Record<string, Schema> {
	const { fields } = resource.serverKind.kind;
	const name = nounOf(resource);
	const all = Object.keys(fields);
	const live = all.filter((field) => fields[field]?.live);
	const short = shortFields(fields);
	const given = all.filter((field) => !resource.decided?.includes(field));
	const needed = given.filter((field) => {
		const declared = fields[field];
		const isRequired = declared?.shape === 'scalar' && declared.required;
		return isRequired && !resource.filledIn.includes(field);
	});
	const record = (names: readonly string[]) =>
		recordSchema(fieldsSchema(fields, names, fieldSchema, names));
	return {
		[name]: record(all),
		[`${name}InList`]: record(short),
		[`${name}Page`]: pageSchema(`${name}InList`),
		[`New${name}`]: newSchema(fieldsSchema(fields, given, newFieldSchema, needed)),
		[`${name}Change`]: changesSchema(
			fieldsSchema(fields, live, changeSchema),
			fieldsSchema(fields, live, fieldSchema)
		)
	};
}

/** Rows are described by the zod schemas that judge them. */
function rowSchemas(resource: RowResource): Record<string, Schema> {
	const name = nounOf(resource);
	const { holds, fresh, writable } = resource;
	const wished = jsonSchema(writable.partial());
	return {
		[name]: objectOf({ id: ID, rev: REV, ...ORIGIN, fields: jsonSchema(holds) }),
		[`${name}Page`]: pageSchema(name),
		...(fresh ? { [`New${name}`]: newSchema(jsonSchema(fresh)) } : {}),
		[`${name}Change`]: changesSchema(wished, wished)
	};
}

/**
 * A zod schema as JSON Schema: without its own dialect, and ids by their format alone. What its meta calls
 * a `value` is one of those that are described once for all.
 */
export function jsonSchema(schema: z.ZodType): Schema {
	const { $schema: _dialect, ...json } = z.toJSONSchema(schema, {
		io: 'input',
		override: ({ jsonSchema }) => {
			if (jsonSchema.format === 'uuid') delete jsonSchema.pattern;
			const { value } = jsonSchema;
			if (typeof value !== 'string') return;
			for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
			Object.assign(jsonSchema, refTo(value));
		}
	});
	return json as Schema; // JSON Schema is JSON
}

const CURSOR: Schema = { type: ['string', 'null'] };
const ID: Schema = { type: 'string', format: 'uuid' };
const REV: Schema = { type: 'integer' };
const INSTANT: Schema = { type: 'string', format: 'date-time' };
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });

/** When and by whom. */
const ORIGIN = {
	createdAt: INSTANT,
	createdBy: orNull(ID),
	updatedAt: INSTANT,
	modifiedBy: orNull(ID)
};

const recordSchema = (fields: Schema): Schema =>
	objectOf({
		...{ id: ID, number: { type: 'integer' }, rev: REV },
		...ORIGIN,
		deletedAt: orNull(INSTANT),
		fields
	});

const pageSchema = (item: string): Schema =>
	objectOf({
		items: { type: 'array', items: refTo(item), maxItems: LIMIT_MAX },
		next: CURSOR,
		previous: CURSOR
	});

const newSchema = (fields: Schema): Schema =>
	objectOf({ id: { ...ID, description: m.api_new_id() }, fields }, ['fields']);

const changesSchema = (fields: Schema, base: Schema): Schema =>
	objectOf({ fields, base: { ...base, description: m.api_base() } }, ['fields']);

/** An object of just these properties. */
const objectOf = (
	properties: Readonly<Record<string, Schema>>,
	required: readonly string[] = Object.keys(properties)
): Schema => ({ type: 'object', properties, required, additionalProperties: false });
