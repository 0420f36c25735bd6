import { and, eq, inArray, sql } from 'drizzle-orm';
import { isId } from '#lib/shared/ids.ts';
import { isInTransaction, type Ctx } from '../context.ts';
import { ydocClients } from '../db/tables/index.ts';
import { NotFound } from '../errors.ts';
import { isCompactionDue } from './compact.ts';
import { factsAtHand, gatherFacts } from './facts.ts';
import type { Row, ServerKind } from './kind.ts';
import { hasWritten, newClients } from './structs.ts';
import {
	loadReplica,
	materialise,
	readNews,
	takeIn,
	UNDISTURBED,
	type Replica
} from './replica.ts';
import { lockRow, readOutside, readValues, valuesOfRow } from './row.ts';
import type { Facts, Input } from './settlement.ts';
import type { OpenRecord } from './write.ts';

/** A record and whatever settling these inputs may need to know. */
export interface Opened {
	readonly record: OpenRecord;
	readonly facts: Facts;
	/** What other processes committed since the document was last looked at. */
	readonly news: readonly Uint8Array[];
	/** The row is ours until the end of the transaction; otherwise it may have changed already. */
	readonly isLocked: boolean;
}

/**
 * The record as it was left by the last commit with this document, when nothing has to be asked about
 * the inputs: so a keystroke costs one statement. Should another process have been faster all the same,
 * `write` finds out and nothing is written. Null when the row must be taken and the database asked.
 */
export function knownRecord(
	ctx: Ctx,
	serverKind: ServerKind,
	inputs: readonly Input[],
	replica: Replica | undefined
): Opened | null {
	if (!replica?.row || replica.undisturbed < UNDISTURBED || isInTransaction(ctx)) return null;
	// What lies beside a record changes without it.
	if (serverKind.beside) return null;
	if (isCompactionDue(replica) || strangersAmong(inputs, replica).size > 0) return null;
	const { row } = replica;
	const values = { ...replica.whole, ...valuesOfRow(serverKind, row), ...replica.values };
	const question = { serverKind, row, values, doc: replica.doc, inputs };
	const facts = factsAtHand(question, replica.clients);
	return facts && { record: { row, values, replica }, facts, news: [], isLocked: false };
}

/** Takes the row, catches up, and asks about everything that the inputs refer to. Throws NotFound. */
export async function openRecord(
	ctx: Ctx,
	serverKind: ServerKind,
	id: string,
	inputs: readonly Input[],
	held: Replica | undefined
): Promise<Opened> {
	const { news, ...record } = await takeRecord(ctx, serverKind, id, inputs, held);
	const { row, values, replica } = record;
	const clients = replica && (await claimClients(ctx, serverKind, id, replica, inputs));
	const question = { serverKind, row, values, doc: replica?.doc ?? null, inputs };
	const facts = await gatherFacts(ctx, question, clients ?? new Map());
	return { record, facts, news, isLocked: true };
}

/**
 * A transaction of the record engine is durable when it says so, and does not wait for ever. Whoever waits for a
 * row is served in turn, and who gives up goes to the end of the queue: with too little patience a process beside
 * two busy ones would never get to write.
 */
export const TRANSACTION_SETTINGS = {
	lock_timeout: '8s',
	statement_timeout: '10s',
	synchronous_commit: 'on'
};

export const settings = (ctx: Ctx) => {
	const each = Object.entries(TRANSACTION_SETTINGS).map(
		([name, value]) => sql`set_config(${name}, ${value}, true)`
	);
	return ctx.db.execute(sql`select ${sql.join(each, sql`, `)}`);
};

async function takeRecord(
	ctx: Ctx,
	serverKind: ServerKind,
	id: string,
	inputs: readonly Input[],
	held: Replica | undefined
): Promise<OpenRecord & { readonly news: readonly Uint8Array[] }> {
	if (!isId(id)) throw new NotFound(serverKind.kind.name);
	const look = async () => held && readNews(ctx, serverKind.kind.name, id, held.rev);
	const [, row, early] = await Promise.all([settings(ctx), lockRow(ctx, serverKind, id), look()]);
	if (!row || row.deletedAt) throw new NotFound(serverKind.kind.name);
	// Sent in one go; should the look have come before the lock, another commit may lie between.
	const news = early?.rev === row.rev ? early : await look();
	const replica = held ?? (await replicaFor(ctx, serverKind, row, inputs));
	if (!replica) return { row, values: await readValues(ctx, serverKind, row), replica, news: [] };
	if (held && news) takeIn(held, serverKind, news);
	if (replica.rev !== row.rev) throw new Error(`${row.id}: row and document differ in revision`);
	const outside = await readOutside(ctx, serverKind, row);
	const values = { ...valuesOfRow(serverKind, row), ...outside, ...replica.values };
	return { row, values, replica, news: news?.updates.map(({ update }) => update) ?? [] };
}

/** The document of a record, made now when a live edit needs one; null when nobody has needed it yet. */
async function replicaFor(
	ctx: Ctx,
	serverKind: ServerKind,
	row: Row,
	inputs: readonly Input[]
): Promise<Replica | null> {
	const replica = await loadReplica(ctx, serverKind, row.id);
	if (replica || !inputs.some(({ type }) => type === 'update')) return replica;
	return materialise(ctx, serverKind, row, await readValues(ctx, serverKind, row));
}

/** Binds client ids that nobody has used to whoever uses them now; answers whose each one is. */
async function claimClients(
	ctx: Ctx,
	{ kind }: ServerKind,
	recordId: string,
	{ doc, clients }: Replica,
	inputs: readonly Input[]
): Promise<ReadonlyMap<number, string>> {
	const wanted = strangersAmong(inputs, { doc, clients });
	if (wanted.size === 0) return clients;
	const known = await ctx.db
		.select()
		.from(ydocClients)
		.where(
			and(
				eq(ydocClients.kind, kind.name),
				eq(ydocClients.recordId, recordId),
				inArray(ydocClients.clientId, [...wanted.keys()])
			)
		);
	for (const { clientId, userId } of known) clients.set(clientId, userId);
	// An id that has written and is nobody's is the server's own.
	const free = [...wanted].filter(([client]) => !clients.has(client) && !hasWritten(doc, client));
	for (const [client, userId] of free) clients.set(client, userId);
	if (free.length === 0) return clients;
	await ctx.db
		.insert(ydocClients)
		.values(free.map(([clientId, userId]) => ({ kind: kind.name, recordId, clientId, userId })));
	return clients;
}

/** Client ids that write for the first time, and whoever writes with them. */
function strangersAmong(
	inputs: readonly Input[],
	{ doc, clients }: Pick<Replica, 'doc' | 'clients'>
): ReadonlyMap<number, string> {
	const strangers = new Map<number, string>();
	for (const input of inputs) {
		if (input.type !== 'update') continue;
		for (const client of newClients(input.update, doc)) {
			if (!clients.has(client) && !strangers.has(client)) strangers.set(client, input.actor.id);
		}
	}
	return strangers;
}
