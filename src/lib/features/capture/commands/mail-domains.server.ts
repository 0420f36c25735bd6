import { eq } from 'drizzle-orm';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { publicMailDomains } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { announce, INSTALLATION } from '#lib/server/records/announce.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { mayAddStopPhrases, mayRemoveStopPhrases } from '../policy.ts';
import type { AddMailDomain } from '../schema.ts';

/** Says of a domain that anybody may have a mailbox there: from now on it tells nothing about a company [C75]. */
export function addMailDomain(ctx: Ctx, { phrase: domain }: AddMailDomain) {
	if (!mayAddStopPhrases(ctx.actor)) throw new Forbidden('mail domain');
	return inTransaction(ctx, async (ctx) => {
		const [made] = await ctx.db
			.insert(publicMailDomains)
			.values({ domain })
			.onConflictDoNothing()
			.returning();
		if (!made) return fail('name_taken');
		await announce(ctx, { ...INSTALLATION, act: 'mail_domain.added', new: { domain } });
		return ok({ domain });
	});
}

/** Takes a domain off the list of those where anybody may have a mailbox. */
export function removeMailDomain(ctx: Ctx, { id: domain }: { readonly id: string }) {
	if (!mayRemoveStopPhrases(ctx.actor)) throw new Forbidden('mail domain');
	return inTransaction(ctx, async (ctx) => {
		const [gone] = await ctx.db
			.delete(publicMailDomains)
			.where(eq(publicMailDomains.domain, domain))
			.returning();
		if (!gone) throw new NotFound('mail domain');
		await announce(ctx, { ...INSTALLATION, act: 'mail_domain.removed', old: { domain } });
		return ok({ domain });
	});
}
