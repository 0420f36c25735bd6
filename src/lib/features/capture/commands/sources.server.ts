import { eq, sql } from 'drizzle-orm';
import { allows } from '#lib/features/users/policy.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { leadSources } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { announce, announceFields } from '#lib/server/records/announce.ts';
import { ok } from '#lib/shared/result.ts';
import type { ChangeSource, OneSource } from '../schema.ts';

/** Says whether a source's form may be used, and which address its website names. */
export function changeSource(ctx: Ctx, { sourceId, email, active }: ChangeSource) {
	return inTransaction(ctx, async (ctx) => {
		const before = await lockSource(ctx, sourceId);
		const now = { email, active };
		await ctx.db.update(leadSources).set(now).where(eq(leadSources.id, sourceId));
		const about = { kind: 'leadSource', recordId: sourceId } as const;
		await announceFields(ctx, about, { email: before.email, active: before.active }, now);
		return ok({ sourceId });
	});
}

/** Gives a source another token: forms with the old one are not heard any more. */
export function renewToken(ctx: Ctx, { sourceId }: OneSource) {
	return inTransaction(ctx, async (ctx) => {
		await lockSource(ctx, sourceId);
		await ctx.db
			.update(leadSources)
			.set({ token: sql`default` })
			.where(eq(leadSources.id, sourceId));
		await announce(ctx, { kind: 'leadSource', recordId: sourceId, act: 'renew_token' });
		return ok({ sourceId });
	});
}

async function lockSource(ctx: Ctx, id: string) {
	const [source] = await ctx.db
		.select()
		.from(leadSources)
		.where(eq(leadSources.id, id))
		.for('update');
	const belonging = { departmentId: source?.departmentId ?? null, ownerId: null };
	if (!source || !allows(ctx.actor, 'settings', 'read', belonging)) throw new NotFound('source');
	if (!allows(ctx.actor, 'settings', 'update', belonging)) throw new Forbidden('source');
	return source;
}
