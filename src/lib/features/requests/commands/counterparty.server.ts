import { createCompany } from '#lib/features/companies/commands.server.ts';
import { createContact } from '#lib/features/contacts/commands.server.ts';
import { isBlank, type RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { NotFound } from '#lib/server/errors.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { fail } from '#lib/shared/result.ts';
import { PERSON_FIELDS, picked } from '../model/picked.ts';
import { requestRecords } from '../record.server.ts';
import type { OneRequest } from '../schema.ts';
import { linkCounterparty } from './link.server.ts';
import { orTakenBack, peekAtRequest, takeBack } from './lock.server.ts';

/**
 * Makes whoever asks a contact, at the linked company or at a new one of the name he gave, and links both:
 * what a person decides when nobody known is the one.
 */
export function createCounterparty(ctx: Ctx, { id }: OneRequest) {
	return orTakenBack(ctx, async (ctx) => {
		const request = await peekAtRequest(ctx, id);
		if (request.contactId ?? request.leadId) return fail('has_contact');
		const loaded = await loadRecord(ctx, requestRecords, id);
		if (!loaded) throw new NotFound('request');
		const { values } = loaded;
		if (isBlank(values.firstName)) return fail('name_needed');
		const companyId = request.companyId ?? (await newCompany(ctx, values, request.departmentId));
		const made = await createContact(ctx, {
			...{ companyId, departmentId: request.departmentId },
			values: picked(values, PERSON_FIELDS)
		});
		if (!made.ok) return takeBack('contact_refused');
		const linked = await linkCounterparty(ctx, { id, contactId: made.value.id, companyId });
		return linked.ok ? linked : takeBack('error' in linked ? linked.error : 'contact_refused');
	});
}

async function newCompany(ctx: Ctx, values: RecordValues, departmentId: string) {
	if (isBlank(values.companyName)) return null;
	const company = {
		...picked(values, ['website', 'place', 'source']),
		name: values.companyName ?? null
	};
	const made = await createCompany(ctx, { departmentId, values: company });
	return made.ok ? made.value.id : takeBack('company_refused');
}
