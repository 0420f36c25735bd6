import { and, eq, isNull } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { leads } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { isConverted, leadRecords } from '../record.server.ts';

/** Locks a lead that the actor may see, and answers its row with whether it has become a contact. */
export async function lockLead(ctx: Ctx, id: string) {
	const [locked] = await ctx.db
		.select({ id: leads.id })
		.from(leads)
		.where(and(leadRecords.visibleTo(ctx.actor), eq(leads.id, id), isNull(leads.deletedAt)))
		.for('no key update');
	// Asked only once the row is ours: whoever converted it in the meantime has committed.
	const [lead] = locked
		? await ctx.db.select({ row: leads, isConverted }).from(leads).where(eq(leads.id, id))
		: [];
	if (!lead) throw new NotFound('lead');
	return { ...lead.row, isConverted: lead.isConverted };
}
