import type { Ctx } from '#lib/server/context.ts';
import { Stale } from '#lib/server/errors.ts';
import { edit } from '#lib/server/records/commit.ts';
import { holdersOf, idsHolding, unhindered } from '#lib/server/records/holders.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';

interface Move {
	readonly leadId: string;
	readonly companyId: string | null;
	readonly contactId: string;
	readonly batchId: string;
}

/**
 * Ties whatever hangs on the lead to the contact and his company instead, and answers how many records
 * that were. What is in the trash stays as it is: taken out again it leads to the lead, which leads on.
 */
export async function moveHanging(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{ leadId, companyId, contactId, batchId }: Move
): Promise<number> {
	const options = { commandMark: 'convertLead', batchId };
	let moved = 0;
	for (const holder of holdersOf(kinds, 'lead')) {
		const { serverKind, field } = holder;
		for (const id of await idsHolding(ctx, holder, leadId)) {
			const edits = [
				{ field, set: null },
				{ field: 'company', set: companyId },
				{ field: 'contact', set: contactId }
			];
			const done = await edit(unhindered(ctx), serverKind, id, edits, options);
			// Half of a conversion would be worse than none: the whole transaction goes back.
			if (!done.ok) throw new Stale(serverKind.kind.name);
			moved++;
		}
	}
	return moved;
}
