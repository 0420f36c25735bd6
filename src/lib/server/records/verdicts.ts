import { and, desc, eq, inArray, lte, or } from 'drizzle-orm';
import { isBlank, type Fault } from '#lib/records/values.ts';
import type { EditNotice } from '#lib/records/wire.ts';
import type { Ctx } from '../context.ts';
import { changes, users } from '../db/tables/index.ts';
import { keepEdits, type KeptEdit } from './kept-edits.ts';
import type { Row, ServerKind } from './kind.ts';
import type { Input, Outcome, Verdict } from './settlement.ts';

/** What became of one input, with what its author must be told of it. */
export type Answer =
	| { readonly status: 'taken'; readonly notices: readonly EditNotice[] }
	| { readonly status: 'refused'; readonly faults: readonly Fault[] }
	| { readonly status: 'malformed'; readonly reason: string };

/** The revision that was settled on, and the one that came of it. */
interface Settling {
	readonly row: Row;
	readonly rev: number;
	readonly inputs: readonly Input[];
}

interface Writer {
	readonly id: string;
	readonly name: string;
}

interface Judged {
	readonly index: number;
	readonly verdict: Verdict;
	/** The other of the two people; null for an author's own or the system's value. */
	readonly by: Writer | null;
}

/** Keeps what was not taken, in the transaction that did not take it, and answers each input. */
export async function keepVerdicts(
	ctx: Ctx,
	serverKind: ServerKind,
	settling: Settling,
	outcomes: readonly Outcome[]
): Promise<readonly Answer[]> {
	const judged = await withRivals(ctx, serverKind, settling, outcomes);
	const wanted = judged.map((one) => keptOf(serverKind, settling, one));
	const kept = wanted.filter((edit) => edit !== null);
	const ids = [...(await keepEdits(ctx, kept))];
	const told = judged.map(({ index, verdict, by }, at) => ({
		index,
		notice: noticeOf(verdict, {
			id: wanted[at] ? (ids.shift() ?? null) : null,
			rev: settling.rev,
			by
		})
	}));
	return outcomes.map((outcome, index) =>
		outcome.status === 'taken'
			? {
					...outcome,
					notices: told.filter((one) => one.index === index).map(({ notice }) => notice)
				}
			: outcome
	);
}

/** True when there is something to keep or to tell. */
export const hasVerdicts = (outcomes: readonly Outcome[]): boolean =>
	outcomes.some((outcome) => outcome.status === 'taken' && outcome.notices.length > 0);

/** What the author is told. */
export const noticeOf = (
	{ type, field, fault, value, current }: Verdict,
	known: Pick<EditNotice, 'id' | 'rev' | 'by'>
): EditNotice => ({ type, ...known, field, fault, value, current });

async function withRivals(
	ctx: Ctx,
	serverKind: ServerKind,
	{ row, inputs }: Settling,
	outcomes: readonly Outcome[]
): Promise<readonly Judged[]> {
	const all = outcomes.flatMap((outcome, index) =>
		outcome.status === 'taken' ? outcome.notices.map((verdict) => ({ index, verdict })) : []
	);
	const unknown = all.flatMap(({ verdict: { type, rival, field } }) =>
		type !== 'rejected' && rival === null ? [field] : []
	);
	const writers = await writersOf(ctx, serverKind, row, [...new Set(unknown)]);
	return all.flatMap(({ index, verdict }) => {
		const other =
			verdict.type === 'rejected' ? null : (verdict.rival ?? writers.get(verdict.field) ?? null);
		const isOwn = other?.id === inputs[index]?.actor.id;
		const by = other && !isOwn ? { id: other.id, name: other.name } : null;
		// Two tabs of one person, and what no person wrote, are nothing to choose between.
		return verdict.type === 'overtaken' && !by ? [] : [{ index, verdict, by }];
	});
}

/** Who wrote these fields last, or began the record with them; nobody where it was no person. */
async function writersOf(
	ctx: Ctx,
	{ kind }: ServerKind,
	{ id, rev }: Row,
	fields: readonly string[]
): Promise<ReadonlyMap<string, Writer>> {
	if (fields.length === 0) return new Map();
	const rows = await ctx.db
		.selectDistinctOn([changes.field], { field: changes.field, id: users.id, name: users.name })
		.from(changes)
		.leftJoin(users, eq(users.id, changes.actorId))
		.where(
			and(
				eq(changes.kind, kind.name),
				eq(changes.recordId, id),
				eq(changes.conflict, false),
				lte(changes.rev, rev),
				or(inArray(changes.field, [...fields]), eq(changes.act, 'create'))
			)
		)
		.orderBy(changes.field, desc(changes.rev), desc(changes.id));
	const begun = rows.find(({ field }) => field === null);
	const found = fields.map(
		(field) => [field, rows.find((row) => row.field === field) ?? begun] as const
	);
	return new Map(
		found.flatMap(([field, row]) =>
			row && row.id !== null && row.name !== null
				? [[field, { id: row.id, name: row.name }] as const]
				: []
		)
	);
}

function keptOf(
	{ kind }: ServerKind,
	{ row, inputs }: Settling,
	{ index, verdict, by }: Judged
): KeptEdit | null {
	const { type, field, fault, value, current } = verdict;
	const author = inputs[index]?.actor;
	if (!author || author.type !== 'user') return null;
	if (type === 'rejected' && isBlank(value)) return null;
	const [userId, otherId] =
		type === 'overtaken' && by ? [by.id, author.id] : [author.id, by?.id ?? null];
	const about = { kind: kind.name, recordId: row.id, field, value, current, fault };
	return { ...about, userId, otherId, reason: type };
}
