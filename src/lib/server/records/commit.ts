import * as Y from 'yjs';
import type { Edit, Fault, RecordValues } from '#lib/records/values.ts';
import { inTransaction, type Ctx } from '../context.ts';
import { Forbidden, NotFound } from '../errors.ts';
import { sourceOf, type Source } from './announce.ts';
import { once } from './idempotency.ts';
import type { Row, ServerKind } from './kind.ts';
import { knownRecord, openRecord, type Opened } from './open.ts';
import type { Replica } from './replica.ts';
import { retrying } from './retry.ts';
import { settle } from './settle.ts';
import type { Input, Outcome } from './settlement.ts';
import { write } from './write.ts';

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
 * The one way to change a record: takes the row, catches up, settles the inputs, writes columns, history
 * and update log, and notifies, in one transaction. A record that only this process changes is settled
 * as it is known here, and the row taken by the statement that writes. Nothing counts before this has
 * returned, and inside a larger transaction not before that commits.
 */
export async function commit(
	ctx: Ctx,
	serverKind: ServerKind,
	id: string,
	inputs: readonly Input[],
	options: CommitOptions = {}
): Promise<Committed> {
	const known = options.guard ? null : knownRecord(ctx, serverKind, inputs, options.replica);
	if (known) return settleAndWrite(ctx, serverKind, known, inputs, options);
	return inTransaction(ctx, async (ctx) => {
		const opened = await openRecord(ctx, serverKind, id, inputs, options.replica);
		options.guard?.(opened.record.row, opened.record.values);
		return settleAndWrite(ctx, serverKind, opened, inputs, options);
	});
}

async function settleAndWrite(
	ctx: Ctx,
	serverKind: ServerKind,
	{ record, news, facts }: Opened,
	inputs: readonly Input[],
	options: CommitOptions
): Promise<Committed> {
	const { row, values, replica } = record;
	const doc = replica?.doc ?? null;
	const settled = settle({ serverKind, doc, row, before: values, facts }, inputs);
	const rev = await write(ctx, serverKind, record, settled, options.batchId ?? null);
	return {
		rev,
		values: settled.values,
		update: together(settled.update ? [...news, settled.update] : news),
		outcomes: settled.outcomes
	};
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

function together(updates: readonly Uint8Array[]): Uint8Array | null {
	const [only, ...others] = updates;
	return only && others.length > 0 ? Y.mergeUpdates([...updates]) : (only ?? null);
}
