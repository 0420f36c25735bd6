import type { EditNotice } from './editor.ts';

/** What a form posted without JavaScript was answered about fields that somebody else changed first. */
export const conflictsIn = (form: object | null): readonly Omit<EditNotice, 'id'>[] =>
	form && 'notices' in form && Array.isArray(form.notices)
		? // Only saveForm answers with notices, and with these.
			(form.notices as Omit<EditNotice, 'id'>[])
		: [];
