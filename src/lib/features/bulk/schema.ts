import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';
import { KINDS, type KindName } from '#lib/shared/kinds.ts';
import type { Edit, FieldValue } from '#lib/records/values.ts';

/** Rows that can be chosen one by one; a page has fifty. */
const CHOSEN_MAX = 1000;
/** Of a filter, so many records at most: what is more is narrowed first. */
export const SELECTED_MAX = 5000;
/** More than so many are looked at before anything is done to them. */
export const CONFIRM_OVER = 50;
/** More than so many are done by the worker, with progress. */
export const AT_ONCE = 200;
/** A run can be taken back for so long. */
export const UNDO_DAYS = 30;

const id = z.string().refine(isId, 'not_found');
const optionalId = z.preprocess((value) => (value === '' ? null : value), id.nullish());
const listed = <Item extends z.ZodType>(item: Item, max: number) =>
	z.preprocess(
		(value) => (value === undefined || value === '' ? [] : [value].flat()),
		z.array(item).max(max, 'too_many')
	);

const kind = z.string().refine((name): name is KindName => Object.hasOwn(KINDS, name), 'not_found');

export const ChooseRecords = z.object({
	kind,
	act: z.enum(['edit', 'hand_over', 'trash', 'restore']),
	ids: listed(id, CHOSEN_MAX),
	/** Everything that the list finds, and not the ticked rows only. */
	all: z.literal('1').optional(),
	/** The list, as its address asks for it. */
	query: z.string().max(2000).default('')
});
export type ChooseRecords = z.infer<typeof ChooseRecords>;

export const OneRun = z.object({ runId: id });
export type OneRun = z.infer<typeof OneRun>;

export const HandOverMany = z.object({ runId: id, ownerId: optionalId });
export type HandOverMany = z.infer<typeof HandOverMany>;

// Values were parsed by their fields before they were stored, and are judged anew when they are written.
const value = z.custom<FieldValue>((stored) => stored !== undefined);

export const EditWish = z.object({
	edits: z.array(
		z.union([
			z.object({ field: z.string(), set: value }),
			z.object({
				field: z.string(),
				add: z.array(id).optional(),
				remove: z.array(id).optional()
			})
		])
	)
});
export type EditWish = { readonly edits: readonly Edit[] };

export const HandOverWish = z.object({ ownerId: id.nullable() });

/**
 * To whom the records of each kind and department go; the key is "kind:department", work has no department. In front
 * of what somebody owns beside others stands "shared-"; there null takes him off and puts nobody in his place.
 */
export const LeaveWish = z.object({
	userId: id,
	heirs: z.record(z.string(), id.nullable())
});
export type LeaveWish = z.infer<typeof LeaveWish>;

export const MoveWish = z.object({
	userId: id,
	departmentId: id,
	fromDepartmentId: id,
	/** Whether he was a member there already. */
	wasMember: z.boolean()
});
export type MoveWish = z.infer<typeof MoveWish>;

/** What a form says instead of an heir. */
export const NOBODY = 'nobody';

/** The form names an heir for each part; the empty ones stay with whom they are. */
export const HandOverAll = z
	.looseObject({ userId: id })
	.transform(({ userId, ...named }): LeaveWish => {
		const heirs = Object.entries(named).flatMap(
			([name, heir]): (readonly [string, string | null])[] => {
				const key = /^heir\.((?:shared-)?[a-z]+(:[0-9a-f-]{36})?)$/.exec(name)?.[1];
				if (key === undefined) return [];
				// What somebody owns has an owner, and goes to nobody by a name alone.
				if (heir === NOBODY && key.startsWith('shared-')) return [[key, null]];
				return isId(heir) ? [[key, heir]] : [];
			}
		);
		return { userId, heirs: Object.fromEntries(heirs) };
	});
export type HandOverAll = z.infer<typeof HandOverAll>;

export const MovePerson = z.object({ userId: id, fromDepartmentId: id, departmentId: id });
export type MovePerson = z.infer<typeof MovePerson>;
