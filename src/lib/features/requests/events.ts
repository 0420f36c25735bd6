import { m } from '#lib/messages/messages.js';
import { newlyNamed, type NoticeRule } from '#lib/records/notices.ts';

/** What people are told of requests. */
export const requestNotices: readonly NoticeRule[] = [
	{
		act: 'request.assigned',
		kind: 'request',
		fields: ['owner'],
		to: (change) => newlyNamed(change, 'owner').map((userId) => ({ userId, reason: 'owner' })),
		byMail: true,
		label: m.requests_notice_assigned_label,
		says: m.requests_notice_assigned
	},
	{
		act: 'request.shared',
		kind: 'request',
		fields: ['coOwner'],
		to: (change) => newlyNamed(change, 'coOwner').map((userId) => ({ userId, reason: 'co_owner' })),
		byMail: true,
		label: m.requests_notice_shared_label,
		says: m.requests_notice_shared
	}
];
