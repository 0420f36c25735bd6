import { redirect } from '@sveltejs/kit';
import { loadTimeline } from '#lib/features/activity/queries.server.ts';
import { getLogo, listFiles } from '#lib/features/attachments/queries.server.ts';
import {
	lookAtCompany,
	restoreCompany,
	revertCompany,
	saveCompany,
	trashCompany
} from '#lib/features/companies/commands.server.ts';
import { getCompany, listChoices, sameNamed } from '#lib/features/companies/queries.server.ts';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { companyKind } from '#lib/features/companies/record.ts';
import { AssignCompany, OneCompany } from '#lib/features/companies/schema.ts';
import { assignCompany } from '#lib/features/contacts/commands.server.ts';
import { listContactsOf } from '#lib/features/contacts/queries.server.ts';
import { listDealsOf } from '#lib/features/deals/queries.server.ts';
import { leadsOf } from '#lib/features/leads/queries.server.ts';
import { keptAtRecord } from '#lib/features/kept/queries.server.ts';
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
	for (const noun of ['company', 'contact', 'deal', 'request', 'kept', 'reminder']) {
		event.depends(`live:${noun}`);
	}
	return loadPage(event, async (ctx) => {
		const company = await orMerged(event, ctx, 'company', getCompany);
		const [
			choices,
			contacts,
			deals,
			requests,
			leads,
			twins,
			history,
			kept,
			files,
			logo,
			merges,
			reminders
		] = await Promise.all([
			listChoices(ctx),
			listContactsOf(ctx, company.id),
			listDealsOf(ctx, { companyId: company.id }),
			listRequestsOf(ctx, { companyId: company.id }),
			leadsOf(ctx, { companyId: company.id }),
			sameNamed(ctx, company),
			loadTimeline(ctx, companyRecords, company, event.url.searchParams),
			keptAtRecord(ctx, companyRecords, company.id),
			listFiles(ctx, { kind: 'company', recordId: company.id }),
			getLogo(ctx, company.id),
			mergesInto(ctx, event.locals.kinds, 'company', company.id),
			remindersAt(ctx, { kind: 'company', recordId: company.id })
		]);
		return {
			company,
			choices,
			contacts,
			deals,
			requests,
			leads,
			twins,
			history,
			kept,
			files,
			logo,
			merges,
			reminders
		};
	});
};

export const actions = {
	look: formAction(OneCompany, lookAtCompany),
	revert: (event) => revertForm(event, (ctx, asked) => revertCompany(ctx, event.params.id, asked)),
	save: (event) =>
		saveForm(event, companyKind, (ctx, edits) => saveCompany(ctx, event.params.id, edits)),
	assign: formAction(AssignCompany, assignCompany, {
		fields: { owner_not_member: 'owner', foreign_department: 'department' },
		done: (_event, { contacts, stillVisible }) =>
			stillVisible ? { assigned: contacts } : redirect(303, '/companies')
	}),
	unmerge: (event) =>
		formAction(UndoMerge, (ctx, input) => undoMerge(ctx, event.locals.kinds, 'company', input), {
			done: (_event, { goneId, stayed }) => ({ unmerged: goneId, stayed })
		})(event),
	trash: formAction(OneCompany, trashCompany, {
		done: (_event, { id }) => redirect(303, `/companies?trashed=${id}`)
	}),
	restore: formAction(OneCompany, restoreCompany)
} satisfies Actions;
