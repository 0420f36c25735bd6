import { and, eq, sql, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { liveFields } from '#lib/records/document.ts';
import type { RecordValues } from '#lib/records/values.ts';
import { isSame } from '#lib/shared/same.ts';
import { inTransaction, isInTransaction, type Ctx } from '../context.ts';
import { ydocUpdates } from '../db/tables/index.ts';
import { compactNow, isCompactionDue } from './compact.ts';
import { entriesFor, insertHistory, rememberSittings } from './history.ts';
import type { Asked, Row, ServerKind } from './kind.ts';
import { payloadsOf, type LiveNotification } from './live.ts';
import { hasOtherCollections, rowColumns, writeCollections } from './project.ts';
import { NO_UPDATE, OutdatedReplica, type Replica } from './replica.ts';
import type { Change, Settled } from './settlement.ts';
import { isTold, mentionedBy, tellMentioned, tellOf } from './tell.ts';

/** A record at one revision, with everything that is known of it. */
export interface OpenRecord {
	readonly row: Row;
	readonly values: RecordValues;
	/** Null for a record that nobody has ever opened live. */
	readonly replica: Replica | null;
}

/**
 * Writes what was settled: columns, log, history and notification in one statement, then sets and lists.
 * The statement does nothing, and OutdatedReplica is thrown, when the record is not at the revision any
 * more on which was settled. Answers the new revision.
 */
export async function write(
	ctx: Ctx,
	serverKind: ServerKind,
	record: OpenRecord,
	settled: Settled,
	batchId: string | null
): Promise<number> {
	const { row, values, replica } = record;
	if (settled.update === null && settled.changes.length === 0) return row.rev;
	const needsMore =
		hasOtherCollections(serverKind, values, settled.values) ||
		tellsOf(serverKind, row, settled) ||
		textsIn(serverKind, settled).some((change) => mentionedBy(textOf(change)).length > 0);
	if (!isInTransaction(ctx) && needsMore) {
		return inTransaction(ctx, (ctx) => write(ctx, serverKind, record, settled, batchId));
	}
	const changed = await changedColumns(ctx, serverKind, values, settled);
	const columns = { ...changed, rev: row.rev + 1 };
	const after: Row = { ...row, ...columns };
	const update = settled.update ?? NO_UPDATE;
	const entries = entriesFor(ctx, serverKind, replica, settled.changes);
	const said = notificationOf(serverKind, record, { row: after, values: settled.values });
	const written = await ctx.db.execute(sql`
		with own as ${updateRow(ctx, serverKind, record, columns)},
			${replica ? appendLog(ctx, replica, update) : sql.empty()}
			history as (${insertHistory(ctx, batchId, entries)})
		select pg_notify('live', payload), set_config('synchronous_commit', 'on', true)
		from own, ${payloadsOf(said)} as payload`);
	if (written.length === 0) throw new OutdatedReplica(`${said.kind} ${row.id}`);
	await writeCollections(ctx, serverKind, [{ id: row.id, before: values, after: settled.values }]);
	await tellOf(
		ctx,
		serverKind.notices,
		entries.map((entry) => ({ id: entry.id, ...editOf(serverKind, row, entry) }))
	);
	// Of a sitting the history has one entry, but each mention is told as it comes.
	const texts = textsIn(serverKind, settled).map((change) => editOf(serverKind, row, change));
	await tellMentioned(ctx, texts);
	if (replica) {
		rememberSittings(ctx, replica, entries);
		await advance(ctx, serverKind, replica, { row: after, values: settled.values, update });
	}
	return after.rev;
}

const textsIn = ({ kind }: ServerKind, { changes }: Settled): readonly Change[] =>
	changes.filter(({ field }) => kind.fields[field]?.shape === 'richText');

const textOf = ({ actor, old, new: fresh, conflict }: Change) => ({
	...{ actorId: actor.id, old, new: fresh, conflict }
});

/** Whether people have to be told of something among these changes. */
const tellsOf = (serverKind: ServerKind, row: Row, { changes }: Settled): boolean =>
	changes.some((change) => isTold(serverKind.notices, editOf(serverKind, row, change)));

const editOf = (
	{ kind }: ServerKind,
	row: Row,
	{ actor, field, old, new: fresh, conflict }: Change
) => ({
	...{ kind: kind.name, recordId: row.id, act: 'edit', actorId: actor.id },
	...{ field, old, new: fresh, conflict }
});

/** The part `own` of the statement: the row, if it is still as it was, and its document of the same epoch. */
function updateRow(
	{ db }: Ctx,
	{ kind, table }: ServerKind,
	{ row, replica }: OpenRecord,
	columns: Record<string, unknown>
) {
	const sameDocument =
		replica &&
		sql`exists (select from ydocs where kind = ${kind.name} and record_id = ${row.id} and epoch = ${replica.epoch})`;
	return (
		db
			.update(table as PgTable)
			// The columns are the table's own, by the kind's mapping.
			.set(columns as never)
			.where(and(eq(table.id, row.id), eq(table.rev, row.rev), sameDocument ?? undefined))
			.returning({ kind: sql`${kind.name}::text`.as('kind'), id: table.id, rev: table.rev })
	);
}

/** One entry a revision, so that whoever is behind can tell whether he has everything. */
const appendLog = ({ now }: Ctx, { epoch }: Replica, update: Uint8Array): SQL => sql`
	log as (
		insert into ydoc_updates (kind, record_id, rev, epoch, update, at)
		select kind, id, rev, ${epoch}::int, ${sql.param(update, ydocUpdates.update)}, ${sql.param(now, ydocUpdates.at)}
		from own
	),
	head as (
		update ydocs set rev = own.rev from own where ydocs.kind = own.kind and record_id = own.id
	),`;

/** Who saw the record before and who sees it now must hear of it. */
export function notificationOf(
	serverKind: ServerKind,
	before: OpenRecord,
	after: { readonly row: Row; readonly values: RecordValues }
): Extract<LiveNotification, { type: 'record' }> {
	const [old, fresh] = [before, after].map(({ row, values }) => serverKind.topics(row, values));
	const topics = new Set([...(old ?? []), ...(fresh ?? [])]);
	const moved = topics.size > new Set(old).size || topics.size > new Set(fresh).size;
	return {
		type: 'record',
		kind: serverKind.kind.name,
		id: after.row.id,
		rev: after.row.rev,
		epoch: before.replica?.epoch ?? null,
		topics: [...topics],
		...(moved && { moved }),
		act: 'edit'
	};
}

/** What the record's row gets, by the names of its table. */
export async function changedColumns(
	ctx: Ctx,
	serverKind: ServerKind,
	before: RecordValues,
	{ values, changes }: Settled,
	asked: Asked = new Map()
): Promise<Record<string, unknown>> {
	const changed = Object.keys(values).filter((name) => !isSame(before[name], values[name]));
	if (changed.length === 0) return {};
	const { actor } = changes.findLast(({ conflict }) => !conflict) ?? ctx;
	return {
		...rowColumns(serverKind, values, changed),
		...(await serverKind.onEdit?.({ ...ctx, actor }, before, values, asked)),
		updatedAt: ctx.now,
		modifiedBy: actor.id
	};
}

async function advance(
	ctx: Ctx,
	serverKind: ServerKind,
	replica: Replica,
	{
		row,
		values,
		update
	}: { readonly row: Row; readonly values: RecordValues; readonly update: Uint8Array }
): Promise<void> {
	replica.rev = row.rev;
	replica.row = row;
	replica.undisturbed++;
	replica.whole = values;
	replica.values = liveOf(serverKind, values);
	replica.log = { ...replica.log, bytes: replica.log.bytes + update.length };
	if (isCompactionDue(replica)) await compactNow(ctx, serverKind.kind.name, row.id, replica);
}

const liveOf = ({ kind }: ServerKind, values: RecordValues): RecordValues =>
	Object.fromEntries(liveFields(kind).map(([name]) => [name, values[name] ?? null]));
