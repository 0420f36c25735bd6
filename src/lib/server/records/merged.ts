import { and, eq, isNull } from 'drizzle-orm';
import { isId } from '#lib/shared/ids.ts';
import type { Ctx } from '../context.ts';
import { merges } from '../db/tables/index.ts';

/** The record that this one was merged into; null when it was not, or that is undone. */
export async function mergedInto(ctx: Ctx, kind: string, id: string): Promise<string | null> {
	if (!isId(id)) return null;
	const [merge] = await ctx.db
		.select({ keptId: merges.keptId })
		.from(merges)
		.where(and(eq(merges.kind, kind as 'company'), eq(merges.goneId, id), isNull(merges.undoneAt)));
	return merge?.keptId ?? null;
}
