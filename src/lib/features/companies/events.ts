import { m } from '#lib/messages/messages.js';
import { newlyNamed, type NoticeRule } from '#lib/records/notices.ts';

/** What people are told of companies. */
export const companyNotices: readonly NoticeRule[] = [
	{
		act: 'company.assigned',
		kind: 'company',
		fields: ['owner'],
		to: (change) => newlyNamed(change, 'owner').map((userId) => ({ userId, reason: 'owner' })),
		byMail: true,
		label: m.notifications_company_assigned_label,
		says: m.notifications_company_assigned
	}
];
