import { and, eq, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import * as Y from 'yjs';
import { defineRoots, writeValues } from '#lib/records/document.ts';
import type { RecordValues } from '#lib/records/values.ts';
import { inTransaction, type Ctx } from '../context.ts';
import { ydocClients, ydocs, ydocUpdates } from '../db/tables/index.ts';
import { announce } from './announce.ts';
import type { ServerKind } from './kind.ts';
import type { Act } from '#lib/shared/acts.ts';
import { notifyLive, type RecordAct } from './live.ts';
import { rowColumns, writeCollections } from './project.ts';
import { lockRow, readValues } from './row.ts';

interface Rewriting {
	/** What the history says was done; it never says what was there. */
	readonly act: Act;
	/** What open pages do about it. */
	readonly live: RecordAct;
	/** Columns of the row beside its fields. */
	readonly columns?: Record<string, unknown>;
}

/**
 * Gives a record other values as if it had never had the ones before: in its row, and in a document begun
 * anew under the next epoch, so that no device brings anything back. In the trash too; the history is the
 * caller's. Only for commands that exist to erase, which have checked rights. False when there is none.
 */
export function rewrite(
	ctx: Ctx,
	serverKind: ServerKind,
	id: string,
	change: (values: RecordValues) => RecordValues,
	{ act, live, columns = {} }: Rewriting
): Promise<boolean> {
	return inTransaction(ctx, async (ctx) => {
		const { kind, table } = serverKind;
		const row = await lockRow(ctx, serverKind, id);
		if (!row) return false;
		const before = await readValues(ctx, serverKind, row);
		const changed = change(before);
		const after = { ...before, ...changed };
		const rev = row.rev + 1;
		const fields = rowColumns(serverKind, after, Object.keys(changed));
		await ctx.db
			.update(table as PgTable)
			.set({ ...fields, ...columns, rev } as never) // columns of this kind's own table
			.where(eq(table.id, id));
		await writeCollections(ctx, serverKind, [{ id, before, after }]);
		await beginAnew(ctx, serverKind, { id, rev }, after);
		await announce(ctx, { kind: kind.name, recordId: id, rev, act });
		const topics = serverKind.topics(row, before);
		await notifyLive(ctx, { type: 'record', kind: kind.name, id, rev, topics, act: live });
		return true;
	});
}

async function beginAnew(
	ctx: Ctx,
	{ kind }: ServerKind,
	{ id, rev }: { readonly id: string; readonly rev: number },
	values: RecordValues
): Promise<void> {
	for (const log of [ydocUpdates, ydocClients]) {
		await ctx.db.delete(log).where(and(eq(log.kind, kind.name), eq(log.recordId, id)));
	}
	const doc = new Y.Doc();
	defineRoots(doc, kind);
	doc.transact(() => writeValues(doc, kind, values));
	const snapshot = Y.encodeStateAsUpdate(doc);
	const { schemaVersion } = kind;
	await ctx.db
		.update(ydocs)
		.set({ epoch: sql`${ydocs.epoch} + 1`, schemaVersion, rev, snapshotRev: rev, snapshot })
		.where(and(eq(ydocs.kind, kind.name), eq(ydocs.recordId, id)));
}
