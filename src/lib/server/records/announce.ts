import type { KindName } from '#lib/records/kind.ts';
import { newId, newIds } from '#lib/shared/ids.ts';
import type { Ctx, Source } from '../context.ts';
import { changes } from '../db/tables/index.ts';

export type { Source } from '../context.ts';

export interface Announcement {
	readonly kind: KindName;
	readonly recordId: string;
	readonly rev: number;
	/** What was done: create, edit, trash, restore or the name of a command's act. */
	readonly act: string;
	/** When it is not the context's. */
	readonly source?: Source;
	readonly field?: string | null;
	readonly old?: unknown;
	readonly new?: unknown;
	readonly conflict?: boolean;
	readonly batchId?: string | null;
	/** When somebody else than the actor of `ctx` did it. */
	readonly actorId?: string;
}

/** From where what is done with this context comes. */
export const sourceOf = ({ source }: Ctx): Source => source ?? 'form';

/** Writes the history of what happened, in the transaction in which it happened. */
export async function announce(ctx: Ctx, ...events: readonly Announcement[]): Promise<void> {
	if (events.length === 0) return;
	// What one revision did step by step is read back in that order.
	const ids = newIds(events.length, ctx.now.getTime());
	const rows = events.map((event, index) => rowOf(ctx, event, ids[index]));
	await ctx.db.insert(changes).values(rows);
}

const rowOf = (ctx: Ctx, event: Announcement, id = newId()): typeof changes.$inferInsert => ({
	id,
	batchId: event.batchId ?? null,
	kind: event.kind,
	recordId: event.recordId,
	rev: event.rev,
	at: ctx.now,
	actorId: event.actorId ?? ctx.actor.id,
	source: event.source ?? sourceOf(ctx),
	act: event.act,
	field: event.field ?? null,
	old: event.old ?? null,
	new: event.new ?? null,
	conflict: event.conflict ?? false
});
