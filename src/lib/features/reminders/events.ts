import { m } from '#lib/messages/messages.js';
import type { Notice } from '#lib/records/notices.ts';

/** A reminder that is due says its owner's own words. */
export const reminderNotice: Notice = {
	act: 'reminder.due',
	byMail: true,
	label: m.reminders_notice_label,
	says: ({ title, params }, language) =>
		title === ''
			? m.reminders_notice_alone({ subject: params.subject ?? '' }, language)
			: m.reminders_notice({ subject: params.subject ?? '', title }, language),
	isOwn: true
};
