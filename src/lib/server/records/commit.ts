import { and, eq, inArray, sql } from 'drizzle-orm';
import * as Y from 'yjs';
import type { Edit, Fault, RecordValues } from '#lib/records/values.ts';
import { isId } from '#lib/shared/ids.ts';
import { inTransaction, type Ctx } from '../context.ts';
import { ydocClients } from '../db/tables/index.ts';
import { Forbidden, NotFound } from '../errors.ts';
import { sourceOf, type Source } from './announce.ts';
import { gatherFacts } from './facts.ts';
import { once } from './idempotency.ts';
import type { Row, ServerKind } from './kind.ts';
import { newClients } from './precheck.ts';
import { loadReplica, materialise, readNews, takeIn, type Replica } from './replica.ts';
import { retrying } from './retry.ts';
import { lockRow, readValues, valuesOfRow } from './row.ts';
import { settle } from './settle.ts';
import type { Input, Outcome } from './settlement.ts';
import { write, type OpenRecord } from './write.ts';

export interface Committed {
	readonly rev: number;
	readonly values: RecordValues;
	/** Everything that the document took in, foreign commits included; null when it did not change. */
	readonly update: Uint8Array | null;
	/** One per input, in order. */
	readonly outcomes: readonly Outcome[];
}

export interface CommitOptions {
	/** The document as the caller holds it; after a throw it is dirty and must be thrown away. */
	readonly replica?: Replica;
	/** Ties this change to others that are undone together. */
	readonly batchId?: string;
	/** Looks at the locked record before anything is done to it, and throws to refuse. */
	readonly guard?: (row: Row, values: RecordValues) => void;
}

/**
 * The one way to change a record: in one transaction it takes the row, catches up, settles the inputs,
 * writes columns, history and update log, and notifies. Nothing counts before it has returned, and
 * inside a larger transaction not before that commits.
 */
export function commit(
	ctx: Ctx,
	serverKind: ServerKind,
	id: string,
	inputs: readonly Input[],
	options: CommitOptions = {}
): Promise<Committed> {
	return inTransaction(ctx, async (ctx) => {
		const { news, ...record } = await openRecord(ctx, serverKind, id, inputs, options.replica);
		const { row, values, replica } = record;
		options.guard?.(row, values);
		const clients = replica
			? await claimClients(ctx, serverKind, id, replica, inputs)
			: new Map<number, string>();
		const doc = replica?.doc ?? null;
		const facts = await gatherFacts(ctx, { serverKind, row, values, doc, inputs }, clients);
		const settled = settle({ serverKind, doc, row, before: values, facts }, inputs);
		const rev = await write(ctx, serverKind, record, settled, options.batchId ?? null);
		return {
			rev,
			values: settled.values,
			update: together(settled.update ? [...news, settled.update] : news),
			outcomes: settled.outcomes
		};
	});
}

/** What edit answers: the record as it now is, or why nothing of it was changed. */
export type Edited =
	| { readonly ok: true; readonly rev: number; readonly values: RecordValues }
	| { readonly ok: false; readonly faults: readonly Fault[]; readonly current: RecordValues };

export interface EditOptions {
	/** When it is not the context's. */
	readonly source?: Source;
	/** Name of the command that has checked its own rights: it may take steps that others may not. */
	readonly commandMark?: string;
	readonly batchId?: string;
	/** The same person with the same key gets the first answer again, without a second effect. */
	readonly idempotencyKey?: string;
}

/** Changes fields for a form or a command, all of them or none; throws NotFound and Forbidden. */
export function edit(
	ctx: Ctx,
	serverKind: ServerKind,
	id: string,
	edits: readonly Edit[],
	options: EditOptions = {}
): Promise<Edited> {
	const { source = sourceOf(ctx), commandMark = null, batchId, idempotencyKey } = options;
	const guard = (row: Row, values: RecordValues) => {
		if (!serverKind.mayRead(ctx.actor, row, values)) throw new NotFound(serverKind.kind.name);
		if (commandMark !== null || serverKind.writable(ctx.actor, row, values) !== 'none') return;
		throw new Forbidden(serverKind.kind.name);
	};
	const input: Input = { type: 'ops', edits, actor: ctx.actor, source, commandMark };
	const work = (ctx: Ctx) => async () => {
		const committed = await commit(ctx, serverKind, id, [input], {
			guard,
			...(batchId ? { batchId } : {})
		});
		const answer = editedOf(committed);
		return { answer, keep: answer.ok };
	};
	return retrying(ctx, () =>
		inTransaction(ctx, (ctx) =>
			once(ctx, idempotencyKey, [serverKind.kind.name, id, edits], work(ctx))
		)
	);
}

function editedOf({ rev, values, outcomes: [outcome] }: Committed): Edited {
	return outcome?.status === 'refused'
		? { ok: false, faults: outcome.faults, current: values }
		: { ok: true, rev, values };
}

const BATCH = 200;

/** Changes many records, a few hundred a transaction; always in the order of ids, so that two never wait for each other. */
export async function commitMany(
	ctx: Ctx,
	serverKind: ServerKind,
	wishes: readonly { readonly id: string; readonly edits: readonly Edit[] }[],
	options: Omit<EditOptions, 'idempotencyKey'>
): Promise<ReadonlyMap<string, Edited>> {
	const sorted = wishes.toSorted((a, b) => (a.id < b.id ? -1 : 1));
	const answers = new Map<string, Edited>();
	for (let at = 0; at < sorted.length; at += BATCH) {
		const batch = sorted.slice(at, at + BATCH);
		const edited = await retrying(ctx, () =>
			inTransaction(ctx, async (ctx) => {
				const own: [string, Edited][] = [];
				for (const { id, edits } of batch) {
					own.push([id, await edit(ctx, serverKind, id, edits, options)]);
				}
				return own;
			})
		);
		for (const [id, answer] of edited) answers.set(id, answer);
	}
	return answers;
}

/** A transaction of the record engine is durable when it says so, and never waits for long. */
const settings = (ctx: Ctx) =>
	ctx.db.execute(sql`select set_config('lock_timeout', '2s', true),
		set_config('statement_timeout', '5s', true), set_config('synchronous_commit', 'on', true)`);

async function openRecord(
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
	const values = { ...valuesOfRow(serverKind, row), ...replica.values };
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
	const wanted = new Map<number, string>();
	for (const input of inputs) {
		if (input.type !== 'update') continue;
		for (const client of newClients(input.update, doc)) {
			if (!clients.has(client) && !wanted.has(client)) wanted.set(client, input.actor.id);
		}
	}
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
	const free = [...wanted].filter(
		([client]) => !clients.has(client) && Y.getState(doc.store, client) === 0
	);
	for (const [client, userId] of free) clients.set(client, userId);
	if (free.length === 0) return clients;
	await ctx.db
		.insert(ydocClients)
		.values(free.map(([clientId, userId]) => ({ kind: kind.name, recordId, clientId, userId })));
	return clients;
}

function together(updates: readonly Uint8Array[]): Uint8Array | null {
	const [only, ...others] = updates;
	return only && others.length > 0 ? Y.mergeUpdates([...updates]) : (only ?? null);
}
