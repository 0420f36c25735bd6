import type { Json } from '#lib/shared/json.ts';

/** An amount of money as one atomic value; minor units as a string because documents are JSON. */
export type Money = { readonly minor: string; readonly currency: string };

/** Country (ISO 3166-1 alpha-2) and city are valid only together, so they are one value. */
export type Place = { readonly country: string | null; readonly city: string | null };

export type EmailEntry = {
	readonly address: string;
	readonly label: 'work' | 'private' | 'other';
	readonly position: number;
};

export type PhoneEntry = {
	/** As typed. */
	readonly raw: string;
	/** Normalised (E.164) when the number can be understood, else null. */
	readonly e164: string | null;
	readonly label: 'work' | 'mobile' | 'private' | 'other';
	readonly position: number;
};

/** E-mail addresses or phone numbers by the id of the entry. */
export type Entries = { readonly [entryId: string]: EmailEntry | PhoneEntry };

/** A ProseMirror document as JSON. */
export type RichText = { readonly type: 'doc'; readonly content?: readonly Json[] };

/** Why a value was refused; `code` has a sentence in the catalogue (records_fault_<code>). */
export type FaultCode =
	| 'required'
	| 'too_long'
	| 'not_text'
	| 'has_nul'
	| 'not_an_email'
	| 'not_a_phone'
	| 'not_a_website'
	| 'not_a_day'
	| 'not_a_flag'
	| 'not_a_choice'
	| 'not_money'
	| 'money_out_of_range'
	| 'not_a_currency'
	| 'not_a_place'
	| 'city_without_country'
	| 'not_a_reference'
	| 'not_found'
	| 'too_many'
	| 'not_rich_text'
	| 'not_writable'
	| 'stage_closed'
	| 'unknown_field'
	| 'belongs_together'
	| 'stale'
	| 'in_the_past'
	| 'subtasks_open';

export type Fault = {
	readonly field: string;
	readonly code: FaultCode;
	readonly params?: Readonly<Record<string, string | number>>;
};

/** Values of a record as plain data: scalars by value or null, sets as sorted ids, lists by entry id. */
export type RecordValues = { readonly [field: string]: FieldValue };
export type FieldValue =
	string | boolean | null | Money | Place | RichText | readonly string[] | Entries;

/** True for what an empty field holds, whatever its form. */
export const isBlank = (value: FieldValue | undefined): boolean =>
	value === null ||
	value === undefined ||
	value === '' ||
	value === false ||
	(typeof value === 'object' && Object.keys(value).length === 0);

/**
 * One wished change of one field. `base` is what the author saw, the value or the entries of a list; when
 * it is given and no longer current, the edit is stale and is answered with both instead of being applied.
 */
export type Edit =
	| { readonly field: string; readonly set: FieldValue; readonly base?: FieldValue }
	/** Formatted text that comes under what is there, whatever that is. */
	| { readonly field: string; readonly append: RichText }
	| {
			readonly field: string;
			readonly add?: readonly string[];
			readonly remove?: readonly string[];
	  }
	| {
			readonly field: string;
			readonly put?: Entries;
			readonly remove?: readonly string[];
			readonly base?: Entries;
	  };
