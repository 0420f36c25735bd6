import { m } from '#lib/messages/messages.js';
import { fieldOf, newlyNamed, type NoticeRule } from '#lib/records/notices.ts';

/** What people are told of contacts: of those without a company, since the others go where their company goes. */
export const contactNotices: readonly NoticeRule[] = [
	{
		act: 'contact.assigned',
		kind: 'contact',
		fields: ['owner'],
		begins: (values) => fieldOf(values, 'company') === null,
		to: (change, { values }) =>
			values.company === null
				? newlyNamed(change, 'owner').map((userId) => ({ userId, reason: 'owner' }))
				: [],
		byMail: true,
		label: m.notifications_contact_assigned_label,
		says: m.notifications_contact_assigned
	}
];
