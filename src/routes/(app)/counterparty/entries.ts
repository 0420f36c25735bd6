import type { FieldValue } from '#lib/records/values.ts';

/** Whether a list of e-mails or phones has any entry. */
export const hasEntries = (value: FieldValue | undefined): boolean =>
	typeof value === 'object' && value !== null && Object.keys(value).length > 0;
