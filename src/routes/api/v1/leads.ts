import { z } from 'zod';
import {
	assignLead,
	createLead,
	restoreLead,
	trashLead
} from '#lib/features/leads/commands.server.ts';
import { leadListing } from '#lib/features/leads/queries.server.ts';
import { leadRecords } from '#lib/features/leads/record.server.ts';
import { m } from '#lib/messages/messages.js';
import { resourceCommand, type Resource } from '#lib/server/api/resource.ts';
import { phrase } from '../../(app)/counterparty/phrase.ts';
import { id, idIn, optionalId } from './inputs.ts';

export const leads: Resource = {
	serverKind: leadRecords,
	title: m.leads_title,
	listing: leadListing,
	filledIn: ['department'],
	refusedFields: { department_required: 'department' },
	create: (ctx, { id, values: { department, owner, ...values } }) =>
		createLead(ctx, { id, departmentId: idIn(department), ownerId: idIn(owner), values }),
	trash: (ctx, id) => trashLead(ctx, { id }),
	restore: (ctx, id) => restoreLead(ctx, { id }),
	commands: {
		assign: resourceCommand({
			input: z.strictObject({ owner: optionalId, department: id }),
			summary: m.leads_api_assign,
			fields: { owner_not_member: 'owner', foreign_department: 'department' },
			run: (ctx, id, { owner, department }) =>
				assignLead(ctx, { id, ownerId: owner, departmentId: department })
		})
	},
	phrase
};
