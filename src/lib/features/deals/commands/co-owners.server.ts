import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { lockEditableDeal } from './lock.server.ts';
import { answerOf, saveDeal } from './record.server.ts';

interface Passed {
	readonly dealId: string;
	readonly from: string;
	/** Null takes the other one off without anybody in his place. */
	readonly to: string | null;
}

/** Puts somebody in the place of a co-owner; whoever owns the deal is no co-owner beside that. */
export function passCoOwnership(ctx: Ctx, { dealId, from, to }: Passed) {
	return inTransaction(ctx, async (ctx) => {
		const { ownerId } = await lockEditableDeal(ctx, dealId);
		const add = to === null || to === ownerId ? [] : [to];
		return answerOf(
			dealId,
			await saveDeal(ctx, dealId, [{ field: 'coOwners', add, remove: [from] }])
		);
	});
}
