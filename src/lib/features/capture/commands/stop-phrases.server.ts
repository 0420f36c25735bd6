import { eq } from 'drizzle-orm';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { stopPhrases } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { announce } from '#lib/server/records/announce.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { mayAddStopPhrases, mayRemoveStopPhrases } from '../policy.ts';
import type { AddPhrase, OnePhrase } from '../schema.ts';

/** Adds a phrase that only spam holds; the same in other letters is there already. */
export function addStopPhrase(ctx: Ctx, { phrase }: AddPhrase) {
	if (!mayAddStopPhrases(ctx.actor)) throw new Forbidden('stop phrase');
	return inTransaction(ctx, async (ctx) => {
		const [made] = await ctx.db
			.insert(stopPhrases)
			.values({ id: newId(), phrase, createdAt: ctx.now })
			.onConflictDoNothing()
			.returning();
		if (!made) return fail('name_taken');
		await announce(ctx, { kind: 'stopPhrase', recordId: made.id, act: 'create', new: { phrase } });
		return ok({ id: made.id });
	});
}

/** Removes a phrase; what it kept away stays away. */
export function removeStopPhrase(ctx: Ctx, { id }: OnePhrase) {
	if (!mayRemoveStopPhrases(ctx.actor)) throw new Forbidden('stop phrase');
	return inTransaction(ctx, async (ctx) => {
		const [gone] = await ctx.db.delete(stopPhrases).where(eq(stopPhrases.id, id)).returning();
		if (!gone) throw new NotFound('stop phrase');
		const old = { phrase: gone.phrase };
		await announce(ctx, { kind: 'stopPhrase', recordId: id, act: 'remove', old });
		return ok({ id });
	});
}
