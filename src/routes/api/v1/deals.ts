import { z } from 'zod';
import {
	assignDeal,
	changePipeline,
	createDeal,
	linkDeal,
	moveDeal,
	restoreDeal,
	trashDeal
} from '#lib/features/deals/commands.server.ts';
import { dealListing } from '#lib/features/deals/queries.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { changeEnd, endDeal, resumeDeal } from '#lib/features/payments/commands.server.ts';
import { m } from '#lib/messages/messages.js';
import { resourceCommand, type Resource } from '#lib/server/api/resource.ts';
import { faultSentence, isFaultCode } from '#lib/ui/record/faults.ts';
import { refusalSentence } from '../../(app)/deals/words.ts';
import { id, idIn, optionalId } from './inputs.ts';

const ending = z.strictObject({
	outcome: z.enum(['won', 'lost', 'irrelevant']),
	reason: optionalId,
	/** Money that is still expected of it is set aside. */
	setAside: z.boolean().default(false)
});

export const deals: Resource = {
	serverKind: dealRecords,
	title: m.shell_deals,
	// Programs get what they did not filter away.
	listing: {
		...dealListing,
		select: (ctx, query) =>
			dealListing.select(ctx, { ...query, filters: { status: 'all', ...query.filters } })
	},
	filledIn: ['stage', 'pipeline', 'department'],
	refusedFields: {
		contact_elsewhere: 'contact',
		lead_or_contact: 'lead',
		no_pipeline: 'pipeline',
		no_stage: 'stage'
	},
	create(ctx, { id, values: { name, ...values } }) {
		const { department, pipeline, stage, company, contact, lead, owner, ...rest } = values;
		return createDeal(ctx, {
			...(id === undefined ? {} : { id }),
			name: typeof name === 'string' ? name : '',
			departmentId: idIn(department),
			pipelineId: idIn(pipeline),
			stageId: idIn(stage),
			companyId: idIn(company),
			contactId: idIn(contact),
			leadId: idIn(lead),
			ownerId: idIn(owner),
			values: rest
		});
	},
	trash: (ctx, dealId) => trashDeal(ctx, { dealId }),
	restore: (ctx, dealId) => restoreDeal(ctx, { dealId }),
	commands: {
		assign: resourceCommand({
			input: z.strictObject({ owner: optionalId, department: id.optional() }),
			summary: m.api_deal_assign,
			fields: {
				owner_not_member: 'owner',
				foreign_department: 'department',
				no_pipeline: 'department'
			},
			run: (ctx, dealId, { owner, department }) =>
				assignDeal(ctx, { dealId, ownerId: owner, departmentId: department })
		}),
		link: resourceCommand({
			input: z.strictObject({
				company: optionalId,
				contact: optionalId,
				lead: optionalId,
				partner: optionalId
			}),
			summary: m.api_deal_link,
			fields: { contact_elsewhere: 'contact', lead_or_contact: 'lead' },
			run: (ctx, dealId, { company, contact, lead, partner }) =>
				linkDeal(ctx, {
					...{ dealId, companyId: company, contactId: contact },
					...{ leadId: lead, partnerId: partner }
				})
		}),
		pipeline: resourceCommand({
			input: z.strictObject({ pipeline: id }),
			summary: m.api_deal_pipeline,
			run: (ctx, dealId, { pipeline }) => changePipeline(ctx, { dealId, pipelineId: pipeline })
		}),
		move: resourceCommand({
			input: z.strictObject({ stage: id, after: optionalId, before: optionalId }),
			summary: m.api_deal_move,
			run: (ctx, dealId, { stage, after, before }) =>
				moveDeal(ctx, { dealId, stageId: stage, afterId: after, beforeId: before })
		}),
		close: resourceCommand({
			input: ending,
			summary: m.api_deal_close,
			fields: { amount_needed: 'amount', reason_needed: 'reason' },
			run: (ctx, dealId, { outcome, reason, setAside }) =>
				endDeal(ctx, { dealId, outcome, reasonId: reason, setAside })
		}),
		'change-closing': resourceCommand({
			input: ending,
			summary: m.api_deal_change_closing,
			fields: { amount_needed: 'amount', reason_needed: 'reason' },
			run: (ctx, dealId, { outcome, reason, setAside }) =>
				changeEnd(ctx, { dealId, outcome, reasonId: reason, setAside })
		}),
		reopen: resourceCommand({
			input: z.strictObject({}),
			summary: m.api_deal_reopen,
			run: (ctx, dealId) => resumeDeal(ctx, { dealId })
		})
	},
	phrase: ({ code, params }) =>
		isFaultCode(code) ? faultSentence({ code, params }) : refusalSentence(code)
};
