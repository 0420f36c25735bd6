import { type Ctx, inTransaction } from '#lib/server/context.ts';
import type { bulkRuns, BulkReason } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound, Stale } from '#lib/server/errors.ts';
import type { KindName } from '#lib/shared/kinds.ts';
import type { Answer } from '../record.server.ts';

export type Run = typeof bulkRuns.$inferSelect;

export interface Item {
	readonly kind: KindName;
	readonly recordId: string;
}

/** What became of one record. */
export interface Done extends Item {
	readonly state: 'changed' | 'same' | 'refused';
	readonly reasons: readonly BulkReason[];
}

/** Done, perhaps with something that could not come along, or why not. */
export interface Attempt {
	readonly ok: boolean;
	readonly reasons: readonly BulkReason[];
}

/** Each for itself: what one of them throws or leaves half done is taken back with it alone. */
export async function attempt(ctx: Ctx, act: (ctx: Ctx) => Promise<Attempt>): Promise<Attempt> {
	try {
		return await inTransaction(ctx, async (ctx) => {
			const answer = await act(ctx);
			if (!answer.ok) throw new Refused(answer);
			return answer;
		});
	} catch (thrown) {
		if (thrown instanceof Refused) return thrown.answer;
		if (thrown instanceof NotFound) return no('not_found');
		if (thrown instanceof Forbidden) return no('forbidden');
		if (thrown instanceof Stale) return no('stale');
		throw thrown;
	}
}

class Refused extends Error {
	readonly answer: Attempt;
	constructor(answer: Attempt) {
		super('refused');
		this.answer = answer;
	}
}

export const no = (code: string, field?: string): Attempt => ({
	ok: false,
	reasons: [field === undefined ? { code } : { code, field }]
});

/** What a command answered. */
export function attemptOf(answer: Answer): Attempt {
	if (answer.ok) return { ok: true, reasons: [] };
	return 'faults' in answer ? { ok: false, reasons: answer.faults } : no(answer.error);
}
