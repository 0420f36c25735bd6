import type { RevertAnswer } from '#lib/records/history.ts';
import type { EditNotice } from './editor.ts';

type PostedNotice = Pick<EditNotice, 'type' | 'field' | 'fault' | 'value' | 'current'>;

/** What a form posted without JavaScript was answered about fields that somebody else changed first. */
export const conflictsIn = (form: object | null): readonly PostedNotice[] =>
	form && 'notices' in form && Array.isArray(form.notices)
		? // Only saveForm answers with notices, and with these.
			(form.notices as PostedNotice[])
		: [];

/** What became of the wish to have an earlier value back; null when that was not asked. */
export const revertedIn = (form: object | null): RevertAnswer | null =>
	// Only revertForm answers so.
	form && 'reverted' in form ? (form.reverted as RevertAnswer) : null;
