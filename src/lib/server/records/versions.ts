import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { TextVersion } from '#lib/records/history.ts';
import type { FieldValue, RichText } from '#lib/records/values.ts';
import type { Ctx } from '../context.ts';
import { changes, users } from '../db/tables/index.ts';

interface OneText {
	readonly kind: string;
	readonly id: string;
	readonly field: string;
	/** As it is now. */
	readonly current: FieldValue;
}

/**
 * A formatted text as it was after an entry of its history, or null when there is no such entry. What
 * replaced the text keeps what it put there; writing keeps what was there before, so that the text at
 * its end is what the next entry found.
 */
export async function versionAfter(
	ctx: Ctx,
	{ kind, id, field, current }: OneText,
	entryId: string
): Promise<TextVersion | null> {
	const own = and(eq(changes.kind, kind), eq(changes.recordId, id));
	const [entry] = await ctx.db
		.select({
			rev: changes.rev,
			at: changes.at,
			actorId: changes.actorId,
			name: users.name,
			act: changes.act,
			field: changes.field,
			source: changes.source,
			put: sql<RichText | null>`case when ${changes.act} = 'create' then nullif(${changes.new} -> ${field}, 'null') else ${changes.new} end`
		})
		.from(changes)
		.leftJoin(users, eq(users.id, changes.actorId))
		.where(and(own, eq(changes.id, entryId)));
	if (!entry || (entry.field !== field && entry.act !== 'create')) return null;
	const [next] = await ctx.db
		.select({ old: changes.old })
		.from(changes)
		.where(and(own, eq(changes.field, field), gt(changes.rev, entry.rev)))
		.orderBy(asc(changes.rev), asc(changes.id))
		.limit(1);
	const isWriting = entry.act !== 'create' && entry.source === 'live';
	// Stored through the field's parser.
	const found = (next ? next.old : current) as RichText | null;
	return {
		id: entryId,
		at: entry.at,
		actor: entry.actorId && entry.name ? { id: entry.actorId, name: entry.name } : null,
		text: isWriting ? found : entry.put,
		current: next === undefined
	};
}
