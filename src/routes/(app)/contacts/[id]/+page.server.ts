import { redirect } from '@sveltejs/kit';
import { loadTimeline } from '#lib/features/activity/queries.server.ts';
import { listFiles } from '#lib/features/attachments/queries.server.ts';
import { listChoices } from '#lib/features/companies/queries.server.ts';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import {
	assignContact,
	moveContact,
	lookAtContact,
	restoreContact,
	revertContact,
	saveContact,
	trashContact
} from '#lib/features/contacts/commands.server.ts';
import { getContact } from '#lib/features/contacts/queries.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { contactKind } from '#lib/features/contacts/record.ts';
import { AssignContact, MoveContact, OneContact } from '#lib/features/contacts/schema.ts';
import { listDealsOf } from '#lib/features/deals/queries.server.ts';
import { listRequestsOf } from '#lib/features/requests/queries.server.ts';
import { leadsOf } from '#lib/features/leads/queries.server.ts';
import { findNamed } from '#lib/features/search/queries.server.ts';
import { keptAtRecord } from '#lib/features/kept/queries.server.ts';
import { remindersAt } from '#lib/features/reminders/queries.server.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { mergesInto } from '#lib/features/merge/queries.server.ts';
import { undoMerge } from '#lib/features/merge/commands.server.ts';
import { UndoMerge } from '#lib/features/merge/schema.ts';
import { revertForm } from '#lib/server/web/revert-form.ts';
import { saveForm } from '#lib/server/web/save-form.ts';
import { orMerged } from '../../counterparty/merge-page.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	for (const noun of ['company', 'contact', 'deal', 'request', 'kept', 'reminder']) {
		event.depends(`live:${noun}`);
	}
	return loadPage(event, async (ctx) => {
		const contact = await orMerged(event, ctx, 'contact', getContact);
		const [choices, companies, deals, requests, leads, history, kept, files, merges, reminders] =
			await Promise.all([
				listChoices(ctx),
				findNamed(ctx, companyRecords, '', 50),
				listDealsOf(ctx, { contactId: contact.id }),
				listRequestsOf(ctx, { contactId: contact.id }),
				leadsOf(ctx, { contactId: contact.id }),
				loadTimeline(ctx, contactRecords, contact, event.url.searchParams),
				keptAtRecord(ctx, contactRecords, contact.id),
				listFiles(ctx, { kind: 'contact', recordId: contact.id }),
				mergesInto(ctx, event.locals.kinds, 'contact', contact.id),
				remindersAt(ctx, { kind: 'contact', recordId: contact.id })
			]);
		return {
			contact,
			choices,
			companies,
			deals,
			requests,
			leads,
			history,
			kept,
			files,
			merges,
			reminders
		};
	});
};

export const actions = {
	look: formAction(OneContact, lookAtContact),
	revert: (event) => revertForm(event, (ctx, asked) => revertContact(ctx, event.params.id, asked)),
	save: (event) =>
		saveForm(event, contactKind, (ctx, edits) => saveContact(ctx, event.params.id, edits)),
	assign: formAction(AssignContact, assignContact, {
		fields: { owner_not_member: 'owner', foreign_department: 'department' },
		done: (_event, { stillVisible }) =>
			stillVisible ? { assigned: 0 } : redirect(303, '/contacts')
	}),
	move: formAction(MoveContact, moveContact),
	unmerge: (event) =>
		formAction(UndoMerge, (ctx, input) => undoMerge(ctx, event.locals.kinds, 'contact', input), {
			done: (_event, { goneId, stayed }) => ({ unmerged: goneId, stayed })
		})(event),
	trash: formAction(OneContact, trashContact, {
		done: (_event, { id }) => redirect(303, `/contacts?trashed=${id}`)
	}),
	restore: formAction(OneContact, restoreContact)
} satisfies Actions;
