import type { ActionResult } from '@sveltejs/kit';
import type { Drop } from '#lib/features/deals/state.svelte.ts';
import { faultSentence } from '#lib/ui/record/faults.ts';
import { m } from '#lib/messages/messages.js';
import { z } from 'zod';
import { postAction, refusedCode } from '../post-action.ts';

/**
 * What became of a move: where the card lies now, one sentence that says why it was not moved, or null when nobody
 * answered.
 */
type Moved =
	| { readonly ok: true; readonly place: string }
	| { readonly ok: false; readonly refusal: string | null };

/** Asks the server to move a card; with `undoes`, to take that move back if the card still lies there. */
export async function requestMove(drop: Drop, name: string, undoes?: string): Promise<Moved> {
	const result = await postAction('?/move', {
		dealId: drop.dealId,
		stageId: drop.stageId,
		afterId: drop.afterId ?? '',
		beforeId: drop.beforeId ?? '',
		...(undoes === undefined ? {} : { undoes })
	});
	if (result === null) return { ok: false, refusal: null };
	if (result.type === 'success') return { ok: true, place: Done.parse(result.data).moved.place };
	if (refusedCode(result) === 'moved_meanwhile') {
		return { ok: false, refusal: m.deals_moved_meanwhile({ name }) };
	}
	return { ok: false, refusal: m.deals_not_moved({ name, reason: reasonOf(result) }) };
}

const Done = z.object({
	moved: z.object({ dealId: z.string(), was: z.string(), place: z.string() })
});

/** The move that a form without JavaScript has made, or null. */
export const movedIn = (form: object | null) => Done.safeParse(form).data?.moved ?? null;

function reasonOf(result: ActionResult): string {
	const status = 'status' in result ? result.status : undefined;
	if (status === 403) return m.deals_reason_forbidden();
	if (status === 404) return m.deals_reason_gone();
	return refusedCode(result) === 'stage_closed'
		? faultSentence({ code: 'stage_closed' })
		: m.deals_reason_other();
}
