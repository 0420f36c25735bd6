import { m } from '#lib/messages/messages.js';
import type { NoticeRule } from '#lib/records/notices.ts';
import { isId } from '#lib/shared/ids.ts';
import type { Json } from '#lib/shared/json.ts';
import { KIND_NAMES } from '#lib/shared/kinds.ts';

/** Administrators are told that the disk does not have a file any more; which is the only thing lost that a backup may bring back. */
export const missingFileNotices: readonly NoticeRule[] = KIND_NAMES.map((kind) => ({
	act: 'file.missing',
	kind,
	acts: ['file.missing'],
	to: (change) =>
		textsIn(change.new, 'administrators')
			.filter(isId)
			.map((userId) => ({ userId, reason: 'administrator' })),
	byMail: true,
	label: m.notifications_file_missing_label,
	says: ({ title, params }, language) =>
		m.notifications_file_missing({ file: params.file ?? '', title }, language),
	params: (change) => ({ file: textsIn(change.new, 'name')[0] ?? '' }),
	href: '/settings/files'
}));

function textsIn(told: Json, part: string): readonly string[] {
	if (told === null || typeof told !== 'object' || Array.isArray(told)) return [];
	const value = (told as Readonly<Record<string, Json>>)[part] ?? [];
	return [value].flat().filter((one) => typeof one === 'string');
}
