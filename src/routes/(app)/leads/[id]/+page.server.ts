import { redirect } from '@sveltejs/kit';
import { loadTimeline } from '#lib/features/activity/queries.server.ts';
import { listFiles } from '#lib/features/attachments/queries.server.ts';
import { listChoices } from '#lib/features/companies/queries.server.ts';
import { listDealsOf } from '#lib/features/deals/queries.server.ts';
import { keptAtRecord } from '#lib/features/kept/queries.server.ts';
import {
	assignLead,
	lookAtLead,
	restoreLead,
	revertLead,
	saveLead,
	trashLead,
	undoConversion
} from '#lib/features/leads/commands.server.ts';
import { getLead } from '#lib/features/leads/queries.server.ts';
import { leadRecords } from '#lib/features/leads/record.server.ts';
import { leadKind } from '#lib/features/leads/record.ts';
import { AssignLead, OneLead } from '#lib/features/leads/schema.ts';
import { remindersAt } from '#lib/features/reminders/queries.server.ts';
import { listRequestsOf } from '#lib/features/requests/queries.server.ts';
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
	for (const noun of ['lead', 'deal', 'request', 'kept', 'reminder']) event.depends(`live:${noun}`);
	return loadPage(event, async (ctx) => {
		const lead = await orMerged(event, ctx, 'lead', getLead);
		const [choices, deals, requests, history, kept, reminders, files, merges] = await Promise.all([
			listChoices(ctx),
			listDealsOf(ctx, { leadId: lead.id }),
			listRequestsOf(ctx, { leadId: lead.id }),
			loadTimeline(ctx, leadRecords, lead, event.url.searchParams),
			keptAtRecord(ctx, leadRecords, lead.id),
			remindersAt(ctx, { kind: 'lead', recordId: lead.id }),
			listFiles(ctx, { kind: 'lead', recordId: lead.id }),
			mergesInto(ctx, event.locals.kinds, 'lead', lead.id)
		]);
		return { lead, choices, deals, requests, history, kept, reminders, files, merges };
	});
};

export const actions = {
	look: formAction(OneLead, lookAtLead),
	revert: (event) => revertForm(event, (ctx, asked) => revertLead(ctx, event.params.id, asked)),
	save: (event) => saveForm(event, leadKind, (ctx, edits) => saveLead(ctx, event.params.id, edits)),
	assign: formAction(AssignLead, assignLead, {
		fields: { owner_not_member: 'owner', foreign_department: 'department' },
		done: (_event, { stillVisible }) => (stillVisible ? { assigned: 0 } : redirect(303, '/leads'))
	}),
	undo: (event) =>
		formAction(OneLead, (ctx, input) => undoConversion(ctx, event.locals.kinds, input), {
			done: (_event, { stayed }) => ({ undone: stayed })
		})(event),
	unmerge: (event) =>
		formAction(UndoMerge, (ctx, input) => undoMerge(ctx, event.locals.kinds, 'lead', input), {
			done: (_event, { goneId, stayed }) => ({ unmerged: goneId, stayed })
		})(event),
	trash: formAction(OneLead, trashLead, {
		done: (_event, { id }) => redirect(303, `/leads?trashed=${id}`)
	}),
	restore: formAction(OneLead, restoreLead)
} satisfies Actions;
