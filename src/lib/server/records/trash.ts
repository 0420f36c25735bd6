import { and, eq } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { isId } from '#lib/shared/ids.ts';
import { inTransaction, type Ctx } from '../context.ts';
import { ydocs, ydocUpdates } from '../db/tables/index.ts';
import { Forbidden, NotFound } from '../errors.ts';
import { announce } from './announce.ts';
import type { Row, ServerKind } from './kind.ts';
import { notifyLive } from './live.ts';
import { NO_UPDATE } from './replica.ts';
import { retrying } from './retry.ts';
import { lockRow, readValues } from './row.ts';

/** Puts a record into the trash; open pages of it close. Throws NotFound and Forbidden. */
export const trash = (ctx: Ctx, serverKind: ServerKind, id: string): Promise<{ rev: number }> =>
	turn(ctx, serverKind, id, 'trash');

/** Takes a record out of the trash again; for whoever may delete it. Throws NotFound and Forbidden. */
export const restore = (ctx: Ctx, serverKind: ServerKind, id: string): Promise<{ rev: number }> =>
	turn(ctx, serverKind, id, 'restore');

function turn(ctx: Ctx, serverKind: ServerKind, id: string, act: 'trash' | 'restore') {
	const { kind, table } = serverKind;
	return retrying(ctx, () =>
		inTransaction(ctx, async (ctx) => {
			const row = isId(id) ? await lockRow(ctx, serverKind, id) : null;
			if (!row || (row.deletedAt === null) !== (act === 'trash')) throw new NotFound(kind.name);
			const values = await readValues(ctx, serverKind, row);
			if (!serverKind.mayRead(ctx.actor, row, values)) throw new NotFound(kind.name);
			if (!serverKind.mayDelete(ctx.actor, row, values)) throw new Forbidden(kind.name);
			const rev = row.rev + 1;
			const gone =
				act === 'trash'
					? { deletedAt: ctx.now, deletedBy: ctx.actor.id }
					: { deletedAt: null, deletedBy: null };
			await ctx.db
				.update(table as PgTable)
				.set({ ...gone, rev } as never) // columns that every record table has
				.where(eq(table.id, id));
			await followInDocument(ctx, serverKind, row, rev);
			await announce(ctx, { kind: kind.name, recordId: id, rev, act });
			const topics = serverKind.topics(row, values);
			await notifyLive(ctx, { type: 'record', kind: kind.name, id, rev, topics, act });
			return { rev };
		})
	);
}

/** The document's revision is always the row's. */
async function followInDocument(ctx: Ctx, { kind }: ServerKind, { id }: Row, rev: number) {
	const [head] = await ctx.db
		.update(ydocs)
		.set({ rev })
		.where(and(eq(ydocs.kind, kind.name), eq(ydocs.recordId, id)))
		.returning({ epoch: ydocs.epoch });
	if (!head) return;
	const entry = { kind: kind.name, recordId: id, rev, epoch: head.epoch, update: NO_UPDATE };
	await ctx.db.insert(ydocUpdates).values({ ...entry, at: ctx.now });
}
