import type { PersonKind } from '#lib/features/privacy/schema.ts';
import { m } from '#lib/messages/messages.js';
import { KINDS, type KindName } from '#lib/shared/kinds.ts';
import type { Format } from '#lib/ui/format.ts';
import { KIND_LOOKS } from '#lib/ui/kinds.ts';

/** Whom it is about. */
export const PERSON_WORDS: Readonly<Record<PersonKind, () => string>> = {
	contact: m.privacy_kind_contact,
	lead: m.privacy_kind_lead,
	user: m.privacy_kind_user
};

const BESIDE: Readonly<Record<string, () => string>> = {
	user: m.privacy_kind_user,
	change: m.privacy_count_changes,
	changes: m.privacy_count_changes,
	comment: m.privacy_count_comments,
	comments: m.privacy_count_comments,
	file: m.privacy_count_files,
	files: m.privacy_count_files,
	attachments: m.privacy_count_files,
	reminder: m.privacy_count_reminders,
	reminders: m.privacy_count_reminders,
	notification: m.privacy_count_notifications,
	notifications: m.privacy_count_notifications,
	outgoing_mails: m.privacy_count_mails,
	kept_edits: m.privacy_count_kept
};

/** What something is called that is counted; what this page has no word for is something else. */
const wordFor = (what: string) =>
	Object.hasOwn(KINDS, what)
		? KIND_LOOKS[what as KindName].many() // as just looked up
		: (BESIDE[what] ?? m.privacy_count_other)();

/** How much of what: "Deals: 2, comments: 5". */
export function countsInWords(format: Format, counts: Readonly<Record<string, number>>): string {
	const byWord = new Map<string, number>();
	for (const [what, many] of Object.entries(counts)) {
		if (many > 0) byWord.set(wordFor(what), (byWord.get(wordFor(what)) ?? 0) + many);
	}
	return [...byWord].map(([word, many]) => `${word}: ${format.number(many)}`).join(' · ');
}
