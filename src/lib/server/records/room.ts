import { inArray } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import * as Y from 'yjs';
import type { FieldValue } from '#lib/records/values.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { newId } from '#lib/shared/ids.ts';
import { inTransaction, type Ctx } from '../context.ts';
import { rejectedUpdates } from '../db/tables/index.ts';
import { NotFound } from '../errors.ts';
import type { Row, ServerKind } from './kind.ts';
import {
	loadReplica,
	materialise,
	readNews,
	takeIn,
	OutdatedReplica,
	type Replica
} from './replica.ts';
import { findRow, lockRow, readValues } from './row.ts';

// What a room of the hub needs beside `commit`.

/** Loads the document, making it when the record never had one; throws NotFound for trash and unknown ids. */
export async function openReplica(ctx: Ctx, serverKind: ServerKind, id: string): Promise<Replica> {
	if (!(await findRow(ctx, serverKind, id))) throw new NotFound(serverKind.kind.name);
	const replica = await loadReplica(ctx, serverKind, id);
	return (
		replica ??
		inTransaction(ctx, async (ctx) => {
			const row = await lockRow(ctx, serverKind, id);
			if (!row || row.deletedAt) throw new NotFound(serverKind.kind.name);
			const made = await loadReplica(ctx, serverKind, id);
			return made ?? materialise(ctx, serverKind, row, await readValues(ctx, serverKind, row));
		})
	);
}

/** What one person may do with the record now; `gone` is trash or unknown. */
export interface Access {
	readonly may: 'write' | 'read' | 'none' | 'gone';
	readonly topics: readonly string[];
}

export async function accessTo(
	ctx: Ctx,
	serverKind: ServerKind,
	id: string,
	actor: Actor
): Promise<Access> {
	const row = await findRow(ctx, serverKind, id);
	if (!row) return { may: 'gone', topics: [] };
	const values = await readValues(ctx, serverKind, row);
	const topics = serverKind.topics(row, values);
	if (!serverKind.mayRead(actor, row, values)) return { may: 'none', topics };
	return { may: serverKind.writable(actor, row, values) === 'none' ? 'read' : 'write', topics };
}

export type CaughtUp =
	| { readonly state: 'current'; readonly update: Uint8Array | null }
	| { readonly state: 'gone' | 'epoch' | 'reload' };

/** Brings a held document up to what is committed, or says why that cannot be done. */
export async function catchUp(
	ctx: Ctx,
	serverKind: ServerKind,
	id: string,
	replica: Replica
): Promise<CaughtUp> {
	const [row, news] = await Promise.all([
		findRow(ctx, serverKind, id),
		readNews(ctx, serverKind.kind.name, id, replica.rev)
	]);
	if (!row || !news) return { state: 'gone' };
	if (news.epoch !== replica.epoch) return { state: 'epoch' };
	try {
		takeIn(replica, serverKind, news);
	} catch (error) {
		if (error instanceof OutdatedReplica) return { state: 'reload' };
		throw error;
	}
	const updates = news.updates.map(({ update }) => update);
	return { state: 'current', update: updates.length === 0 ? null : Y.mergeUpdates(updates) };
}

/** The committed revision of each of these records; absent for records in the trash. */
export async function revisionsOf(
	ctx: Ctx,
	{ table }: ServerKind,
	ids: readonly string[]
): Promise<ReadonlyMap<string, number>> {
	if (ids.length === 0) return new Map();
	const rows = await ctx.db
		.select()
		.from(table as PgTable)
		.where(inArray(table.id, [...ids]));
	const present = (rows as Row[]).filter(({ deletedAt }) => deletedAt === null); // of this table
	return new Map(present.map(({ id, rev }) => [id, rev]));
}

/** Keeps an edit that alone fails to commit, so that what was typed is not lost. */
export async function setAside(
	ctx: Ctx,
	{ kind }: ServerKind,
	recordId: string,
	refused: {
		readonly actor: Actor;
		readonly update?: Uint8Array;
		readonly values?: Readonly<Record<string, FieldValue>>;
		readonly reason: string;
	}
): Promise<void> {
	await ctx.db.insert(rejectedUpdates).values({
		id: newId(ctx.now.getTime()),
		kind: kind.name,
		recordId,
		actorId: refused.actor.id,
		at: ctx.now,
		reason: refused.reason,
		update: refused.update ?? null,
		values: refused.values ?? null
	});
}
