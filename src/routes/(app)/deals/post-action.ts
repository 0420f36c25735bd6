import { deserialize } from '$app/forms';
import type { ActionResult } from '@sveltejs/kit';
import { z } from 'zod';

/** Posts to a form action as its form would; null when nobody answered. */
export async function postAction(
	action: string,
	fields: Readonly<Record<string, string>>
): Promise<ActionResult | null> {
	const body = new FormData();
	for (const [name, value] of Object.entries(fields)) body.set(name, value);
	try {
		const headers = { 'x-sveltekit-action': 'true' };
		return deserialize(await (await fetch(action, { method: 'POST', body, headers })).text());
	} catch {
		return null;
	}
}

const Refused = z.object({ faults: z.array(z.object({ code: z.string() })).min(1) });

/** Why an action was refused: the code of its first fault, or undefined. */
export const refusedCode = (result: ActionResult): string | undefined =>
	result.type === 'failure' ? Refused.safeParse(result.data).data?.faults[0]?.code : undefined;
