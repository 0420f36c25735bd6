import { z } from 'zod';
import {
	createCompany,
	restoreCompany,
	trashCompany
} from '#lib/features/companies/commands.server.ts';
import { companyListing } from '#lib/features/companies/queries.server.ts';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { assignCompany } from '#lib/features/contacts/commands.server.ts';
import { m } from '#lib/messages/messages.js';
import { resourceCommand, type Resource } from '#lib/server/api/resource.ts';
import { phrase } from '../../(app)/counterparty/phrase.ts';
import { id, idIn, optionalId } from './inputs.ts';

export const companies: Resource = {
	serverKind: companyRecords,
	title: m.shell_companies,
	listing: companyListing,
	filledIn: ['department'],
	refusedFields: { department_required: 'department' },
	create: (ctx, { id, values: { department, owner, ...values } }) =>
		createCompany(ctx, { id, departmentId: idIn(department), ownerId: idIn(owner), values }),
	trash: (ctx, id) => trashCompany(ctx, { id }),
	restore: (ctx, id) => restoreCompany(ctx, { id }),
	commands: {
		assign: resourceCommand({
			input: z.strictObject({ owner: optionalId, department: id }),
			summary: m.api_company_assign,
			fields: { owner_not_member: 'owner', foreign_department: 'department' },
			run: (ctx, id, { owner, department }) =>
				assignCompany(ctx, { id, ownerId: owner, departmentId: department })
		})
	},
	phrase
};
