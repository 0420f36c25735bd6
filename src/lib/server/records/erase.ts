import { and, eq, inArray, or, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { inTransaction, type Ctx } from '../context.ts';
import {
	attachments,
	changes,
	comments,
	keptEdits,
	merges,
	mutedRecords,
	notifications,
	pictures,
	recordViews,
	reminders,
	ydocClients,
	ydocs,
	ydocUpdates
} from '../db/tables/index.ts';
import type { Subject } from './announce.ts';
import type { ServerKind } from './kind.ts';
import { notifyLive } from './live.ts';
import { findRow, readValues } from './row.ts';

const BATCH = 500;

/**
 * Takes records out of existence with their documents and their history; nothing brings them back.
 * Only for commands that exist to erase: they have checked rights and that nothing refers to these.
 */
export function erase(ctx: Ctx, serverKind: ServerKind, ids: readonly string[]): Promise<void> {
	return inTransaction(ctx, async (ctx) => {
		await ctx.db.execute(sql`select set_config('tandem.erasing', 'on', true)`);
		for (let at = 0; at < ids.length; at += BATCH) {
			await eraseBatch(ctx, serverKind, ids.slice(at, at + BATCH));
		}
		await ctx.db.execute(sql`select set_config('tandem.erasing', 'off', true)`);
	});
}

/** Takes the history of rows that are no records away with them; for the same commands as `erase`. */
export function eraseHistory(ctx: Ctx, kind: Subject, ids: readonly string[]): Promise<void> {
	return inTransaction(ctx, async (ctx) => {
		await ctx.db.execute(sql`select set_config('tandem.erasing', 'on', true)`);
		await ctx.db
			.delete(changes)
			.where(and(eq(changes.kind, kind), inArray(changes.recordId, [...ids])));
		await ctx.db.execute(sql`select set_config('tandem.erasing', 'off', true)`);
	});
}

async function eraseBatch(ctx: Ctx, serverKind: ServerKind, ids: string[]): Promise<void> {
	const { kind, table, sets, lists } = serverKind;
	for (const id of ids) await tellHubs(ctx, serverKind, id);
	for (const { table: members, record } of [...Object.values(sets), ...Object.values(lists)]) {
		await ctx.db.delete(members).where(inArray(record, ids));
	}
	const beside = [
		...[keptEdits, recordViews, notifications, mutedRecords, reminders],
		...[attachments, pictures, comments, changes]
	];
	for (const own of [ydocUpdates, ydocClients, ydocs, ...beside]) {
		await ctx.db.delete(own).where(and(eq(own.kind, kind.name), inArray(own.recordId, ids)));
	}
	await ctx.db
		.delete(merges)
		.where(
			and(
				sql`${merges.kind} = ${kind.name}`,
				or(inArray(merges.keptId, ids), inArray(merges.goneId, ids))
			)
		);
	await ctx.db.delete(table as PgTable).where(inArray(table.id, ids));
}

/** Open pages of the record close as they do for the trash. */
async function tellHubs(ctx: Ctx, serverKind: ServerKind, id: string): Promise<void> {
	const row = await findRow(ctx, serverKind, id);
	if (!row) return;
	const topics = serverKind.topics(row, await readValues(ctx, serverKind, row));
	const { rev } = row;
	await notifyLive(ctx, {
		type: 'record',
		kind: serverKind.kind.name,
		id,
		rev,
		topics,
		act: 'trash'
	});
}
