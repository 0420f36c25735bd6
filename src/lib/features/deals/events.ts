import { m } from '#lib/messages/messages.js';
import { idsOf } from '#lib/records/document.ts';
import { newlyNamed, type NoticeRule, type Told, type ToldRecord } from '#lib/records/notices.ts';

const CLOSED_AS: Readonly<Record<string, typeof m.notifications_deal_won>> = {
	won: m.notifications_deal_won,
	lost: m.notifications_deal_lost,
	irrelevant: m.notifications_deal_irrelevant
};

/** What people are told of deals. */
export const dealNotices: readonly NoticeRule[] = [
	{
		act: 'deal.assigned',
		kind: 'deal',
		fields: ['owner'],
		to: (change) => newlyNamed(change, 'owner').map((userId) => ({ userId, reason: 'owner' })),
		byMail: true,
		label: m.notifications_deal_assigned_label,
		says: m.notifications_deal_assigned
	},
	{
		act: 'deal.shared',
		kind: 'deal',
		fields: ['coOwners'],
		to: (change) =>
			newlyNamed(change, 'coOwners').map((userId) => ({ userId, reason: 'co_owner' })),
		byMail: true,
		label: m.notifications_deal_shared_label,
		says: m.notifications_deal_shared
	},
	{
		act: 'deal.closed',
		kind: 'deal',
		acts: ['deal.closed', 'deal.closing_changed'],
		to: (_change, record) => ownersOf(record),
		params: ({ new: how }) => ({ outcome: textIn(how, 'outcome') }),
		byMail: false,
		label: m.notifications_deal_closed_label,
		says: (words, language) =>
			(CLOSED_AS[words.params.outcome ?? ''] ?? m.notifications_deal_irrelevant)(words, language)
	},
	{
		act: 'deal.reopened',
		kind: 'deal',
		acts: ['deal.reopened'],
		to: (_change, record) => ownersOf(record),
		byMail: false,
		label: m.notifications_deal_reopened_label,
		says: m.notifications_deal_reopened
	},
	{
		act: 'item.shipped',
		kind: 'deal',
		acts: ['item.shipped'],
		to: (_change, record) => ownersOf(record),
		params: ({ new: what }) => ({ product: textIn(what, 'product') }),
		byMail: true,
		label: m.shipments_notice_label,
		says: ({ who, title, params }, language) =>
			m.shipments_notice({ who, title, product: params.product ?? '' }, language)
	}
];

function ownersOf({ values }: ToldRecord): readonly Told[] {
	const { owner, coOwners } = values;
	return [
		...(typeof owner === 'string' ? [{ userId: owner, reason: 'owner' } as const] : []),
		...idsOf(coOwners).map((userId) => ({ userId, reason: 'co_owner' }) as const)
	];
}

const textIn = (told: unknown, name: string): string =>
	told !== null && typeof told === 'object' ? String(Object(told)[name] ?? '') : '';
