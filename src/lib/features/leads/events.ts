import { m } from '#lib/messages/messages.js';
import { newlyNamed, type NoticeRule } from '#lib/records/notices.ts';

/** What people are told of leads. */
export const leadNotices: readonly NoticeRule[] = [
	{
		act: 'lead.assigned',
		kind: 'lead',
		fields: ['owner'],
		to: (change) => newlyNamed(change, 'owner').map((userId) => ({ userId, reason: 'owner' })),
		byMail: true,
		label: m.leads_told_assigned_label,
		says: m.leads_told_assigned
	}
];
