import { isId } from '#lib/shared/ids.ts';
import { inTransaction, type Ctx } from '../context.ts';
import { NotFound } from '../errors.ts';
import type { ServerKind } from '../records/kind.ts';
import { lockRow, readValues } from '../records/row.ts';
import { etagOf } from './present.ts';
import { Problem } from './problem.ts';

/**
 * Runs `work` only if the record is at the revision that If-Match names (RFC 9110 §13.1.1), and keeps
 * everybody else from it meanwhile. Without a condition, or with "*", it just runs.
 */
export function onCondition<Value>(
	ctx: Ctx,
	serverKind: ServerKind,
	{ id, ifMatch }: { readonly id: string; readonly ifMatch: string | null },
	work: (ctx: Ctx) => Promise<Value>
): Promise<Value> {
	if (ifMatch === null || ifMatch.trim() === '*') return work(ctx);
	return inTransaction(ctx, async (ctx) => {
		const row = isId(id) ? await lockRow(ctx, serverKind, id) : null;
		const isSeen =
			row && serverKind.mayRead(ctx.actor, row, await readValues(ctx, serverKind, row));
		// Whether a foreign record has changed is nobody's business.
		if (!isSeen) throw new NotFound(serverKind.kind.name);
		expectRevision(ifMatch, row.rev);
		return work(ctx);
	});
}

/** Throws the Problem `precondition_failed` when this is not the revision that If-Match names. */
export function expectRevision(ifMatch: string | null, rev: number): void {
	if (ifMatch === null || ifMatch.trim() === '*' || tagsIn(ifMatch).includes(etagOf(rev))) return;
	throw new Problem('precondition_failed', { headers: { etag: etagOf(rev) } });
}

/** The strong tags of the header; weak ones never match here. */
const tagsIn = (header: string): readonly string[] =>
	header
		.split(',')
		.map((tag) => tag.trim())
		.filter((tag) => tag.startsWith('"'));

/** True when the caller has this very revision already (If-None-Match, compared weakly). */
export const isKnown = (ifNoneMatch: string | null, rev: number): boolean =>
	(ifNoneMatch ?? '')
		.split(',')
		.map((tag) => tag.trim().replace(/^W\//, ''))
		.some((tag) => tag === '*' || tag === etagOf(rev));
