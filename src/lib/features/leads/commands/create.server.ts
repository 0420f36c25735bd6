import { ownerFor } from '#lib/features/companies/commands.server.ts';
import { parseName } from '#lib/features/contacts/model.ts';
import type { RecordValues } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { create } from '#lib/server/records/create.ts';
import { fail } from '#lib/shared/result.ts';
import { leadRecords } from '../record.server.ts';
import type { CreateLead } from '../schema.ts';

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
