import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { relist } from '#lib/server/db/department-twins.ts';
import { membersOf } from '#lib/server/db/referable.ts';
import { Forbidden, NotFound, Stale } from '#lib/server/errors.ts';
import { edit } from '#lib/server/records/commit.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { canEditLead, canHandOverLeadTo, canReadLead } from '../policy.ts';
import { leadRecords } from '../record.server.ts';
import type { AssignLead } from '../schema.ts';
import { lockLead } from './lock.server.ts';

/** Hands a lead to another owner, another department, or both. */
export function assignLead(ctx: Ctx, { id, ownerId, departmentId }: AssignLead) {
	return inTransaction(ctx, async (ctx) => {
		const lead = await lockLead(ctx, id);
		if (!canEditLead(ctx.actor, lead)) throw new Forbidden('lead');
		const place = { ownerId: ownerId === undefined ? lead.ownerId : ownerId, departmentId };
		const moves = departmentId !== lead.departmentId;
		if (moves && !canHandOverLeadTo(ctx.actor, departmentId)) return fail('foreign_department');
		if (place.ownerId !== null && (moves || place.ownerId !== lead.ownerId)) {
			const members = await membersOf(ctx, { ids: [place.ownerId], departmentId });
			if (!members.has(place.ownerId)) return fail('owner_not_member');
		}
		const loaded = await loadRecord(ctx, leadRecords, id);
		if (!loaded) throw new NotFound('lead');
		const edits = [
			{ field: 'owner', set: place.ownerId },
			{ field: 'department', set: departmentId },
			...(moves ? await relist(ctx, loaded.values, departmentId) : [])
		];
		const done = await edit(ctx, leadRecords, id, edits, { commandMark: 'assignLead' });
		// Half of a handover would be worse than none: the whole transaction goes back.
		if (!done.ok) throw new Stale('lead');
		return ok({ id, stillVisible: canReadLead(ctx.actor, place) });
	});
}
