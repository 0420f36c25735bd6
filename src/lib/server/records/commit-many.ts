import { and, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Edit, RecordValues } from '#lib/records/values.ts';
import { isId } from '#lib/shared/ids.ts';
import { inTransaction, type Ctx } from '../context.ts';
import { ydocs } from '../db/tables/index.ts';
import { type Announcement, announceOf, sourceOf } from './announce.ts';
import { edit, editedOf, followedBy, type Edited, type EditOptions } from './commit.ts';
import { factsForMany, type Wish } from './facts.ts';
import type { Asked, Row, ServerKind } from './kind.ts';
import { notifyLive } from './live.ts';
import { settings } from './open.ts';
import { writeCollections } from './project.ts';
import { retrying } from './retry.ts';
import { lockRows, readAllValues, readRows } from './row.ts';
import { settle } from './settle.ts';
import type { Outcome, Settled } from './settlement.ts';
import type { Answer } from './verdicts.ts';
import { changedColumns, notificationOf } from './write.ts';

export interface ManyWish {
	readonly id: string;
	readonly edits: readonly Edit[];
}

/** What became of one of many: as of an edit alone, or why the actor may not even try. */
export type ManyEdited = Edited | { readonly ok: false; readonly stop: 'not_found' | 'forbidden' };

const BATCH = 200;

/**
 * Changes many records, a few hundred a transaction and always in the order of their ids, so that two
 * never wait for each other. Each is taken whole or not at all and answered for itself; those that
 * nobody has opened live are written together, the others one by one.
 */
export async function commitMany(
	ctx: Ctx,
	serverKind: ServerKind,
	wishes: readonly ManyWish[],
	options: Options = {}
): Promise<ReadonlyMap<string, ManyEdited>> {
	const answers = new Map<string, ManyEdited>();
	for (const batch of batchesOf(wishes)) {
		const edited = await retrying(ctx, () =>
			inTransaction(ctx, (ctx) => commitBatch(ctx, serverKind, batch, options))
		);
		for (const [id, answer] of edited) answers.set(id, answer);
	}
	return answers;
}

/** What would become of one of many: as of the edit itself, and whether it would change anything. */
export type Rehearsed =
	{ readonly ok: true; readonly changes: boolean } | Extract<ManyEdited, { readonly ok: false }>;

/**
 * Says what `commitMany` would do to these records as they are now, and does nothing. What is in `assumed` a record
 * is taken to hold instead of what it does hold; what it would hold afterwards is put there.
 */
export async function rehearse(
	ctx: Ctx,
	serverKind: ServerKind,
	wishes: readonly ManyWish[],
	assumed = new Map<string, RecordValues>()
): Promise<ReadonlyMap<string, Rehearsed>> {
	const answers = new Map<string, Rehearsed>();
	for (const batch of batchesOf(wishes)) {
		const rows = await readRows(
			ctx,
			serverKind,
			batch.map(({ id }) => id)
		);
		const values = await readAllValues(ctx, serverKind, rows);
		const found = new Map(
			rows.map((row, at) => [row.id, { row, values: assumed.get(row.id) ?? values[at] ?? {} }])
		);
		const open = batch.flatMap(({ id, edits }): Wish[] => {
			const record = found.get(id);
			const stop = record ? stopOf(ctx, serverKind, record, {}) : 'not_found';
			if (stop) answers.set(id, { ok: false, stop });
			return stop || !record ? [] : [{ ...record, edits }];
		});
		for (const { row, settled } of await settleAll(ctx, serverKind, open, {})) {
			const { changes, values: current, outcomes } = settled;
			const answer = editedOf({ rev: row.rev, values: current, outcomes: outcomes.map(answerOf) });
			// Of a record that is wished for twice, the first wish may have been the one that changes it.
			const before = answers.get(row.id);
			const isChanged = changes.length > 0 || (before?.ok === true && before.changes);
			answers.set(row.id, answer.ok ? { ok: true, changes: isChanged } : answer);
			assumed.set(row.id, current);
		}
	}
	return answers;
}

/** A record that is wished for twice is changed in two rounds; the last answer is the one that counts. */
function batchesOf(wishes: readonly ManyWish[]): readonly (readonly ManyWish[])[] {
	const rounds: ManyWish[][] = [];
	for (const same of Map.groupBy(wishes, ({ id }) => id).values()) {
		same.forEach((wish, round) => (rounds[round] ??= []).push(wish));
	}
	return rounds.flatMap((round) => {
		const sorted = round.toSorted((a, b) => (a.id < b.id ? -1 : 1));
		const starts = Array.from({ length: Math.ceil(sorted.length / BATCH) }, (_, n) => n * BATCH);
		return starts.map((at) => sorted.slice(at, at + BATCH));
	});
}

type Options = Omit<EditOptions, 'idempotencyKey' | 'mode'>;
type Answers = ReadonlyMap<string, ManyEdited>;

async function commitBatch(
	ctx: Ctx,
	serverKind: ServerKind,
	batch: readonly ManyWish[],
	options: Options
): Promise<Answers> {
	const ids = batch.map(({ id }) => id).filter(isId);
	const [, rows] = await Promise.all([settings(ctx), lockRows(ctx, serverKind, ids)]);
	// After the locks: a document is only made under its row's.
	const [values, documents] = await Promise.all([
		readAllValues(ctx, serverKind, rows),
		withDocument(ctx, serverKind, ids)
	]);
	const found = new Map(rows.map((row, at) => [row.id, { row, values: values[at] ?? {} }]));
	const answers = new Map<string, ManyEdited>();
	const plain: Wish[] = [];
	for (const { id, edits } of batch) {
		const record = found.get(id);
		const stop = record ? stopOf(ctx, serverKind, record, options) : 'not_found';
		if (stop) answers.set(id, { ok: false, stop });
		else if (documents.has(id)) answers.set(id, await edit(ctx, serverKind, id, edits, options));
		else if (record) plain.push({ ...record, edits });
	}
	for (const [id, answer] of await commitPlain(ctx, serverKind, plain, options)) {
		answers.set(id, answer);
	}
	return answers;
}

/** The same refusals as those of an edit alone. */
function stopOf(
	{ actor }: Ctx,
	serverKind: ServerKind,
	{ row, values }: { readonly row: Row; readonly values: RecordValues },
	{ commandMark }: Options
): 'not_found' | 'forbidden' | null {
	if (row.deletedAt || !serverKind.mayRead(actor, row, values)) return 'not_found';
	if (commandMark || serverKind.writable(actor, row, values) !== 'none') return null;
	return 'forbidden';
}

async function withDocument(ctx: Ctx, { kind }: ServerKind, ids: readonly string[]) {
	if (ids.length === 0) return new Set<string>();
	const found = await ctx.db
		.select({ id: ydocs.recordId })
		.from(ydocs)
		.where(and(eq(ydocs.kind, kind.name), inArray(ydocs.recordId, [...ids])));
	return new Set(found.map(({ id }) => id));
}

interface Written extends Wish {
	readonly settled: Settled;
}

/** Settles each for itself and writes all together: a statement for each table instead of for each record. */
async function commitPlain(
	ctx: Ctx,
	serverKind: ServerKind,
	wishes: readonly Wish[],
	options: Options
): Promise<Answers> {
	if (wishes.length === 0) return new Map();
	const batchId = options.batchId ?? ctx.batchId ?? null;
	const settled = await settleAll(ctx, serverKind, wishes, options);
	const [leading, plain] = partition(
		settled,
		({ row, settled }) => followedBy(serverKind, row, settled) !== null
	);
	const changed = plain.filter(({ settled: { changes } }) => changes.length > 0);
	await writeAll(ctx, serverKind, changed, batchId);
	const answers = new Map<string, ManyEdited>(
		plain.map(({ row, settled: { values, changes, outcomes } }) => {
			const rev = changes.length > 0 ? row.rev + 1 : row.rev;
			return [row.id, editedOf({ rev, values, outcomes: outcomes.map(answerOf) })];
		})
	);
	// What brings another edit along is two revisions, as it would be alone.
	for (const { row, edits } of leading) {
		answers.set(row.id, await edit(ctx, serverKind, row.id, edits, options));
	}
	return answers;
}

async function settleAll(
	ctx: Ctx,
	serverKind: ServerKind,
	wishes: readonly Wish[],
	options: Options
): Promise<readonly Written[]> {
	const source = options.source ?? sourceOf(ctx);
	const commandMark = options.commandMark ?? null;
	const facts = await factsForMany(ctx, serverKind, wishes);
	return wishes.map((wish) => {
		const { row, values, edits } = wish;
		const known = facts.get(wish);
		if (!known) throw new Error('every wish has its facts');
		const matter = { serverKind, doc: null, row, before: values, facts: known };
		const input = { type: 'ops', edits, actor: ctx.actor, source, commandMark } as const;
		return { ...wish, settled: settle(matter, [input]) };
	});
}

const partition = <Item>(items: readonly Item[], test: (item: Item) => boolean) =>
	[items.filter(test), items.filter((item) => !test(item))] as const;

/** There is nothing to tell of operations that are no replay: they are taken or refused. */
const answerOf = (outcome: Outcome): Answer =>
	outcome.status === 'taken' ? { ...outcome, notices: [] } : outcome;

async function writeAll(
	ctx: Ctx,
	serverKind: ServerKind,
	written: readonly Written[],
	batchId: string | null
): Promise<void> {
	if (written.length === 0) return;
	const asked: Asked = new Map();
	const records = await Promise.all(
		written.map(async ({ row, values, settled }) => {
			const columns = await changedColumns(ctx, serverKind, values, settled, asked);
			const before = { row, values, replica: null };
			const after = { row: { ...row, ...columns, rev: row.rev + 1 }, values: settled.values };
			return { before, after, columns, changes: settled.changes };
		})
	);
	const passages = records.map(({ before, after }) => ({
		id: after.row.id,
		before: before.values,
		after: after.values
	}));
	await Promise.all([
		updateRows(
			ctx,
			serverKind,
			records.map(({ after, columns }) => ({ row: after.row, columns }))
		),
		writeCollections(ctx, serverKind, passages),
		announceOf(
			ctx,
			serverKind.notices,
			records.flatMap((record) => historyOf(serverKind, record, batchId))
		),
		notifyLive(
			ctx,
			...records.map(({ before, after }) => notificationOf(serverKind, before, after))
		)
	]);
}

/** Operations are no sitting at a text: each changed field is an entry. */
const historyOf = (
	{ kind }: ServerKind,
	{
		after,
		changes
	}: { readonly after: { readonly row: Row }; readonly changes: Settled['changes'] },
	batchId: string | null
): readonly Announcement[] =>
	changes.map(({ actor, source, field, old, new: fresh, conflict }) => ({
		...{ kind: kind.name, recordId: after.row.id, rev: after.row.rev, act: 'edit', batchId },
		...{ source, actorId: actor.id, field, old, new: fresh, conflict }
	}));

interface Changed {
	/** As it shall be. */
	readonly row: Row;
	readonly columns: Readonly<Record<string, unknown>>;
}

/** One UPDATE for all rows, with every column that one of them changes; the others keep what they have. */
async function updateRows(
	ctx: Ctx,
	{ table }: ServerKind,
	records: readonly Changed[]
): Promise<void> {
	const own = getTableColumns(table as PgTable);
	const names = [...new Set(records.flatMap(({ columns }) => Object.keys(columns)))].sort();
	const typed = names.map((name, n) => sql.raw(`c${n} ${own[name]?.getSQLType()}`));
	const rows = records.map(({ row }) => ({
		...Object.fromEntries(names.map((name, n) => [`c${n}`, row[name]])),
		...{ id: row.id, rev: row.rev }
	}));
	const fresh = sql`jsonb_to_recordset(${toJson(rows)}::text::jsonb)
		as fresh (${sql.join([sql.raw('id uuid'), sql.raw('rev bigint'), ...typed], sql`, `)})`;
	const set = Object.fromEntries(names.map((name, n) => [name, sql.raw(`fresh.c${n}`)]));
	await ctx.db
		.update(table as PgTable)
		// Columns of this very table, by the kind's mapping.
		.set({ ...set, rev: sql.raw('fresh.rev') } as never)
		.from(fresh)
		.where(eq(table.id, sql.raw('fresh.id')));
}

/** Postgres reads numbers of any size from text; instants become ISO 8601 by themselves. */
const toJson = (rows: unknown) =>
	JSON.stringify(rows, (_key, value: unknown) =>
		typeof value === 'bigint' ? value.toString() : value
	);
