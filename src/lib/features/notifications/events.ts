import { m } from '#lib/messages/messages.js';
import type { NoticeRule } from '#lib/records/notices.ts';
import { KIND_NAMES } from '#lib/shared/kinds.ts';

/** What was typed away from the record and lost against a newer value is not gone: its author hears where it is. */
export const keptNotices: readonly NoticeRule[] = KIND_NAMES.map((kind) => ({
	act: 'record.kept',
	kind,
	ofConflicts: true,
	to: ({ actorId }) => (actorId === null ? [] : [{ userId: actorId, reason: 'author' }]),
	byMail: false,
	label: m.notifications_record_kept_label,
	says: m.notifications_record_kept,
	href: '/kept'
}));
