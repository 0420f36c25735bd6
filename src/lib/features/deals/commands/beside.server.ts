import { and, eq } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { dealCoOwners, deals } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { announce } from '#lib/server/records/announce.ts';
import { notifyLive } from '#lib/server/records/live.ts';
import type { Act } from '#lib/shared/acts.ts';
import type { Verb } from '#lib/shared/actor.ts';
import { isId } from '#lib/shared/ids.ts';
import type { RowNoun } from '#lib/shared/kinds.ts';
import { type BesideDeal, canBesideDeal } from '../policy.ts';
import { dealRecords } from '../record.server.ts';
import { rowsOfDeals } from '../scope.server.ts';

export type LockedDeal = Awaited<ReturnType<typeof lockDealFor>>;

/** Locks a deal beside which the actor may do this, and answers its row. Throws NotFound and Forbidden. */
export async function lockDealFor(ctx: Ctx, dealId: string, entity: BesideDeal, verb: Verb) {
	if (!isId(dealId)) throw new NotFound('deal');
	const [deal] = await ctx.db
		.select()
		.from(deals)
		.where(and(rowsOfDeals(ctx.actor, entity), eq(deals.id, dealId)))
		.for('no key update');
	if (!deal) throw new NotFound('deal');
	const coOwners = await ctx.db
		.select({ id: dealCoOwners.userId })
		.from(dealCoOwners)
		.where(eq(dealCoOwners.dealId, dealId));
	const locked = { ...deal, coOwnerIds: coOwners.map(({ id }) => id) };
	if (!canBesideDeal(ctx.actor, entity, verb, locked)) throw new Forbidden(entity);
	return locked;
}

interface Told {
	readonly noun: RowNoun;
	/** Of the row beside the deal. */
	readonly id: string;
	readonly act: Act;
	/** What the row said and says: for its own history, which not everybody reads who may open the deal. */
	readonly old?: unknown;
	readonly new?: unknown;
	/** What everybody may know who may open the deal. */
	readonly open?: unknown;
}

const SUBJECTS = { shipment: 'lineItem', payment: 'payment' } as const;

/**
 * Writes what was done to a row beside a deal into the row's history, and that it was done into the deal's;
 * has every screen look that shows either.
 */
export async function tellBeside(ctx: Ctx, deal: LockedDeal, { noun, id, act, ...told }: Told) {
	const [now] = await ctx.db.select({ rev: deals.rev }).from(deals).where(eq(deals.id, deal.id));
	const rev = now?.rev ?? deal.rev;
	await announce(
		ctx,
		{ kind: SUBJECTS[noun], recordId: id, act, old: told.old, new: told.new },
		{ kind: 'deal', recordId: deal.id, rev, act, new: told.open }
	);
	const topics = dealRecords.topics(deal, { coOwners: deal.coOwnerIds });
	const ofRow = [...topics, 'deal:all'].map((topic) => topic.replace(/^deal:/, `${noun}:`));
	await notifyLive(
		ctx,
		{ type: 'record', kind: 'deal', id: deal.id, rev, topics, act: 'edit' },
		...ofRow.map((topic) => ({ type: 'topic', topic, ids: [id], rev }) as const)
	);
}
