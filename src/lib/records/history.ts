import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';
import type { Json } from '#lib/shared/json.ts';
import type { Fault, FieldValue, RichText } from './values.ts';

/** What was done once to one field, or to the record as a whole. */
export interface HistoryEntry {
	readonly id: string;
	readonly rev: number;
	readonly at: Date;
	/** Null for what no person did. */
	readonly actor: { readonly id: string; readonly name: string } | null;
	/** Where it came from: live, form, api, job, import, undo, system. */
	readonly source: string;
	readonly act: string;
	/** Null for what happened to the record as a whole. */
	readonly field: string | null;
	readonly old: Json;
	readonly new: Json;
	/** The old value stayed; the new one is kept only here. */
	readonly conflict: boolean;
}

/** A formatted text as it was after somebody had written in it. */
export interface TextVersion {
	/** The entry after which it was so. */
	readonly id: string;
	readonly at: Date;
	readonly actor: HistoryEntry['actor'];
	readonly text: RichText | null;
	/** It is what the record holds now. */
	readonly current: boolean;
}

/**
 * What a timeline can be narrowed down to: changes of fields and acts of commands, and each thing beside
 * the fields whose acts begin with its name.
 */
export const STREAMS = ['change', 'comment', 'file'] as const;
export type Stream = (typeof STREAMS)[number];

/** One page of a record's history, as its page shows it. */
export interface History {
	/** The newest first. */
	readonly entries: readonly HistoryEntry[];
	/** Names of everything that the entries refer to. */
	readonly names: Readonly<Record<string, string>>;
	/** Where the next page begins; null at the end. */
	readonly older: string | null;
	/** Only this field is shown. */
	readonly field: string | null;
	/** Only what others did after this revision is shown. */
	readonly since: number | null;
	/** Only this is shown. */
	readonly stream: Stream | null;
	/** An earlier text that is looked at. */
	readonly version: TextVersion | null;
	/** What others did since the reader last looked; null when there is nothing. */
	readonly looked: SinceLooked | null;
}

/** What others did to a record since a person last looked at it. */
export interface SinceLooked {
	readonly rev: number;
	readonly at: Date;
	/** The newest of each field and person, the newest first; null is the record as a whole. */
	readonly changes: readonly {
		readonly field: string | null;
		readonly at: Date;
		readonly name: string | null;
	}[];
}

/** Which earlier value is wanted back: that after or before an entry, and what the page showed instead. */
export interface Revert {
	readonly change: string;
	readonly field: string;
	readonly side: 'old' | 'new';
	/** The value that the page showed; undefined when nothing was shown that could be out of date. */
	readonly base?: FieldValue;
}

/** Name of the button that asks for it; its value is made by `revertValue`. */
export const REVERT = 'revert';

export const revertValue = ({ change, field, side }: Revert) => `${change}.${field}.${side}`;

/** Reads the button's value, and the hidden input with the value that the page showed. */
export const RevertForm = z
	.object({ [REVERT]: z.string(), 'revert.base': z.string().optional() })
	.transform((form, context): Revert => {
		const [change, field, side] = form[REVERT]?.split('.') ?? [];
		const base = readBase(form['revert.base']);
		if (isId(change) && field && (side === 'old' || side === 'new')) {
			return { change, field, side, ...(base === undefined ? {} : { base }) };
		}
		context.addIssue({ code: 'custom', path: [REVERT], message: 'not_a_reference' });
		return z.NEVER;
	});

function readBase(text: string | undefined): FieldValue | undefined {
	try {
		// Only compared with what the record holds.
		return text ? (JSON.parse(text) as FieldValue) : undefined;
	} catch {
		return undefined;
	}
}

/** What became of a wish to have an earlier value back. */
export type RevertAnswer =
	| {
			readonly ok: true;
			readonly field: string;
			/** The entry that this made, by which it can be taken back; null when the value was so already. */
			readonly change: string | null;
	  }
	| {
			readonly ok: false;
			readonly asked: Revert;
			readonly fault: Fault;
			readonly wanted: FieldValue;
			readonly current: FieldValue;
	  };
