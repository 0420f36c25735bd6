import { redirect } from '@sveltejs/kit';
import { loadTimeline } from '#lib/features/activity/queries.server.ts';
import { listFiles } from '#lib/features/attachments/queries.server.ts';
import { listChoices } from '#lib/features/companies/queries.server.ts';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { leadRecords } from '#lib/features/leads/record.server.ts';
import { keptAtRecord } from '#lib/features/kept/queries.server.ts';
import {
	activateCase,
	assignRequest,
	closeCase,
	copyRequest,
	createCounterparty,
	createDealFromRequest,
	linkCounterparty,
	lookAtRequest,
	markCase,
	markDuplicate,
	restoreRequest,
	revertRequest,
	saveRequest,
	trashRequest,
	unmarkCase,
	unmarkDuplicate,
	verifyLinks
} from '#lib/features/requests/commands.server.ts';
import {
	findCandidates,
	getRequest,
	type RequestPage
} from '#lib/features/requests/queries.server.ts';
import { remindersAt } from '#lib/features/reminders/queries.server.ts';
import { listProductChoices } from '#lib/features/products/queries.server.ts';
import { requestRecords } from '#lib/features/requests/record.server.ts';
import { requestKind } from '#lib/features/requests/record.ts';
import {
	AssignRequest,
	ChooseCandidate,
	LinkCounterparty,
	OneRequest
} from '#lib/features/requests/schema.ts';
import { idsOf } from '#lib/records/document.ts';
import { findNamed } from '#lib/features/search/queries.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { revertForm } from '#lib/server/web/revert-form.ts';
import { saveForm } from '#lib/server/web/save-form.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	for (const noun of [
		'request',
		'company',
		'contact',
		'lead',
		'deal',
		'product',
		'kept',
		'reminder'
	]) {
		event.depends(`live:${noun}`);
	}
	return loadPage(event, async (ctx) => {
		const request = await getRequest(ctx, event.params.id);
		const chosen = idsOf(request.values.products);
		const [
			choices,
			companies,
			contacts,
			leads,
			candidates,
			history,
			kept,
			reminders,
			files,
			products
		] = await Promise.all([
			listChoices(ctx),
			findNamed(ctx, companyRecords, '', 50),
			findNamed(ctx, contactRecords, '', 50),
			findNamed(ctx, leadRecords, '', 50),
			candidatesFor(ctx, request),
			loadTimeline(ctx, requestRecords, request, event.url.searchParams),
			keptAtRecord(ctx, requestRecords, request.id),
			remindersAt(ctx, { kind: 'request', recordId: request.id }),
			listFiles(ctx, { kind: 'request', recordId: request.id }),
			listProductChoices(ctx, request.departmentId, chosen)
		]);
		return {
			...{ request, choices, products, companies, contacts, leads, candidates },
			...{ history, kept, reminders, files }
		};
	});
};

/** Only whoever may link is asked, and only while somebody is missing. */
async function candidatesFor(ctx: Ctx, request: RequestPage) {
	const isLinked = request.contactId !== null || request.leadId !== null;
	const isOpen = request.mayEdit && request.pending && !isLinked;
	if (!isOpen) return { people: [], leads: [], companies: [] };
	return findCandidates(ctx, request.values, request.departmentId);
}

export const actions = {
	look: formAction(OneRequest, lookAtRequest),
	revert: (event) => revertForm(event, (ctx, asked) => revertRequest(ctx, event.params.id, asked)),
	save: (event) =>
		saveForm(event, requestKind, (ctx, edits) => saveRequest(ctx, event.params.id, edits)),
	assign: formAction(AssignRequest, assignRequest, {
		done: (_event, { stillVisible }) =>
			stillVisible ? { assigned: true as const } : redirect(303, '/requests')
	}),
	link: formAction(LinkCounterparty, linkCounterparty),
	choose: formAction(ChooseCandidate, linkCounterparty),
	newContact: formAction(OneRequest, createCounterparty),
	verify: formAction(OneRequest, verifyLinks),
	duplicate: formAction(OneRequest, markDuplicate),
	notDuplicate: formAction(OneRequest, unmarkDuplicate),
	case: formAction(OneRequest, markCase),
	notCase: formAction(OneRequest, unmarkCase),
	closeCase: formAction(OneRequest, closeCase),
	activateCase: formAction(OneRequest, activateCase),
	copy: formAction(OneRequest, copyRequest, {
		done: (_event, { id }) => redirect(303, `/requests/${id}`)
	}),
	deal: formAction(OneRequest, createDealFromRequest, {
		done: (_event, { dealId }) => redirect(303, `/deals/${dealId}`)
	}),
	trash: formAction(OneRequest, trashRequest, {
		done: (_event, { id }) => redirect(303, `/requests?trashed=${id}`)
	}),
	restore: formAction(OneRequest, restoreRequest)
} satisfies Actions;
