import { z } from 'zod';
import { lockCompany } from '#lib/features/companies/commands.server.ts';
import {
	assignContact,
	createContact,
	moveContact,
	restoreContact,
	trashContact
} from '#lib/features/contacts/commands.server.ts';
import { contactListing } from '#lib/features/contacts/queries.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { m } from '#lib/messages/messages.js';
import { resourceCommand, type Resource } from '#lib/server/api/resource.ts';
import { phrase } from '../../(app)/counterparty/phrase.ts';
import { id, idIn, optionalId } from './inputs.ts';

export const contacts: Resource = {
	serverKind: contactRecords,
	title: m.shell_contacts,
	listing: contactListing,
	filledIn: ['department'],
	refusedFields: { department_required: 'department' },
	create: (ctx, { id, values: { company, department, owner, ...values } }) =>
		createContact(ctx, {
			...{ id, companyId: idIn(company), departmentId: idIn(department), ownerId: idIn(owner) },
			values
		}),
	trash: (ctx, id) => trashContact(ctx, { id }),
	restore: (ctx, id) => restoreContact(ctx, { id }),
	commands: {
		assign: resourceCommand({
			input: z.strictObject({ owner: optionalId, department: id }),
			summary: m.api_contact_assign,
			fields: { owner_not_member: 'owner', foreign_department: 'department' },
			run: (ctx, id, { owner, department }) =>
				assignContact(ctx, { id, ownerId: owner, departmentId: department })
		}),
		move: resourceCommand({
			input: z.strictObject({ company: id.nullable() }),
			summary: m.api_contact_move,
			// Companies are locked before contacts, everywhere.
			lockFirst: async (ctx, { company }) => company && lockCompany(ctx, company),
			run: (ctx, id, { company }) => moveContact(ctx, { id, companyId: company })
		})
	},
	phrase
};
