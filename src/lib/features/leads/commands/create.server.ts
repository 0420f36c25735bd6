import { ownerFor } from '#lib/features/companies/commands.server.ts';
import { parseName } from '#lib/features/contacts/model.ts';
import { warningOf } from '#lib/features/matching/model.ts';
import type { RecordValues } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { create } from '#lib/server/records/create.ts';
import { fail } from '#lib/shared/result.ts';
import { leadRecords } from '../record.server.ts';
import { mayCreateLeads } from '../policy.ts';
import { similarLeads } from '../queries/similar.server.ts';
import type { AddLead, CreateLead } from '../schema.ts';

/**
 * Stores a new lead, from its name in one piece or from the parts among the values. Unless the input says
 * otherwise it belongs to the actor's first department and, when he is a member there, to him.
 */
export function createLead(
	ctx: Ctx,
	{
		id,
		name,
		departmentId,
		ownerId,
		values
	}: Omit<CreateLead, 'name'> & { readonly name?: string; readonly values: RecordValues }
) {
	return inTransaction(ctx, async (ctx) => {
		const parts = name === undefined ? {} : parseName(name);
		if (!parts) return fail('no_name');
		const department = departmentId ?? ctx.actor.departmentIds[0];
		if (!department) return fail('department_required');
		const owner = ownerId === undefined ? await ownerFor(ctx, department) : ownerId;
		return create(ctx, leadRecords, {
			// The form's id is its key too: pressing twice answers the first record.
			...(id ? { id, idempotencyKey: id } : {}),
			values: { ...values, ...parts, owner, department }
		});
	});
}

/**
 * Stores a new lead, unless he may be a lead or a contact who is there: then whoever enters him is shown that one
 * first. Another one is stored all the same once he has been seen: leads are merged later.
 */
export async function addLead(
	ctx: Ctx,
	{ seen, ...input }: AddLead & { readonly values: RecordValues }
) {
	if (!mayCreateLeads(ctx.actor)) throw new Forbidden('lead');
	const typed = { ...input.values, name: input.name };
	// Pressing twice finds what the first press has stored.
	const found = (await similarLeads(ctx, typed)).filter(({ id }) => id !== input.id);
	const isAsked = found.some(({ id }) => !seen.includes(id));
	return isAsked ? warningOf(found, () => false) : createLead(ctx, input);
}
