import { eq } from 'drizzle-orm';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { bannedNames } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { announce } from '#lib/server/records/announce.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { mayManageBannedNames } from '../policy.ts';
import type { AddPhrase, OnePhrase } from '../schema.ts';

/** Adds a name of companies that nobody takes inquiries from; the same in other letters is there already. */
export function addBannedName(ctx: Ctx, { phrase: name }: AddPhrase) {
	if (!mayManageBannedNames(ctx.actor)) throw new Forbidden('banned name');
	return inTransaction(ctx, async (ctx) => {
		const [made] = await ctx.db
			.insert(bannedNames)
			.values({ id: newId(), name, createdAt: ctx.now })
			.onConflictDoNothing()
			.returning();
		if (!made) return fail('name_taken');
		await announce(ctx, { kind: 'bannedName', recordId: made.id, act: 'create', new: { name } });
		return ok({ id: made.id });
	});
}

/** Removes a name: such companies are heard again. */
export function removeBannedName(ctx: Ctx, { id }: OnePhrase) {
	if (!mayManageBannedNames(ctx.actor)) throw new Forbidden('banned name');
	return inTransaction(ctx, async (ctx) => {
		const [gone] = await ctx.db.delete(bannedNames).where(eq(bannedNames.id, id)).returning();
		if (!gone) throw new NotFound('banned name');
		await announce(ctx, {
			kind: 'bannedName',
			recordId: id,
			act: 'remove',
			old: { name: gone.name }
		});
		return ok({ id });
	});
}
