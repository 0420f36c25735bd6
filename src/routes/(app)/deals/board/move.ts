import { deserialize } from '$app/forms';
import type { Drop } from '#lib/features/deals/state.svelte.ts';
import { faultSentence } from '#lib/ui/record/faults.ts';
import { m } from '#lib/messages/messages.js';
import { z } from 'zod';

/**
 * What became of a move: where the card lies now, one sentence that says why it was not moved, or null when nobody
 * answered.
 */
type Moved =
	| { readonly ok: true; readonly place: string }
	| { readonly ok: false; readonly refusal: string | null };

/** Asks the server to move a card; with `undoes`, to take that move back if the card still lies there. */
export async function requestMove(drop: Drop, name: string, undoes?: string): Promise<Moved> {
	const body = new FormData();
	body.set('dealId', drop.dealId);
	body.set('stageId', drop.stageId);
	body.set('afterId', drop.afterId ?? '');
	body.set('beforeId', drop.beforeId ?? '');
	if (undoes !== undefined) body.set('undoes', undoes);
	try {
		const response = await fetch('?/move', {
			method: 'POST',
			body,
			headers: { 'x-sveltekit-action': 'true' }
		});
		const result = deserialize(await response.text());
		if (result.type === 'success') return { ok: true, place: Done.parse(result.data).moved.place };
		if (isAnother(result)) return { ok: false, refusal: m.deals_moved_meanwhile({ name }) };
		return { ok: false, refusal: m.deals_not_moved({ name, reason: reasonOf(result) }) };
	} catch {
		return { ok: false, refusal: null };
	}
}

const Done = z.object({
	moved: z.object({ dealId: z.string(), was: z.string(), place: z.string() })
});

/** The move that a form without JavaScript has made, or null. */
export const movedIn = (form: object | null) => Done.safeParse(form).data?.moved ?? null;

const Refused = z.object({ faults: z.array(z.object({ code: z.literal('stage_closed') })).min(1) });
const Another = z.object({
	faults: z.array(z.object({ code: z.literal('moved_meanwhile') })).min(1)
});

const isAnother = (result: object) => 'data' in result && Another.safeParse(result.data).success;

function reasonOf(result: { type: string; status?: number; data?: unknown }): string {
	if (result.status === 403) return m.deals_reason_forbidden();
	if (result.status === 404) return m.deals_reason_gone();
	const refused = Refused.safeParse(result.data);
	return refused.success ? faultSentence({ code: 'stage_closed' }) : m.deals_reason_other();
}
