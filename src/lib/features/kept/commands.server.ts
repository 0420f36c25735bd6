import type { KindName } from '#lib/records/kind.ts';
import type { FieldValue } from '#lib/records/values.ts';
import { countTry } from '#lib/server/auth/rate-limit.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { keepEdits } from '#lib/server/records/kept-edits.ts';
import { ok } from '#lib/shared/result.ts';
import type { HandInDrafts } from './schema.ts';

const MINUTE_MS = 60_000;
const HAND_INS_A_MINUTE = 30;

/**
 * Keeps what a device still had when the record closed to its person, whether or not he may see the
 * record any more: it is his own text. Handing in again keeps it once. Answers under which id each is
 * kept. Throws TooMany.
 */
export async function handInDrafts(ctx: Ctx, { drafts }: HandInDrafts) {
	const userId = ctx.actor.id;
	const limit = { name: 'kept:hand-in', subject: userId, tries: HAND_INS_A_MINUTE };
	await countTry(ctx.db, { ...limit, windowMs: MINUTE_MS }, ctx.now);
	const edits = drafts.map(({ kind, value, current, ...draft }) => ({
		...draft,
		// Whether there is such a kind, and a field of such a form, is asked when the list is read.
		kind: kind as KindName,
		value: value as FieldValue,
		current: current as FieldValue,
		userId,
		reason: 'closed' as const
	}));
	const ids = await inTransaction(ctx, (ctx) => keepEdits(ctx, edits));
	return ok({ ids });
}
