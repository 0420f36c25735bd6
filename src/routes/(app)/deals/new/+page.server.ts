import { redirect } from '@sveltejs/kit';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { listCurrencyCodes } from '#lib/features/currencies/queries.server.ts';
import { getLead } from '#lib/features/leads/queries.server.ts';
import { createDeal } from '#lib/features/deals/commands.server.ts';
import { nextWorkingDay, todayIn } from '#lib/shared/days.ts';
import { CreateDealForm } from '#lib/features/deals/schema.ts';
import { findNamed } from '#lib/features/search/queries.server.ts';
import { listDepartments, listPipelines } from '#lib/features/settings/queries.server.ts';
import { listColleagues } from '#lib/features/users/queries.server.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { scopeOf } from '#lib/shared/actor.ts';
import { isId, newId } from '#lib/shared/ids.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const scope = scopeOf(ctx.actor, 'deal', 'create');
		if (scope === null) throw new Forbidden('deal');
		const [pipelines, departments, colleagues, companies, contacts, currencies] = await Promise.all(
			[
				listPipelines(ctx, scope === 'all' ? undefined : ctx.actor.departmentIds),
				listDepartments(ctx),
				listColleagues(ctx),
				findNamed(ctx, companyRecords, '', 50),
				findNamed(ctx, contactRecords, '', 50),
				listCurrencyCodes(ctx)
			]
		);
		const asked = (name: string) => {
			const id = event.url.searchParams.get(name);
			return isId(id) ? id : '';
		};
		const home = pipelines.find(({ departmentId }) =>
			ctx.actor.departmentIds.includes(departmentId)
		);
		const pipeline = pipelines.find(({ id }) => id === asked('pipeline')) ?? home ?? pipelines[0];
		const department = departments.find(({ id }) => id === pipeline?.departmentId);
		const lead = asked('lead') === '' ? null : await getLead(ctx, asked('lead'));
		const currency = department?.defaultCurrency ?? currencies[0] ?? 'EUR';
		return {
			id: newId(),
			pipelines: pipelines.map(({ id, name }) => ({ id, name })),
			pipelineId: pipeline?.id ?? '',
			currency,
			currencies: [...new Set([currency, ...currencies])],
			nextStepOn: nextWorkingDay(todayIn(ctx.actor.timeZone, ctx.now)),
			colleagues: colleagues
				.filter(
					({ active, worksOn, departmentIds }) =>
						active &&
						worksOn.includes('deal') &&
						(!department || departmentIds.includes(department.id))
				)
				.map(({ id, name }) => ({ id, name })),
			companies,
			contacts,
			companyId: asked('company'),
			contactId: asked('contact'),
			lead: lead && { id: lead.id, name: lead.fullName }
		};
	});

export const actions = {
	default: formAction(CreateDealForm, createDeal, {
		fields: { contact_elsewhere: 'contactId', no_pipeline: 'pipelineId', no_stage: 'pipelineId' },
		done: (_event, { id }) => redirect(303, `/deals/${id}`)
	})
} satisfies Actions;
