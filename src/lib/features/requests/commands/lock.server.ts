import { and, eq, isNull } from 'drizzle-orm';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { deals, requests } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { announce } from '#lib/server/records/announce.ts';
import type { ActOf } from '#lib/shared/acts.ts';
import { fail } from '#lib/shared/result.ts';
import { canEditRequest } from '../policy.ts';
import { requestRecords } from '../record.server.ts';

export type RequestRow = Awaited<ReturnType<typeof lockEditableRequest>>;

/** Locks a request that the actor may edit, and answers its row. */
export async function lockEditableRequest(ctx: Ctx, id: string) {
	const [request] = await ctx.db.select().from(requests).where(seen(ctx, id)).for('no key update');
	if (!request) throw new NotFound('request');
	if (!canEditRequest(ctx.actor, request)) throw new Forbidden('request');
	return request;
}

/** The request as it is now, unlocked: to know what has to be locked before it. */
export async function peekAtRequest(ctx: Ctx, id: string) {
	const [request] = await ctx.db.select().from(requests).where(seen(ctx, id));
	if (!request) throw new NotFound('request');
	return request;
}

const seen = (ctx: Ctx, id: string) =>
	and(requestRecords.visibleTo(ctx.actor), eq(requests.id, id), isNull(requests.deletedAt));

/** What commands do with a request as a whole. */
export type RequestAct = ActOf<'request'>;

/** Writes into the history what a command did, and to what. */
export async function tell(
	ctx: Ctx,
	id: string,
	act: RequestAct,
	{ old = null, fresh = null }: { old?: unknown; fresh?: unknown } = {}
): Promise<void> {
	const [row] = await ctx.db
		.select({ rev: requests.rev })
		.from(requests)
		.where(eq(requests.id, id));
	await announce(ctx, {
		...{ kind: 'request', recordId: id, rev: row?.rev ?? 0 },
		...{ act: `request.${act}`, old, new: fresh }
	});
}

/** The deal of a request, unless it is in the trash. */
export async function liveDealOf(ctx: Ctx, dealId: string | null): Promise<string | null> {
	if (dealId === null) return null;
	const [deal] = await ctx.db
		.select({ id: deals.id })
		.from(deals)
		.where(and(eq(deals.id, dealId), isNull(deals.deletedAt)));
	return deal?.id ?? null;
}

class TakenBack extends Error {
	readonly reason: string;
	constructor(reason: string) {
		super(reason);
		this.reason = reason;
	}
}

/** Refuses a command that has begun to write: everything that it did goes back. */
export function takeBack(reason: string): never {
	throw new TakenBack(reason);
}

/** Runs a command that may `takeBack` in one transaction. */
export async function orTakenBack<Value>(ctx: Ctx, work: (ctx: Ctx) => Promise<Value>) {
	try {
		return await inTransaction(ctx, work);
	} catch (thrown) {
		if (thrown instanceof TakenBack) return fail(thrown.reason);
		throw thrown;
	}
}
