import { and, eq } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { liveFields } from '#lib/records/document.ts';
import type { RecordValues } from '#lib/records/values.ts';
import { isSame } from '#lib/shared/same.ts';
import type { Ctx } from '../context.ts';
import { ydocs, ydocUpdates } from '../db/tables/index.ts';
import { compactNow, isCompactionDue } from './compact.ts';
import { writeHistory } from './history.ts';
import type { Row, ServerKind } from './kind.ts';
import { notifyLive } from './live.ts';
import { rowColumns, writeCollections } from './project.ts';
import { NO_UPDATE, type Replica } from './replica.ts';
import type { Settled } from './settlement.ts';

/** A record whose row is locked, with everything that is known of it. */
export interface OpenRecord {
	readonly row: Row;
	readonly values: RecordValues;
	/** Null for a record that nobody has ever opened live. */
	readonly replica: Replica | null;
}

/** Writes what was settled: columns, sets and lists, history, log, notification. Answers the revision. */
export async function write(
	ctx: Ctx,
	serverKind: ServerKind,
	{ row, values, replica }: OpenRecord,
	settled: Settled,
	batchId: string | null
): Promise<number> {
	if (settled.update === null && settled.changes.length === 0) return row.rev;
	const rev = row.rev + 1;
	const { name } = serverKind.kind;
	const columns = changedColumns(ctx, serverKind, values, settled);
	const { table } = serverKind;
	const log = settled.update ?? NO_UPDATE;
	const topics = new Set([
		...serverKind.topics(row, values),
		...serverKind.topics({ ...row, ...columns }, settled.values)
	]);
	await Promise.all([
		// The columns are the table's own, by the kind's mapping.
		ctx.db
			.update(table as PgTable)
			.set({ ...columns, rev } as never)
			.where(eq(table.id, row.id)),
		writeCollections(ctx, serverKind, row.id, values, settled.values),
		replica && appendLog(ctx, name, row.id, rev, { epoch: replica.epoch, update: log }),
		writeHistory(ctx, serverKind, { id: row.id, rev, batchId }, settled.changes),
		notifyLive(ctx, {
			type: 'record',
			kind: name,
			id: row.id,
			rev,
			epoch: replica?.epoch ?? null,
			topics: [...topics],
			act: 'edit'
		})
	]);
	if (replica) await advance(ctx, serverKind, row.id, replica, { rev, settled, bytes: log.length });
	return rev;
}

function changedColumns(
	ctx: Ctx,
	serverKind: ServerKind,
	before: RecordValues,
	{ values, changes }: Settled
): Record<string, unknown> {
	const changed = Object.keys(values).filter((name) => !isSame(before[name], values[name]));
	if (changed.length === 0) return {};
	const last = changes.findLast(({ conflict }) => !conflict);
	return {
		...rowColumns(serverKind, values, changed),
		updatedAt: ctx.now,
		modifiedBy: (last?.actor ?? ctx.actor).id
	};
}

/** One entry a revision, so that whoever is behind can tell whether he has everything. */
export async function appendLog(
	ctx: Ctx,
	kind: string,
	recordId: string,
	rev: number,
	{ epoch, update }: { readonly epoch: number; readonly update: Uint8Array }
): Promise<void> {
	await Promise.all([
		ctx.db.insert(ydocUpdates).values({ kind, recordId, rev, epoch, update, at: ctx.now }),
		ctx.db
			.update(ydocs)
			.set({ rev })
			.where(and(eq(ydocs.kind, kind), eq(ydocs.recordId, recordId)))
	]);
}

async function advance(
	ctx: Ctx,
	serverKind: ServerKind,
	id: string,
	replica: Replica,
	{
		rev,
		settled,
		bytes
	}: { readonly rev: number; readonly settled: Settled; readonly bytes: number }
): Promise<void> {
	replica.rev = rev;
	replica.values = liveOf(serverKind, settled.values);
	replica.log = { ...replica.log, bytes: replica.log.bytes + bytes };
	if (isCompactionDue(replica)) await compactNow(ctx, serverKind.kind.name, id, replica);
}

const liveOf = ({ kind }: ServerKind, values: RecordValues): RecordValues =>
	Object.fromEntries(liveFields(kind).map(([name]) => [name, values[name] ?? null]));
