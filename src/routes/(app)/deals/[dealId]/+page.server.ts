import { redirect } from '@sveltejs/kit';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { listCurrencyCodes } from '#lib/features/currencies/queries.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import {
	assignDeal,
	changePipeline,
	closeDeal,
	linkDeal,
	reopenDeal,
	saveDeal,
	trashDeal
} from '#lib/features/deals/commands.server.ts';
import { getDeal } from '#lib/features/deals/queries.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { dealKind } from '#lib/features/deals/record.ts';
import {
	AssignDeal,
	ChangePipeline,
	CloseDeal,
	LinkDeal,
	OneDeal
} from '#lib/features/deals/schema.ts';
import { findNamed } from '#lib/features/search/queries.server.ts';
import {
	listClosingReasons,
	listDepartments,
	listPipelines,
	listTags
} from '#lib/features/settings/queries.server.ts';
import { listColleagues } from '#lib/features/users/queries.server.ts';
import { listChanges } from '#lib/server/records/timeline.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { saveForm } from '#lib/server/web/save-form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	event.depends('live:deal');
	return loadPage(event, async (ctx) => {
		const deal = await getDeal(ctx, event.params.dealId);
		const field = event.url.searchParams.get('history') ?? undefined;
		const before = Number(event.url.searchParams.get('before')) || undefined;
		const of = [deal.departmentId];
		const [
			pipelines,
			tags,
			colleagues,
			departments,
			timeline,
			companies,
			contacts,
			currencies,
			reasons
		] = await Promise.all([
			listPipelines(ctx, of),
			listTags(ctx, of),
			listColleagues(ctx),
			listDepartments(ctx),
			listChanges(ctx, dealRecords, deal.id, { field, before }),
			findNamed(ctx, companyRecords, '', 50),
			findNamed(ctx, contactRecords, '', 50),
			listCurrencyCodes(ctx),
			listClosingReasons(ctx, of)
		]);
		return {
			deal,
			field: field ?? null,
			pipelines,
			tags: tags.map(({ id, name }) => ({ id, name })),
			colleagues: colleagues.map(({ id, name, active, worksOn, departmentIds }) => ({
				id,
				name,
				eligible: active && worksOn.includes('deal') && departmentIds.includes(deal.departmentId)
			})),
			departments: departments.map(({ id, name }) => ({ id, name })),
			timeline,
			companies,
			contacts,
			currencies,
			lostReasons: reasons
				.filter(({ outcome }) => outcome === 'lost')
				.map(({ id, name }) => ({ id, name }))
		};
	});
};

export const actions = {
	save: (event) =>
		saveForm(event, dealKind, (ctx, edits) => saveDeal(ctx, event.params.dealId, edits)),
	assign: formAction(AssignDeal, assignDeal),
	link: formAction(LinkDeal, linkDeal),
	pipeline: formAction(ChangePipeline, changePipeline),
	close: formAction(CloseDeal, closeDeal, { fields: { amount_needed: 'amount' } }),
	reopen: formAction(OneDeal, reopenDeal),
	trash: formAction(OneDeal, trashDeal, {
		done: (_event, { dealId }) => redirect(303, `/deals?trashed=${dealId}`)
	})
} satisfies Actions;
