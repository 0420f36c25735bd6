import { sql, type SQL } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import {
	companies,
	dealCoOwners,
	deals,
	leads,
	stages,
	users
} from '#lib/server/db/tables/index.ts';
import type { Money } from '#lib/records/values.ts';
import type { Pipeline, Stage } from '#lib/features/settings/queries.server.ts';
import { rateOn, reportingCurrencies } from '#lib/features/currencies/queries.server.ts';
import { convertedTotal, totalsByCurrency, weighted } from '../model.ts';
import { type DealFacts, type Moment, type Signal, signalsOf } from '../model/signals.ts';
import type { Named } from './list.server.ts';
import { changedSinceLooked } from '#lib/server/records/looked.ts';
import { todayIn } from '#lib/shared/days.ts';
import { selection } from './conditions.server.ts';
import { dealFacts, momentOf } from './facts.server.ts';

export interface BoardCard {
	readonly id: string;
	readonly rev: number;
	readonly name: string;
	readonly stageId: string;
	readonly companyName: string | null;
	readonly amount: Money | null;
	readonly nextStep: string | null;
	readonly nextStepOn: string | null;
	readonly important: boolean;
	readonly owner: Named | null;
	readonly coOwners: readonly Named[];
	readonly departmentId: string;
	/** What stands out about it, the most urgent first. */
	readonly signals: readonly Signal[];
}

export interface BoardColumn extends Stage {
	readonly count: number;
	readonly totals: readonly Money[];
	/** All of them in the currency of bookkeeping by today's rates; null when one says it all, or a rate is missing. */
	readonly converted: Money | null;
	/** What of that may be expected by the likelihood of the stage; null where nobody has said it. */
	readonly weighted: readonly Money[] | null;
	/** The first of them, in the order that people gave them. */
	readonly cards: readonly BoardCard[];
}

export interface Board {
	readonly pipelineId: string;
	readonly columns: readonly BoardColumn[];
	/** Deals that others have changed since the actor last looked. */
	readonly unseen: readonly string[];
}

interface BoardRequest {
	readonly pipeline: Pipeline;
	readonly q: string;
	readonly filters: Readonly<Record<string, string>>;
	/** How many cards to show of a stage when more than the usual. */
	readonly shown: Readonly<Record<string, number>>;
}

export const CARDS_AT_ONCE = 25;
const MOST_CARDS = 1_000;

/** The cards of one pipeline by stage, with counts and sums of all that match. Four statements, one more when searching. */
export async function getBoard(ctx: Ctx, request: BoardRequest): Promise<Board> {
	const { pipeline } = request;
	const filters = { ...request.filters, pipeline: pipeline.id };
	const selected = await selection(ctx, { q: request.q, filters, trash: false });
	const [sums, cards, { state }] = await Promise.all([
		sumsOf(ctx, selected),
		cardsOf(ctx, selected, request),
		reportingCurrencies(ctx)
	]);
	const columns = pipeline.stages.map((stage) => {
		const own = sums.filter((sum) => sum.stageId === stage.id);
		const totals = totalsByCurrency(own.map(amountOf));
		const converted = convertedTotal(own, state);
		return {
			...stage,
			count: own.reduce((count, sum) => count + sum.count, 0),
			...{ totals, converted },
			weighted: weighted(converted ? [converted] : totals, stage.probability),
			cards: cards.filter((card) => card.stageId === stage.id)
		};
	});
	const ids = cards.map(({ id }) => id);
	return { pipelineId: pipeline.id, columns, unseen: await changedSinceLooked(ctx, 'deal', ids) };
}

interface SumRow {
	readonly stageId: string;
	readonly currency: string | null;
	readonly count: number;
	readonly minor: string | null;
	/** What one unit of the currency is worth today in that of bookkeeping. */
	readonly worth: string | null;
}

function sumsOf(ctx: Ctx, selected: SQL): Promise<SumRow[]> {
	const today = sql`${todayIn(ctx.actor.timeZone, ctx.now)}::date`;
	return ctx.db
		.select({
			stageId: deals.stageId,
			currency: deals.currency,
			count: sql<number>`count(*)::int`,
			minor: sql<string | null>`sum(${deals.amountMinor})::text`,
			worth: rateOn(sql`${deals}.currency`, today, 'state')
		})
		.from(deals)
		.where(selected)
		.groupBy(deals.stageId, deals.currency);
}

interface CardRow extends Omit<BoardCard, 'amount' | 'owner' | 'signals'> {
	readonly facts: DealFacts;
	readonly minor: string | null;
	readonly currency: string | null;
	readonly ownerId: string | null;
	readonly ownerName: string | null;
}

/** The first cards of every stage: one walk along (stage, position, id) each, in one statement. */
async function cardsOf(ctx: Ctx, selected: SQL, { pipeline, shown }: BoardRequest) {
	const limits = sql.join(
		pipeline.stages.map(
			({ id }) => sql`(${id}::uuid, ${Math.min(shown[id] ?? CARDS_AT_ONCE, MOST_CARDS)}::int)`
		),
		sql`, `
	);
	if (pipeline.stages.length === 0) return [];
	const rows = await ctx.db.execute<CardRow & Record<string, unknown>>(sql`
		select ${deals.id} as "id", ${deals.rev}::int as "rev", ${deals.name} as "name",
			${deals.stageId} as "stageId",
			coalesce(${companies.name}, ${leads.companyName}, ${leads.fullName}) as "companyName",
			${deals.amountMinor}::text as "minor", ${deals.currency} as "currency",
			${deals.nextStep} as "nextStep", ${deals.nextStepOn}::text as "nextStepOn",
			${deals.important} as "important", ${deals.departmentId} as "departmentId",
			${users.id} as "ownerId", ${users.name} as "ownerName",
			${dealFacts(ctx)} as "facts",
			(select coalesce(json_agg(json_build_object('id', co.id, 'name', co.name) order by co.name), '[]')
				from ${dealCoOwners} join ${users} co on co.id = ${dealCoOwners.userId}
				where ${dealCoOwners.dealId} = ${deals.id}) as "coOwners"
		from (values ${limits}) as wanted (stage_id, shown)
		cross join lateral (
			select ${deals.id} as id from ${deals}
			where ${deals.stageId} = wanted.stage_id and ${selected}
			order by ${deals.position}, ${deals.id} limit wanted.shown
		) first
		join ${deals} on ${deals.id} = first.id
		join ${stages} on ${stages.id} = ${deals.stageId}
		left join ${companies} on ${companies.id} = ${deals.companyId}
		left join ${leads} on ${leads.id} = ${deals.leadId}
		left join ${users} on ${users.id} = ${deals.ownerId}
		order by ${deals.stageId}, ${deals.position}, ${deals.id}`);
	const moment = momentOf(ctx);
	return [...rows].map((row) => cardOf(row, moment));
}

function cardOf(row: CardRow, moment: Moment): BoardCard {
	const { minor, currency, ownerId, ownerName, facts, ...card } = row;
	const owner = ownerId !== null && ownerName !== null ? { id: ownerId, name: ownerName } : null;
	const signals = signalsOf(facts, moment);
	return { ...card, amount: amountOf({ minor, currency }), owner, signals };
}

const amountOf = ({ minor, currency }: { minor: string | null; currency: string | null }) =>
	minor === null || currency === null ? null : { minor, currency };
