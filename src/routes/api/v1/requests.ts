import { z } from 'zod';
import {
	activateCase,
	assignRequest,
	closeCase,
	copyRequest,
	createDealFromRequest,
	createRequest,
	linkCounterparty,
	markCase,
	markDuplicate,
	restoreRequest,
	trashRequest,
	unmarkCase,
	unmarkDuplicate,
	verifyLinks
} from '#lib/features/requests/commands.server.ts';
import { requestListing } from '#lib/features/requests/queries.server.ts';
import { requestRecords } from '#lib/features/requests/record.server.ts';
import type { OneRequest } from '#lib/features/requests/schema.ts';
import { m } from '#lib/messages/messages.js';
import { resourceCommand, type Outcome, type Resource } from '#lib/server/api/resource.ts';
import type { Ctx } from '#lib/server/context.ts';
import { requestRefusal } from '../../(app)/requests/words.ts';
import { id, idIn, optionalId } from './inputs.ts';

/** A command that needs nothing but the request. */
const bare = (summary: () => string, command: (ctx: Ctx, input: OneRequest) => Promise<Outcome>) =>
	resourceCommand({ input: z.strictObject({}), summary, run: (ctx, id) => command(ctx, { id }) });

export const requests: Resource = {
	serverKind: requestRecords,
	title: m.requests_title,
	listing: requestListing,
	filledIn: ['department'],
	decided: ['deal', 'pending', 'subsequent', 'duplicate', 'case', 'toVerify'],
	refusedFields: {
		department_required: 'department',
		contact_elsewhere: 'contact',
		lead_or_contact: 'lead',
		no_name: 'firstName'
	},
	create(ctx, { id, values: { contact, company, lead, owner, coOwner, department, ...values } }) {
		return createRequest(ctx, {
			...(id === undefined ? {} : { id }),
			...{ contactId: idIn(contact), companyId: idIn(company), leadId: idIn(lead) },
			...{ ownerId: idIn(owner), coOwnerId: idIn(coOwner), departmentId: idIn(department) },
			values
		});
	},
	trash: (ctx, id) => trashRequest(ctx, { id }),
	restore: (ctx, id) => restoreRequest(ctx, { id }),
	commands: {
		assign: resourceCommand({
			input: z.strictObject({
				owner: optionalId,
				coOwner: optionalId,
				department: id.optional(),
				client: z.enum(['moves', 'stays']).optional()
			}),
			summary: m.requests_api_assign,
			fields: {
				owner_not_member: 'owner',
				co_owner_not_member: 'coOwner',
				co_owner_is_owner: 'coOwner',
				foreign_department: 'department',
				client_elsewhere: 'client'
			},
			run: (ctx, id, { owner, coOwner, department, client }) =>
				assignRequest(ctx, {
					...{ id, ownerId: owner, coOwnerId: coOwner, client },
					departmentId: department
				})
		}),
		link: resourceCommand({
			input: z.strictObject({ company: optionalId, contact: optionalId, lead: optionalId }),
			summary: m.requests_api_link,
			fields: { contact_elsewhere: 'contact', lead_or_contact: 'lead' },
			run: (ctx, id, { company, contact, lead }) =>
				linkCounterparty(ctx, { id, companyId: company, contactId: contact, leadId: lead })
		}),
		verify: bare(m.requests_api_verify, verifyLinks),
		'mark-duplicate': bare(m.requests_api_duplicate, markDuplicate),
		'unmark-duplicate': bare(m.requests_api_not_duplicate, unmarkDuplicate),
		'mark-case': bare(m.requests_api_case, markCase),
		'unmark-case': bare(m.requests_api_not_case, unmarkCase),
		close: bare(m.requests_api_close, closeCase),
		activate: bare(m.requests_api_activate, activateCase),
		copy: bare(m.requests_api_copy, copyRequest),
		deal: bare(m.requests_api_deal, createDealFromRequest)
	},
	phrase: requestRefusal
};
