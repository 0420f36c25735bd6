import { isId } from '#lib/shared/ids.ts';
import { inTransaction, type Ctx } from '../context.ts';
import { Forbidden, NotFound } from '../errors.ts';
import { advance } from './advance.ts';
import type { ServerKind } from './kind.ts';
import { retrying } from './retry.ts';
import { lockRow, readValues } from './row.ts';

/** Puts a record into the trash; open pages of it close. Throws NotFound and Forbidden. */
export const trash = (ctx: Ctx, serverKind: ServerKind, id: string): Promise<{ rev: number }> =>
	turn(ctx, serverKind, id, 'trash');

/** Takes a record out of the trash again; for whoever may delete it. Throws NotFound and Forbidden. */
export const restore = (ctx: Ctx, serverKind: ServerKind, id: string): Promise<{ rev: number }> =>
	turn(ctx, serverKind, id, 'restore');

function turn(ctx: Ctx, serverKind: ServerKind, id: string, act: 'trash' | 'restore') {
	const { kind } = serverKind;
	return retrying(ctx, () =>
		inTransaction(ctx, async (ctx) => {
			const row = isId(id) ? await lockRow(ctx, serverKind, id) : null;
			if (!row || (row.deletedAt === null) !== (act === 'trash')) throw new NotFound(kind.name);
			const values = await readValues(ctx, serverKind, row);
			if (!serverKind.mayRead(ctx.actor, row, values)) throw new NotFound(kind.name);
			if (!serverKind.mayDelete(ctx.actor, row, values)) throw new Forbidden(kind.name);
			const columns =
				act === 'trash'
					? { deletedAt: ctx.now, deletedBy: ctx.actor.id }
					: { deletedAt: null, deletedBy: null };
			const rev = await advance(
				ctx,
				serverKind,
				{ row, values },
				{ act, columns, events: [{ act }] }
			);
			return { rev };
		})
	);
}
