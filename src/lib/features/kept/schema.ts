import { z } from 'zod';
import type { Fault } from '#lib/records/values.ts';
import type { Json } from '#lib/shared/json.ts';

const MOST_DRAFTS = 100;
const LONGEST_NAME = 60;

const name = z
	.string()
	.regex(/^[A-Za-z][A-Za-z0-9]*$/)
	.max(LONGEST_NAME);

/** Something typed that stayed on a device when the record's socket was closed for good. */
const Draft = z.object({
	/** Made by the device: handing in the same again keeps it once. */
	id: z.uuid(),
	kind: name,
	recordId: z.uuid(),
	field: name,
	/** A value of the field, or a formatted text as its JSON. */
	value: z.json(),
	/** What the device believed the record to hold. */
	current: z.json().default(null)
});

/** What a device hands in, to be found under "Kept for you". */
export const HandInDrafts = z.object({ drafts: z.array(Draft).min(1).max(MOST_DRAFTS) });
export type HandInDrafts = z.output<typeof HandInDrafts>;

export const OneKept = z.object({ keptId: z.uuid() });
export type OneKept = z.output<typeof OneKept>;

/**
 * What to put into the record, and the value that was seen there: as `base`, or under the field's own name
 * when the form of the whole record comes along.
 */
export const ApplyKept = z.looseObject({ keptId: z.uuid() });
export type ApplyKept = z.output<typeof ApplyKept>;

/** Page of the list and what it shows. */
export const KeptQuery = z.object({
	show: z.enum(['waiting', 'settled']).catch('waiting'),
	before: z.uuid().optional().catch(undefined)
});
export type KeptQuery = z.output<typeof KeptQuery>;

export const KeptFile = z.object({
	format: z.enum(['json', 'text']).catch('text'),
	id: z.uuid().optional().catch(undefined)
});

export type KeptReason = 'rejected' | 'conflict' | 'overtaken' | 'closed' | 'unreadable';

/** One entry of the list, as its page and its file show it. */
export interface KeptItem {
	readonly id: string;
	readonly at: Date;
	readonly reason: KeptReason;
	readonly fault: Fault | null;
	readonly field: string | null;
	/** Of the field's form, or whatever came in its place. */
	readonly value: Json;
	/** What the record holds now, or held then when it cannot be opened any more. */
	readonly current: Json;
	/** Whose value stands instead. */
	readonly by: { readonly id: string; readonly name: string } | null;
	readonly record: {
		readonly kind: string;
		readonly id: string;
		/** Null when the person may not see it any more. */
		readonly title: string | null;
		readonly state: 'open' | 'trashed' | 'hidden';
	};
	readonly mayApply: boolean;
	readonly settledAt: Date | null;
	readonly settledHow: 'applied' | 'dismissed' | 'superseded' | null;
}

export interface KeptList {
	readonly items: readonly KeptItem[];
	/** Names of everything that the values refer to. */
	readonly names: Readonly<Record<string, string>>;
	/** Where the next page begins; null at the end. */
	readonly before: string | null;
}
