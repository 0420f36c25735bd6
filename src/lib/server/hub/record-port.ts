import { and, inArray, isNull } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import * as Y from 'yjs';
import type { KindName } from '#lib/records/kind.ts';
import { CLOSE, LIMITS } from '#lib/records/wire.ts';
import { systemActor, type Actor } from '#lib/shared/actor.ts';
import { inTransaction, type Ctx, type Db, type Log } from '../context.ts';
import { NotFound } from '../errors.ts';
import { commit } from '../records/commit.ts';
import { compact } from '../records/compact.ts';
import type { ServerKind } from '../records/kind.ts';
import type { LoadedRecord } from '../records/load.ts';
import { decode } from '../records/structs.ts';
import { keepPoison, keepRefused } from '../records/refused.ts';
import * as replicas from '../records/replica.ts';
import { TimedOut, within } from '../within.ts';
import { findRow, lockRow, readValues } from '../records/row.ts';
import type { Input } from '../records/settlement.ts';
import type { Answer } from '../records/verdicts.ts';
import { Unavailable } from './port.ts';
import type {
	Access,
	CatchUp,
	InputResult,
	RecordPort,
	Replica,
	RoomCommit,
	RoomInput
} from './port.ts';

/** The record engine as the hub's rooms use it. */
export function createRecordPort(db: Db, kinds: readonly ServerKind[], log: Log): RecordPort {
	const serverKinds = new Map(kinds.map((serverKind) => [serverKind.kind.name, serverKind]));
	const kindOf = (kind: KindName) => {
		const serverKind = serverKinds.get(kind);
		if (!serverKind) throw new Error(`no such kind: ${kind}`);
		return serverKind;
	};
	const ctxOf = (actor: Actor): Ctx => ({ db, actor, now: new Date(), log });
	const read = inOneTurn((serverKind: ServerKind, id) =>
		readRecord(ctxOf(systemActor), serverKind, id)
	);
	return {
		open: (kind, id) => passing(() => open(ctxOf(systemActor), kindOf(kind), id)),
		access: (kind, id, actor) =>
			passing(async () => accessOf(actor, kindOf(kind), await read(kindOf(kind), id))),
		commit: (kind, id, replica, inputs) =>
			passing(() => commitInputs(ctxOf, kindOf(kind), { id, replica, inputs })),
		catchUp: (kind, id, replica) =>
			passing(() => catchUp(ctxOf(systemActor), kindOf(kind), id, replica)),
		revisions: (kind, ids) => passing(() => revisions(ctxOf(systemActor), kindOf(kind), ids)),
		compact: (kind, id) => passing(() => compact(ctxOf(systemActor), kindOf(kind), id)),
		keepRefused: (kind, id, actor, refused) =>
			passing(() => keepRefused(ctxOf(actor), kindOf(kind), id, refused)),
		setAside: (kind, id, input, reason) =>
			passing(() => setAside(ctxOf(input.actor), kindOf(kind), id, { input, reason }))
	};
}

/** What is asked for in one turn is read once: people come to a record together when a server went away. */
function inOneTurn(read: (serverKind: ServerKind, id: string) => Promise<LoadedRecord | null>) {
	const asked = new Map<string, Promise<LoadedRecord | null>>();
	return (serverKind: ServerKind, id: string) => {
		const key = `${serverKind.kind.name}/${id}`;
		const reading =
			asked.get(key) ??
			Promise.resolve().then(() => {
				asked.delete(key);
				return read(serverKind, id);
			});
		asked.set(key, reading);
		return reading;
	};
}

async function readRecord(ctx: Ctx, serverKind: ServerKind, id: string) {
	const row = await findRow(ctx, serverKind, id);
	return row && { row, values: await readValues(ctx, serverKind, row) };
}

/** Longer than the database lets any statement of ours take, several times over. */
const PATIENCE_MS = 20_000;

/**
 * Says `Unavailable` for whatever another attempt may get past. An answer that never comes holds up no room:
 * should it be committed after all, the log of the document tells whoever loads it next.
 */
async function passing<Value>(work: () => Promise<Value>): Promise<Value> {
	try {
		return await within(PATIENCE_MS, work());
	} catch (error) {
		if (error instanceof TimedOut || replicas.isPassing(error))
			throw new Unavailable('record', { cause: error });
		throw error;
	}
}

async function open(ctx: Ctx, serverKind: ServerKind, id: string): Promise<Replica> {
	const [row, replica] = await Promise.all([
		findRow(ctx, serverKind, id),
		replicas.loadReplica(ctx, serverKind, id)
	]);
	if (!row) throw new NotFound(serverKind.kind.name);
	return replica ?? make(ctx, serverKind, id);
}

/** Under the row's lock, so that a record gets one document and not two. */
function make(ctx: Ctx, serverKind: ServerKind, id: string): Promise<Replica> {
	return inTransaction(ctx, async (ctx) => {
		const row = await lockRow(ctx, serverKind, id);
		if (!row || row.deletedAt) throw new NotFound(serverKind.kind.name);
		const replica = await replicas.loadReplica(ctx, serverKind, id);
		if (replica) return replica;
		const values = await readValues(ctx, serverKind, row);
		return replicas.materialise(ctx, serverKind, row, values);
	});
}

function accessOf(actor: Actor, serverKind: ServerKind, record: LoadedRecord | null): Access {
	if (!record) return { may: 'gone', topics: [] };
	const { row, values } = record;
	if (!serverKind.mayRead(actor, row, values)) return { may: 'none', topics: [] };
	const writable = serverKind.writable(actor, row, values);
	const mayWrite = writable === 'all' || (writable !== 'none' && writable.size > 0);
	return { may: mayWrite ? 'write' : 'read', topics: serverKind.topics(row, values) };
}

interface Batch {
	readonly id: string;
	readonly replica: Replica;
	readonly inputs: readonly RoomInput[];
}

async function commitInputs(
	ctxOf: (actor: Actor) => Ctx,
	serverKind: ServerKind,
	{ id, replica, inputs }: Batch
): Promise<RoomCommit> {
	const read = inputs.map(readInput);
	const readable = read.filter((input) => input !== null);
	const [first] = readable;
	if (!first) return { rev: replica.rev, update: null, results: inputs.map(unreadable) };
	const { kind } = serverKind;
	const ctx = ctxOf(first.actor);
	const committed = await commit(ctx, serverKind, id, readable, {
		replica: ours(replica)
	});
	const outcomes = [...committed.outcomes];
	return {
		rev: committed.rev,
		update: committed.update,
		results: read.map((input, index) => {
			const outcome = input && outcomes.shift();
			const result = outcome ? resultOf(outcome) : unreadable(inputs[index]);
			// No client of ours does this: whoever reads the log should hear of it.
			if (!result.ok)
				ctx.log.warn('update.refused', { kind: kind.name, id, reason: result.reason });
			return result;
		})
	};
}

function readInput({ update, mode, actor, seen }: RoomInput): Input | null {
	const decoded = decode(update);
	return decoded && { type: 'update', update: decoded, mode, actor, ...(seen && { seen }) };
}

function resultOf(outcome: Answer): InputResult {
	if (outcome.status === 'taken') return { ok: true, notices: outcome.notices };
	const reason = outcome.status === 'malformed' ? outcome.reason : 'refused';
	return { ok: false, close: CLOSE.malformed, reason };
}

const unreadable = (input: RoomInput | undefined): InputResult =>
	input && input.update.length > LIMITS.frameBytes
		? { ok: false, close: CLOSE.tooLarge, reason: 'too large' }
		: { ok: false, close: CLOSE.malformed, reason: 'not an update' };

async function catchUp(
	ctx: Ctx,
	serverKind: ServerKind,
	id: string,
	replica: Replica
): Promise<CatchUp> {
	const row = await findRow(ctx, serverKind, id);
	const news = row && (await replicas.readNews(ctx, serverKind.kind.name, id, replica.rev));
	if (!news) return { state: 'gone' };
	if (news.epoch !== replica.epoch) return { state: 'epoch' };
	try {
		replicas.takeIn(ours(replica), serverKind, news);
	} catch (error) {
		if (error instanceof replicas.OutdatedReplica) return { state: 'reload' };
		throw error;
	}
	const updates = news.updates.map(({ update }) => update);
	return { state: 'current', update: updates.length === 0 ? null : Y.mergeUpdates(updates) };
}

async function revisions(ctx: Ctx, { table }: ServerKind, ids: readonly string[]) {
	const rows = await ctx.db
		.select({ id: table.id, rev: table.rev })
		.from(table as PgTable)
		.where(and(inArray(table.id, [...ids]), isNull(table.deletedAt)));
	// Drizzle knows the columns of a table it only knows by shape as unknown.
	return new Map(rows.map(({ id, rev }) => [String(id), Number(rev)]));
}

async function setAside(
	ctx: Ctx,
	serverKind: ServerKind,
	id: string,
	{ input, reason }: { readonly input: RoomInput; readonly reason: string }
): Promise<void> {
	ctx.log.error('update set aside', { kind: serverKind.kind.name, id, reason });
	await keepPoison(ctx, serverKind, id, input.update);
}

/** Every replica that a room holds was made by `open`. */
const ours = (replica: Replica) => replica as replicas.Replica;
