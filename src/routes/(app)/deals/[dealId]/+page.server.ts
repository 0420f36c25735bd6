import { redirect } from '@sveltejs/kit';
import { loadTimeline } from '#lib/features/activity/queries.server.ts';
import { listFiles } from '#lib/features/attachments/queries.server.ts';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { listCurrencyCodes } from '#lib/features/currencies/queries.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import {
	assignDeal,
	changePipeline,
	linkDeal,
	lookAtDeal,
	noteQuality,
	removeQuality,
	revertDeal,
	saveDeal,
	trashDeal
} from '#lib/features/deals/commands.server.ts';
import { type DealPage, getDeal } from '#lib/features/deals/queries.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { dealKind } from '#lib/features/deals/record.ts';
import {
	AssignDeal,
	ChangePipeline,
	LinkDeal,
	NoteQuality,
	OneDeal,
	OneQualityEvent
} from '#lib/features/deals/schema.ts';
import {
	addPayment,
	changeEnd,
	changePayment,
	endDeal,
	removePayment,
	resumeDeal
} from '#lib/features/payments/commands.server.ts';
import { PAYMENTS_PANEL } from '#lib/features/payments/model.ts';
import { listPaymentsOf } from '#lib/features/payments/queries.server.ts';
import { AddPayment, ChangePayment, EndDeal, OnePayment } from '#lib/features/payments/schema.ts';
import { findRequestOfDeal } from '#lib/features/requests/queries.server.ts';
import { findNamed } from '#lib/features/search/queries.server.ts';
import {
	listClosingReasons,
	listDepartments,
	listPipelines,
	listTags
} from '#lib/features/settings/queries.server.ts';
import {
	addLineItem,
	changeLineItem,
	removeLineItem,
	shipItem,
	unshipItem
} from '#lib/features/shipments/commands.server.ts';
import { ITEMS_PANEL } from '#lib/features/shipments/model.ts';
import { listItemsOf } from '#lib/features/shipments/queries.server.ts';
import {
	AddLineItem,
	ChangeLineItem,
	OneLineItem,
	ShipItem
} from '#lib/features/shipments/schema.ts';
import { type Colleague, listColleagues } from '#lib/features/users/queries.server.ts';
import { keptAtRecord } from '#lib/features/kept/queries.server.ts';
import { remindersAt } from '#lib/features/reminders/queries.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { revertForm } from '#lib/server/web/revert-form.ts';
import { saveForm } from '#lib/server/web/save-form.ts';
import { newId } from '#lib/shared/ids.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
	for (const noun of ['deal', 'kept', 'reminder']) event.depends(`live:${noun}`);
	return loadPage(event, async (ctx) => {
		const deal = await getDeal(ctx, event.params.dealId);
		const of = [deal.departmentId];
		const [
			pipelines,
			tags,
			colleagues,
			departments,
			history,
			companies,
			contacts,
			currencies,
			reasons,
			kept,
			request,
			files,
			goods,
			reminders
		] = await Promise.all([
			listPipelines(ctx, of),
			listTags(ctx, of),
			listColleagues(ctx),
			listDepartments(ctx),
			loadTimeline(ctx, dealRecords, deal, event.url.searchParams),
			findNamed(ctx, companyRecords, '', 50),
			findNamed(ctx, contactRecords, '', 50),
			listCurrencyCodes(ctx),
			listClosingReasons(ctx, of),
			keptAtRecord(ctx, dealRecords, deal.id),
			findRequestOfDeal(ctx, deal.id),
			listFiles(ctx, { kind: 'deal', recordId: deal.id }),
			loadGoods(ctx, deal),
			remindersAt(ctx, { kind: 'deal', recordId: deal.id })
		]);
		return {
			deal,
			pipelines,
			tags: tags.map(({ id, name }) => ({ id, name })),
			colleagues: colleagues.map((colleague) => ownerChoice(colleague, deal)),
			departments: departments.map(({ id, name }) => ({ id, name })),
			history,
			kept,
			reminders,
			request,
			files,
			companies,
			contacts,
			currencies,
			...goods,
			lostReasons: reasons
				.filter(({ outcome }) => outcome === 'lost')
				.map(({ id, name }) => ({ id, name }))
		};
	});
};

const ownerChoice = (
	{ id, name, active, worksOn, departmentIds }: Colleague,
	{ departmentId }: DealPage
) => ({
	...{ id, name },
	eligible: active && worksOn.includes('deal') && departmentIds.includes(departmentId)
});

/** What the deal is about and what it brings, as far as the reader may see it. */
async function loadGoods(ctx: Ctx, deal: DealPage) {
	const [items, payments] = await Promise.all([listItemsOf(ctx, deal), listPaymentsOf(ctx, deal)]);
	// Ids of the next item and payment: pressing twice makes one.
	return { items, payments, fresh: { item: newId(), payment: newId() } };
}

const items = {
	fields: { product_unknown: 'productId', currency_unknown: 'currency' },
	done: () => ({ saved: ITEMS_PANEL })
} as const;
const payments = {
	fields: { currency_unknown: 'currency' },
	done: () => ({ saved: PAYMENTS_PANEL })
} as const;

export const actions = {
	look: formAction(OneDeal, lookAtDeal),
	revert: (event) => revertForm(event, (ctx, asked) => revertDeal(ctx, event.params.dealId, asked)),
	save: (event) =>
		saveForm(event, dealKind, (ctx, edits) => saveDeal(ctx, event.params.dealId, edits)),
	assign: formAction(AssignDeal, assignDeal),
	link: formAction(LinkDeal, linkDeal),
	pipeline: formAction(ChangePipeline, changePipeline),
	close: formAction(EndDeal, endDeal, {
		fields: { amount_needed: 'amount' },
		done: (_event, ended) => ({ ended })
	}),
	changeClosing: formAction(EndDeal, changeEnd, {
		fields: { amount_needed: 'amount' },
		done: (_event, ended) => ({ ended })
	}),
	reopen: formAction(OneDeal, resumeDeal),
	noteQuality: formAction(NoteQuality, noteQuality),
	removeQuality: formAction(OneQualityEvent, removeQuality),
	addItem: formAction(AddLineItem, addLineItem, items),
	changeItem: formAction(ChangeLineItem, changeLineItem, items),
	removeItem: formAction(OneLineItem, removeLineItem, items),
	ship: formAction(ShipItem, shipItem, items),
	unship: formAction(OneLineItem, unshipItem, items),
	addPayment: formAction(AddPayment, addPayment, payments),
	changePayment: formAction(ChangePayment, changePayment, payments),
	removePayment: formAction(OnePayment, removePayment, payments),
	trash: formAction(OneDeal, trashDeal, {
		done: (_event, { dealId }) => redirect(303, `/deals?trashed=${dealId}`)
	})
} satisfies Actions;
