import { and, eq, lte } from 'drizzle-orm';
import * as Y from 'yjs';
import type { KindName } from '#lib/records/kind.ts';
import { inTransaction, type Ctx } from '../context.ts';
import { ydocs, ydocUpdates } from '../db/tables/index.ts';
import type { ServerKind } from './kind.ts';
import { loadReplica, type Replica } from './replica.ts';
import { lockRow } from './row.ts';

const LOG_REVS = 200;
const LOG_BYTES = 64 * 1024;

/** Kept behind the snapshot, so that a slow process can still catch up from the log. */
const LOG_KEPT = 50;

export const isCompactionDue = ({ rev, log }: Replica): boolean =>
	rev - log.snapshotRev >= LOG_REVS || log.bytes > LOG_BYTES;

/** Replaces the log by a snapshot of the document; the caller holds the row's lock. */
export async function compactNow(
	ctx: Ctx,
	kind: KindName,
	id: string,
	replica: Replica
): Promise<void> {
	// Encoded from a document, because merging updates alone never drops what was deleted.
	const snapshot = Y.encodeStateAsUpdate(replica.doc);
	await Promise.all([
		ctx.db
			.update(ydocs)
			.set({ snapshot, snapshotRev: replica.rev })
			.where(and(eq(ydocs.kind, kind), eq(ydocs.recordId, id))),
		ctx.db
			.delete(ydocUpdates)
			.where(
				and(
					eq(ydocUpdates.kind, kind),
					eq(ydocUpdates.recordId, id),
					lte(ydocUpdates.rev, replica.rev - LOG_KEPT)
				)
			)
	]);
	replica.log = { snapshotRev: replica.rev, bytes: 0 };
}

/** Compacts a record that nobody has open any more; does nothing when there is nothing to gain. */
export async function compact(ctx: Ctx, serverKind: ServerKind, id: string): Promise<void> {
	await inTransaction(ctx, async (ctx) => {
		if (!(await lockRow(ctx, serverKind, id))) return;
		const replica = await loadReplica(ctx, serverKind, id);
		if (replica && replica.rev > replica.log.snapshotRev) {
			await compactNow(ctx, serverKind.kind.name, id, replica);
		}
		replica?.doc.destroy();
	});
}
