import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';

/** Kinds of which the same one is sometimes stored twice. */
export const MERGEABLE = ['company', 'contact', 'lead'] as const;
export type MergeableKind = (typeof MERGEABLE)[number];

/** Whose value of a field is taken: that of the record that is kept, of the one that goes, or both together. */
export const PICKS = ['kept', 'gone', 'both'] as const;
export type Pick = (typeof PICKS)[number];

/** Name of the input that says whose value of a field is taken. */
export const pickName = (field: string) => `pick.${field}`;

const id = z.string().refine(isId, 'not_found');

/** The other record, and which of the two is kept. */
export const MergePair = z.object({
	id,
	with: id,
	/** Keeps the other one instead of the one whose page it is. */
	keep: z.enum(['this', 'other']).default('this')
});

export const MergeRecords = MergePair.extend({
	/** What the preview showed: another patch is shown before it is done. */
	patch: z.string().max(100)
}).loose();
export type MergeRecords = z.output<typeof MergeRecords>;

export const UndoMerge = z.object({ id, mergeId: id });
export type UndoMerge = z.output<typeof UndoMerge>;

/** The choices among the inputs of a form or an address; what is none of them is left out. */
export function picksIn(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, Pick>> {
	const chosen = Object.entries(inputs).flatMap(([name, value]): [string, Pick][] => {
		const pick = PICKS.find((one) => one === value);
		return pick && name.startsWith('pick.') ? [[name.slice('pick.'.length), pick]] : [];
	});
	return Object.fromEntries(chosen);
}
