import { fail, type RequestEvent } from '@sveltejs/kit';
import { RevertForm, type Revert, type RevertAnswer } from '#lib/records/history.ts';
import type { Ctx } from '../context.ts';
import { ctxOf, formValues, refuse } from './action.ts';
import { stopOf } from './errors.ts';

/**
 * Gives a field of a record back an earlier value, as the button in its history asks. When somebody has
 * changed it since the page was made, both values come back (409) and the same button asks once more.
 */
export async function revertForm(
	event: RequestEvent,
	revert: (ctx: Ctx, asked: Revert) => Promise<RevertAnswer>
) {
	const ctx = ctxOf(event);
	const read = RevertForm.safeParse(await formValues(event.request));
	if (!read.success) return refuse(400, {}, [{ field: '', code: 'not_a_reference' }]);
	try {
		const reverted = await revert(ctx, read.data);
		return reverted.ok ? { reverted } : fail(409, { reverted });
	} catch (thrown) {
		const stop = stopOf(thrown);
		if (!stop) throw thrown;
		return refuse(stop.status, {}, [], stop.message);
	}
}
