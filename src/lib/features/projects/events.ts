import { m } from '#lib/messages/messages.js';
import { idsOf } from '#lib/records/document.ts';
import {
	newlyNamed,
	type NoticeReason,
	type NoticeRule,
	type Told,
	type ToldChange,
	type ToldRecord
} from '#lib/records/notices.ts';
import type { WorkKind } from './policy.ts';

const WORDS = {
	task: {
		assigned: m.notifications_task_assigned,
		coOwned: m.notifications_task_co_owned,
		subscribed: m.notifications_task_subscribed,
		closed: m.notifications_task_closed,
		labels: {
			assigned: m.notifications_task_assigned_label,
			coOwned: m.notifications_task_co_owned_label,
			subscribed: m.notifications_task_subscribed_label,
			closed: m.notifications_task_closed_label
		}
	},
	project: {
		assigned: m.notifications_project_assigned,
		coOwned: m.notifications_project_co_owned,
		subscribed: m.notifications_project_subscribed,
		closed: m.notifications_project_closed,
		labels: {
			assigned: m.notifications_project_assigned_label,
			coOwned: m.notifications_project_co_owned_label,
			subscribed: m.notifications_project_subscribed_label,
			closed: m.notifications_project_closed_label
		}
	}
};

/** What people are told of tasks and projects [comms 3.10]. */
export function workNotices(kind: WorkKind): readonly NoticeRule[] {
	const { labels, ...says } = WORDS[kind];
	const named = (field: string, reason: NoticeReason) => ({
		kind,
		fields: [field],
		to: (change: ToldChange) => newlyNamed(change, field).map((userId) => ({ userId, reason }))
	});
	return [
		{
			...named('responsible', 'responsible'),
			act: `${kind}.assigned`,
			byMail: true,
			label: labels.assigned,
			says: says.assigned
		},
		{
			...named('coOwner', 'co_owner'),
			act: `${kind}.co_owned`,
			byMail: true,
			label: labels.coOwned,
			says: says.coOwned
		},
		{
			...named('subscribers', 'subscriber'),
			act: `${kind}.subscribed`,
			byMail: false,
			label: labels.subscribed,
			says: says.subscribed
		},
		{
			kind,
			fields: ['stage'],
			act: `${kind}.closed`,
			to: (change, record) => (isEnd(change, record) ? everybodyOf(record) : []),
			byMail: false,
			label: labels.closed,
			says: says.closed
		}
	];
}

/** Its stage has changed, and it has a closing day now: it has ended. */
const isEnd = ({ act }: ToldChange, { row }: ToldRecord): boolean =>
	act === 'edit' && row.closedOn !== null && row.closedOn !== undefined;

function everybodyOf({ values }: ToldRecord): readonly Told[] {
	const as = (reason: NoticeReason, ids: readonly string[]) =>
		ids.map((userId) => ({ userId, reason }));
	const one = (name: string) => (typeof values[name] === 'string' ? [values[name]] : []);
	return [
		...as('owner', one('owner')),
		...as('co_owner', one('coOwner')),
		...as('responsible', idsOf(values.responsible)),
		...as('subscriber', idsOf(values.subscribers))
	];
}
