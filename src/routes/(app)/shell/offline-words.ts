import type { Why } from '#lib/client/device/aside.svelte.ts';
import type { OutboxEntry } from '#lib/client/device/outbox.svelte.ts';
import { m } from '#lib/messages/messages.js';

type About = { title: string };

const ACTS: Readonly<
	Record<string, { waits: (about: About) => string; done: (about: About) => string | null }>
> = {
	create: { waits: m.offline_waits_create, done: m.offline_done_create },
	move: { waits: m.offline_waits_move, done: m.offline_done_move },
	trash: { waits: m.offline_waits_trash, done: m.offline_done_trash },
	restore: { waits: m.offline_waits_restore, done: m.offline_done_restore },
	edit: { waits: m.offline_waits_edit, done: m.offline_done_edit },
	handIn: { waits: m.offline_waits_hand_in, done: () => null }
};

/** The verb of an action such as "deal.create". */
const actOf = ({ action }: Pick<OutboxEntry, 'action'>) => ACTS[action.split('.').at(-1) ?? ''];

export const waitsSentence = (entry: OutboxEntry): string =>
	actOf(entry)?.waits(entry) ?? entry.title;

/** Null for what nobody needs to be told of. */
export const doneSentence = (entry: OutboxEntry): string | null =>
	actOf(entry)?.done(entry) ?? null;

const WHY: Record<Why, (about: { count: number; title: string }) => string> = {
	'no-access': m.offline_why_no_access,
	gone: m.offline_why_gone,
	'read-only': m.offline_why_read_only,
	malformed: m.offline_why_malformed,
	'too-large': m.offline_why_too_large,
	'other-document': m.offline_why_other_document
};

/** Why changes of a record were not accepted, with how many they are. */
export const notAcceptedSentence = (why: Why, title: string, count: number): string =>
	WHY[why]({ title, count });
