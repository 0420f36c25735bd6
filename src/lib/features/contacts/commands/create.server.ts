import { lockCompany, ownerFor } from '#lib/features/companies/commands.server.ts';
import type { RecordValues } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { create } from '#lib/server/records/create.ts';
import { fail } from '#lib/shared/result.ts';
import { parseName } from '../model.ts';
import { contactRecords } from '../record.server.ts';
import type { CreateContact } from '../schema.ts';

/**
 * Stores a new contact, from its name in one piece or from the parts among the values. With a company, owner and department are the
 * company's; without, the actor's first department and the actor, unless the input says otherwise.
 */
export function createContact(
	ctx: Ctx,
	{
		id,
		name,
		values,
		...input
	}: Omit<CreateContact, 'name'> & { readonly name?: string; readonly values: RecordValues }
) {
	return inTransaction(ctx, async (ctx) => {
		const parts = name === undefined ? {} : parseName(name);
		if (!parts) return fail('no_name');
		const place = await placeOf(ctx, input);
		if (!place) return fail('department_required');
		return create(ctx, contactRecords, {
			// The form's id is its key too: pressing twice answers the first record.
			...(id ? { id, idempotencyKey: id } : {}),
			values: { ...values, ...parts, ...place }
		});
	});
}

/** Company, owner and department of a new contact; null when there is no department to put it in. */
async function placeOf(
	ctx: Ctx,
	{
		companyId,
		departmentId,
		ownerId
	}: Pick<CreateContact, 'companyId' | 'departmentId' | 'ownerId'>
) {
	if (companyId) {
		const company = await lockCompany(ctx, companyId);
		return { company: companyId, owner: company.ownerId, department: company.departmentId };
	}
	const department = departmentId ?? ctx.actor.departmentIds[0];
	if (!department) return null;
	const owner = ownerId === undefined ? await ownerFor(ctx, department) : ownerId;
	return { company: null, owner, department };
}
