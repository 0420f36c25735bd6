import { z } from 'zod';
import { SNOOZES } from '#lib/features/notifications/schema.ts';
import { isId } from '#lib/shared/ids.ts';
import { KIND_NAMES, type KindName } from '#lib/shared/kinds.ts';

const id = z.string().refine(isId, 'not_found');
const kind = z.custom<KindName>((name) => KIND_NAMES.some((known) => known === name), 'not_found');
const text = (max: number) =>
	z
		.string()
		.refine((value) => !value.includes('\0'), 'has_nul')
		.trim()
		.max(max, 'too_long');
const SUBJECT_MAX = 250;
const DESCRIPTION_MAX = 5_000;
const ticked = z.preprocess((value) => value === 'on', z.boolean());

/** Which record a reminder is to be made for. */
export const AboutRecord = z.object({ kind, recordId: id });
export type AboutRecord = z.output<typeof AboutRecord>;

const contents = {
	subject: text(SUBJECT_MAX).min(1, 'required'),
	description: text(DESCRIPTION_MAX)
		.optional()
		.transform((value) => value || null),
	on: z.iso.date('not_a_day'),
	at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'not_a_time'),
	sendMail: ticked
};

export const CreateReminder = z.object({ id: id.optional(), kind, recordId: id, ...contents });
export type CreateReminder = z.output<typeof CreateReminder>;

export const ChangeReminder = z.object({ reminderId: id, ...contents });
export type ChangeReminder = z.output<typeof ChangeReminder>;

export const OneReminder = z.object({ reminderId: id });

export const SnoozeReminder = z.object({
	reminderId: id,
	until: z.enum(SNOOZES, 'not_a_choice')
});

/** Kinds whose next step one can be reminded of. */
const STEP_KINDS = ['deal', 'task', 'project'] as const satisfies readonly KindName[];

/** Pressed within a record's own form, which has fields of any name: the button says which record, as "deal/<id>". */
export const FollowStep = z
	.object({ reminderOf: z.string() })
	.transform(({ reminderOf }) => {
		const [kind, recordId] = reminderOf.split('/');
		return { kind, recordId };
	})
	.pipe(z.object({ kind: z.enum(STEP_KINDS, 'not_found'), recordId: id }));

/** What an address of the list asks for. */
export const RemindersQuery = z.object({
	show: z.enum(['active', 'done']).catch('active'),
	kind: kind.optional().catch(undefined),
	record: id.optional().catch(undefined)
});
export type RemindersQuery = z.output<typeof RemindersQuery>;
