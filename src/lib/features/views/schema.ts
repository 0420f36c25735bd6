import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';
import { isKind } from '#lib/shared/kinds.ts';

/** So many views of one kind a person can keep. */
export const VIEWS_MAX = 50;

const id = z.string().refine(isId, 'not_found');
const kind = z.string().refine(isKind, 'not_found');
const name = z.string().trim().min(1, 'required').max(100, 'too_long');
const query = z.string().max(2000, 'too_long').default('');
/** With nobody, with one of the owner's departments, or with everybody. */
const shared = z.union([z.literal('nobody'), z.literal('team'), id]).default('nobody');
const ticked = z.preprocess((value) => value === 'on' || value === 'true', z.boolean());

export const SaveView = z.object({ kind, name, query, shared, pinned: ticked });
export type SaveView = z.infer<typeof SaveView>;

export const ChangeView = z.object({ viewId: id, name, shared, pinned: ticked });
export type ChangeView = z.infer<typeof ChangeView>;

export const UpdateView = z.object({ viewId: id, query });
export type UpdateView = z.infer<typeof UpdateView>;

export const OneView = z.object({ viewId: id });
export type OneView = z.infer<typeof OneView>;

export const MoveView = z.object({ viewId: id, direction: z.enum(['up', 'down']) });
export type MoveView = z.infer<typeof MoveView>;

export const ChooseDefault = z.object({
	kind,
	viewId: z.preprocess((value) => (value === '' ? null : value), id.nullable())
});
export type ChooseDefault = z.infer<typeof ChooseDefault>;
