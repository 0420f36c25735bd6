import { z } from 'zod';
import { m } from '#lib/messages/messages.js';
import type { Field, RecordKind } from '#lib/records/kind.ts';
import type {
	Edit,
	Entries,
	Fault,
	FieldValue,
	RecordValues,
	RichText
} from '#lib/records/values.ts';
import { richTextOf } from '#lib/records/rich-text.ts';
import { isId } from '#lib/shared/ids.ts';
import { type FieldError, Problem } from './problem.ts';

// Values come as JSON in the very form in which answers give them; the fields' own parsers judge them.

const Given = z.record(z.string(), z.unknown());

const NewRecord = z.strictObject({
	id: z.string().refine(isId, 'not_a_reference').optional(),
	fields: Given
});

const RecordChange = z.strictObject({ fields: Given, base: Given.optional() });

/** What a schema calls a fault by itself, such as "not_a_day". */
const OWN_CODE = /^[a-z]+(_[a-z]+)*$/;

/**
 * Reads a body by its schema; throws the Problem `invalid` that names what is wrong, with `phrase` for the
 * codes that the schema has of its own.
 */
export function readBody<Schema extends z.ZodType>(
	schema: Schema,
	body: unknown,
	phrase?: (code: string) => string
): z.output<Schema> {
	const read = schema.safeParse(body);
	if (read.success) return read.data;
	const errors = read.error.issues.flatMap((issue): FieldError[] => {
		const path = issue.path.map(String).join('.');
		if (phrase && OWN_CODE.test(issue.message)) {
			return [{ field: path, code: issue.message, detail: phrase(issue.message) }];
		}
		const keys = issue.code === 'unrecognized_keys' ? issue.keys : [''];
		return keys.map((key) => ({
			field: [path, key].filter(Boolean).join('.'),
			code: issue.code,
			detail: key === '' ? m.api_fault_shape() : m.api_fault_unknown_key()
		}));
	});
	throw new Problem('invalid', { errors });
}

/** The values of a new record as they were sent, in the form that the engine judges. */
export function readNew(
	{ fields }: RecordKind,
	body: unknown
): { readonly id?: string; readonly values: RecordValues } {
	const { id, fields: given } = readBody(NewRecord, body);
	const values = Object.entries(given).map(([name, value]) => [
		name,
		valueOf(fieldOf(fields, name), value)
	]);
	return { ...(id === undefined ? {} : { id }), values: Object.fromEntries(values) };
}

export interface WishedChange {
	readonly edits: readonly Edit[];
	readonly faults: readonly Fault[];
	/** Fields that would replace what is there without the caller having said what that was. */
	readonly blind: readonly string[];
}

/** The edits that a PATCH asks for; `hasCondition` when it stands under an If-Match. */
export function readChange(
	{ fields }: RecordKind,
	body: unknown,
	hasCondition: boolean
): WishedChange {
	const { fields: given, base = {} } = readBody(RecordChange, body);
	const edits: Edit[] = [];
	const faults: Fault[] = [];
	const blind: string[] = [];
	for (const [name, value] of Object.entries(given)) {
		const field = fieldOf(fields, name);
		const seen = Object.hasOwn(base, name) ? { base: valueOf(field, base[name]) } : null;
		const read = field ? editsOf(name, field, value, seen) : fault(name, 'unknown_field');
		if ('code' in read) faults.push(read);
		else edits.push(...read);
		if (!hasCondition && !seen && !('code' in read) && read.some((edit) => 'set' in edit)) {
			blind.push(name);
		}
	}
	for (const name of Object.keys(base)) {
		if (!Object.hasOwn(given, name)) faults.push(fault(`base.${name}`, 'unknown_field'));
	}
	return { edits, faults, blind };
}

const fieldOf = (fields: RecordKind['fields'], name: string): Field | undefined =>
	Object.hasOwn(fields, name) ? fields[name] : undefined;

const fault = (field: string, code: Fault['code']): Fault => ({ field, code });

const Members = z.strictObject({
	add: z.array(z.string()).optional(),
	remove: z.array(z.string()).optional()
});
const EntryChange = z.strictObject({
	put: Given.optional(),
	remove: z.array(z.string()).optional()
});

const More = z.strictObject({ append: z.union([z.string().trim().min(1), Given]) });

function editsOf(
	name: string,
	field: Field,
	value: unknown,
	seen: { readonly base: FieldValue } | null
): readonly Edit[] | Fault {
	// Nobody may set these alone; the commands beside the record do.
	if (!field.live) return fault(name, 'not_writable');
	if (field.shape === 'set' && !Array.isArray(value)) {
		const read = Members.safeParse(value);
		if (!read.success) return fault(name, 'not_a_reference');
		const { add = [], remove = [] } = read.data;
		return [{ field: name, add, remove }];
	}
	if (field.shape === 'list') {
		const read = EntryChange.safeParse(value);
		return read.success ? entryEdits(name, read.data, seen) : fault(name, 'not_text');
	}
	if (field.shape === 'richText') {
		const read = More.safeParse(value);
		// The field's parser judges what is to come under the text.
		if (read.success)
			return [{ field: name, append: valueOf(field, read.data.append) as RichText }];
	}
	return [{ field: name, set: valueOf(field, value), ...seen }];
}

/** An entry that the caller says nothing about is one that he adds: it must not replace another. */
function entryEdits(
	name: string,
	{ put = {}, remove = [] }: z.output<typeof EntryChange>,
	seen: { readonly base: FieldValue } | null
): readonly Edit[] {
	// The field's parser judges each entry, and a base is only compared.
	const [entries, base] = [put as Entries, (seen?.base ?? {}) as Entries];
	const edits: Edit[] = [];
	if (Object.keys(entries).length > 0) edits.push({ field: name, put: entries, base });
	if (remove.length > 0) edits.push({ field: name, remove, ...(seen ? { base } : {}) });
	return edits;
}

/** Formatted text may come as plain text, a paragraph a line; everything else as it is. */
function valueOf(field: Field | undefined, value: unknown): FieldValue {
	if (field?.shape === 'richText' && typeof value === 'string') {
		return value.trim() === '' ? null : richTextOf(value);
	}
	// Whatever it is: the field's parser takes anything and judges it.
	return (value ?? null) as FieldValue;
}
