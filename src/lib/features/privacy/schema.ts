import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';

/** Whom something may be kept of: our clients and those who may become some, and our own people. */
export const PERSON_KINDS = ['contact', 'lead', 'user'] as const;
export type PersonKind = (typeof PERSON_KINDS)[number];

const id = z.string().refine(isId, 'not_found');

export const OnePerson = z.object({ kind: z.enum(PERSON_KINDS, 'not_found'), id });
export type OnePerson = z.output<typeof OnePerson>;

/** His name is typed, so that nobody erases the wrong person by a slip. */
export const AskErasure = OnePerson.extend({
	name: z.string().trim().min(1, 'required').max(400, 'too_long')
});

export const OneExport = z.object({ exportId: id });
