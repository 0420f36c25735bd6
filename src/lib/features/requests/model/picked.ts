import type { RecordValues } from '#lib/records/values.ts';

/** Only these fields, empty where there is nothing. */
export const picked = (values: RecordValues, names: readonly string[]): RecordValues =>
	Object.fromEntries(names.map((name) => [name, values[name] ?? null]));

/** What a contact takes over from whoever asked. */
export const PERSON_FIELDS = ['firstName', 'middleName', 'lastName', 'emails', 'phones'] as const;
