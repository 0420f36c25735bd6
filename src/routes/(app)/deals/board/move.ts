import { deserialize } from '$app/forms';
import type { Drop } from '#lib/features/deals/state.svelte.ts';
import { faultSentence } from '#lib/ui/record/faults.ts';
import { m } from '#lib/messages/messages.js';
import { z } from 'zod';

/** Asks the server to move a card; null when it is done, otherwise one sentence that says why not. */
export async function requestMove(drop: Drop, name: string): Promise<string | null> {
	const body = new FormData();
	body.set('dealId', drop.dealId);
	body.set('stageId', drop.stageId);
	body.set('afterId', drop.afterId ?? '');
	body.set('beforeId', drop.beforeId ?? '');
	try {
		const response = await fetch('?/move', {
			method: 'POST',
			body,
			headers: { 'x-sveltekit-action': 'true' }
		});
		const result = deserialize(await response.text());
		if (result.type === 'success') return null;
		return m.deals_not_moved({ name, reason: reasonOf(result) });
	} catch {
		return m.deals_not_moved_offline({ name });
	}
}

const Refused = z.object({ faults: z.array(z.object({ code: z.literal('stage_closed') })).min(1) });

function reasonOf(result: { type: string; status?: number; data?: unknown }): string {
	if (result.status === 403) return m.deals_reason_forbidden();
	if (result.status === 404) return m.deals_reason_gone();
	const refused = Refused.safeParse(result.data);
	return refused.success ? faultSentence({ code: 'stage_closed' }) : m.deals_reason_other();
}
