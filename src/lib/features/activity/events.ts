import { m } from '#lib/messages/messages.js';
import { idsOf } from '#lib/records/document.ts';
import type { NoticeRule, Told, ToldChange, ToldRecord } from '#lib/records/notices.ts';
import { isId } from '#lib/shared/ids.ts';
import type { Json } from '#lib/shared/json.ts';
import { KIND_NAMES } from '#lib/shared/kinds.ts';

/** What people are told of comments: that they are mentioned, and that somebody says something at what is theirs. */
export const commentNotices: readonly NoticeRule[] = KIND_NAMES.flatMap((kind): NoticeRule[] => [
	{
		act: 'record.mentioned',
		kind,
		acts: ['comment.added', 'comment.edited'],
		to: (change) => newlyMentioned(change).map((userId) => ({ userId, reason: 'mentioned' })),
		byMail: true,
		label: m.notifications_mentioned_label,
		says: m.notifications_mentioned
	},
	{
		act: 'record.commented',
		kind,
		acts: ['comment.added'],
		to: (_change, record) => whoseItIs(record),
		byMail: false,
		label: m.notifications_commented_label,
		says: m.notifications_commented
	}
]);

/** Not again when the comment is only said in other words. */
function newlyMentioned({ old, new: fresh }: ToldChange): readonly string[] {
	const before = new Set(mentionsIn(old));
	return mentionsIn(fresh).filter((id) => !before.has(id));
}

function mentionsIn(comment: Json): readonly string[] {
	if (comment === null || typeof comment !== 'object' || !('mentions' in comment)) return [];
	const { mentions } = comment;
	return Array.isArray(mentions) ? mentions.filter(isId) : [];
}

/** Whatever a kind calls those who work on it. */
function whoseItIs({ values }: ToldRecord): readonly Told[] {
	const one = (name: string) => (typeof values[name] === 'string' ? [values[name]] : []);
	const as = (reason: Told['reason'], ids: readonly string[]) =>
		ids.map((userId) => ({ userId, reason }));
	return [
		...as('owner', one('owner')),
		...as('co_owner', [...one('coOwner'), ...idsOf(values.coOwners)]),
		...as('responsible', idsOf(values.responsible)),
		...as('subscriber', idsOf(values.subscribers))
	];
}
