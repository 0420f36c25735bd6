import type { KindName } from '#lib/shared/kinds.ts';
import type {
	EmailEntry,
	Entries,
	Fault,
	FaultCode,
	FieldValue,
	PhoneEntry,
	RecordValues,
	RichText
} from './values.ts';

/** What a reference or an id-set points at; a stage or a tag is one of the kind's own. */
export type ReferenceTarget =
	| KindName
	| 'user'
	| 'department'
	| 'pipeline'
	| 'stage'
	| 'tag'
	| 'industry'
	| 'clientType'
	| 'leadSource'
	| 'productCategory';

export type Parsed<Value> =
	| { readonly ok: true; readonly value: Value }
	| { readonly ok: false; readonly code: FaultCode; readonly params?: Fault['params'] };

interface FieldBase {
	/** False: the field is no part of the document and changes only through a command of its feature. */
	readonly live: boolean;
}

export interface ScalarField extends FieldBase {
	readonly shape: 'scalar';
	readonly type:
		'text' | 'paragraph' | 'website' | 'day' | 'flag' | 'choice' | 'money' | 'place' | 'reference';
	readonly required: boolean;
	/** It may begin empty, but is not emptied. */
	readonly kept?: boolean;
	readonly max?: number;
	readonly target?: ReferenceTarget;
	/** What a choice may be, in order. */
	readonly options?: readonly string[];
	/** Accepts what a form, a socket or an import hands over; answers the stored form or the reason. */
	parse(input: unknown): Parsed<FieldValue>;
}

export interface SetField extends FieldBase {
	readonly shape: 'set';
	readonly type: 'set';
	readonly target: ReferenceTarget;
	readonly max: number;
	/** Answers the ids sorted and without repetition. */
	parse(input: unknown): Parsed<readonly string[]>;
}

export interface ListField extends FieldBase {
	readonly shape: 'list';
	readonly type: 'emails' | 'phones';
	readonly max: number;
	parse(input: unknown): Parsed<Entries>;
	parseEntry(input: unknown): Parsed<EmailEntry | PhoneEntry>;
}

export interface RichTextField extends FieldBase {
	readonly shape: 'richText';
	readonly type: 'richText';
	readonly maxBytes: number;
	parse(input: unknown): Parsed<RichText | null>;
}

export type Field = ScalarField | SetField | ListField | RichTextField;
export type Fields = Readonly<Record<string, Field>>;
export type { KindName } from '#lib/shared/kinds.ts';

/**
 * A record kind: its fields declared once. Form, inline editor, live document, validation, import
 * columns and history all come from this declaration.
 */
export interface RecordKind {
	readonly name: KindName;
	/** Raised when a document field changes its meaning; clients of the version before are still served. */
	readonly schemaVersion: number;
	readonly fields: Fields;
	/** Fields that are invalid only in combination; settle reverts the last-arrived of them. */
	check?(values: RecordValues): readonly Fault[];
}

export const defineKind = <const Kind extends RecordKind>(kind: Kind): Kind => kind;
