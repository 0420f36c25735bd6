import * as Y from 'yjs';
import type { Edit, Fault, RecordValues } from '#lib/records/values.ts';
import type { EditNotice } from '#lib/records/wire.ts';
import { inTransaction, isInTransaction, type Ctx } from '../context.ts';
import { Forbidden, NotFound } from '../errors.ts';
import { sourceOf, type Source } from './announce.ts';
import { once } from './idempotency.ts';
import type { Row, ServerKind } from './kind.ts';
import { knownRecord, openRecord, type Opened } from './open.ts';
import { OutdatedReplica, type Replica } from './replica.ts';
import { retrying } from './retry.ts';
import { settle } from './settle.ts';
import type { Input, Settled } from './settlement.ts';
import { hasVerdicts, keepVerdicts, type Answer } from './verdicts.ts';
import { write } from './write.ts';

export interface Committed {
	readonly rev: number;
	readonly values: RecordValues;
	/** Everything that the document took in, foreign commits included; null when it did not change. */
	readonly update: Uint8Array | null;
	/** One per input, in order. */
	readonly outcomes: readonly Answer[];
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
	opened: Opened,
	inputs: readonly Input[],
	options: CommitOptions
): Promise<Committed> {
	const { record, news } = opened;
	const { row } = record;
	const settled = settleOpened(serverKind, opened, inputs);
	const next = followedBy(serverKind, row, settled);
	const finish = async (ctx: Ctx) => {
		const rev = await write(
			ctx,
			serverKind,
			record,
			settled,
			options.batchId ?? ctx.batchId ?? null
		);
		const committed = {
			rev,
			values: settled.values,
			update: together(settled.update ? [...news, settled.update] : news),
			outcomes: await keepVerdicts(ctx, serverKind, { row, rev, inputs }, settled.outcomes)
		};
		return next ? followUp(ctx, serverKind, row.id, { committed, next, options }) : committed;
	};
	// What was not taken, and what follows, is written with the commit that it comes of, or not at all.
	return (next !== null || hasVerdicts(settled.outcomes)) && !isInTransaction(ctx)
		? inTransaction(ctx, finish)
		: finish(ctx);
}

/** What the kind lets follow from these changes, in the name of whoever made the last of them; null for nothing. */
export function followedBy(
	serverKind: ServerKind,
	row: Row,
	{ values, changes }: Settled
): Input | null {
	const made = changes.filter(({ conflict }) => !conflict);
	const last = made.at(-1);
	if (!last || !serverKind.follows) return null;
	const fields = new Set(made.map(({ field }) => field));
	const edits = serverKind.follows(row, values, { actor: last.actor, fields });
	const { actor, source } = last;
	return edits.length === 0 ? null : { type: 'ops', edits, actor, source, commandMark: 'follows' };
}

/** Commits it as a revision of its own; to the caller both are one commit. */
async function followUp(
	ctx: Ctx,
	serverKind: ServerKind,
	id: string,
	{
		committed,
		next,
		options: { replica, batchId }
	}: { readonly committed: Committed; readonly next: Input; readonly options: CommitOptions }
): Promise<Committed> {
	const options = { ...(replica ? { replica } : {}), ...(batchId ? { batchId } : {}) };
	const { rev, values, update } = await commit(ctx, serverKind, id, [next], options);
	const updates = [committed.update, update].filter((one) => one !== null);
	return { rev, values, update: together(updates), outcomes: committed.outcomes };
}

/**
 * Without the lock, only what is written finds out whether the record was still as it is known here. That
 * an input cannot be taken may be because it stands on what others have committed: that is for the lock
 * to say.
 */
function settleOpened(
	serverKind: ServerKind,
	{ record: { row, values, replica }, facts, isLocked }: Opened,
	inputs: readonly Input[]
): Settled {
	const matter = { serverKind, doc: replica?.doc ?? null, row, before: values, facts };
	if (isLocked) return settle(matter, inputs);
	try {
		const settled = settle(matter, inputs);
		if (settled.outcomes.every(({ status }) => status === 'taken')) return settled;
	} catch {
		// As below.
	}
	throw new OutdatedReplica(`${serverKind.kind.name} ${row.id}`);
}

/** What edit answers: the record as it now is, or why nothing of it was changed. */
export type Edited =
	| {
			readonly ok: true;
			readonly rev: number;
			readonly values: RecordValues;
			/** What of a replay was not taken, field by field. */
			readonly notices: readonly EditNotice[];
	  }
	| { readonly ok: false; readonly faults: readonly Fault[]; readonly current: RecordValues };

export interface EditOptions {
	/** When it is not the context's. */
	readonly source?: Source;
	/**
	 * `replay`: written away from the record. Taken field by field; what is wrong, or older than what the
	 * record holds (by the edit's base), is kept for its author and told. Otherwise all or nothing.
	 */
	readonly mode?: 'replay';
	/** Name of the command that has checked its own rights: it may take steps that others may not. */
	readonly commandMark?: string;
	readonly batchId?: string;
	/** The same person with the same key gets the first answer again, without a second effect. */
	readonly idempotencyKey?: string;
}

/** Changes fields for a form, a command or a client that was away; throws NotFound and Forbidden. */
export function edit(
	ctx: Ctx,
	serverKind: ServerKind,
	id: string,
	edits: readonly Edit[],
	options: EditOptions = {}
): Promise<Edited> {
	const { source = sourceOf(ctx), mode, commandMark = null, batchId, idempotencyKey } = options;
	const guard = (row: Row, values: RecordValues) => {
		if (!serverKind.mayRead(ctx.actor, row, values)) throw new NotFound(serverKind.kind.name);
		// A replay that may write nothing is refused field by field, so that its text is kept.
		if (mode === 'replay' || commandMark !== null) return;
		if (serverKind.writable(ctx.actor, row, values) === 'none')
			throw new Forbidden(serverKind.kind.name);
	};
	const input: Input = {
		...{ type: 'ops', edits, actor: ctx.actor, source, commandMark },
		...(mode ? { mode } : {})
	};
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
			once(ctx, idempotencyKey, [serverKind.kind.name, id, edits, mode], work(ctx))
		)
	);
}

/** What became of the one input of a commit. */
export function editedOf({
	rev,
	values,
	outcomes: [outcome]
}: Pick<Committed, 'rev' | 'values' | 'outcomes'>): Edited {
	if (outcome?.status === 'refused') return { ok: false, faults: outcome.faults, current: values };
	return { ok: true, rev, values, notices: outcome?.status === 'taken' ? outcome.notices : [] };
}

function together(updates: readonly Uint8Array[]): Uint8Array | null {
	const [only, ...others] = updates;
	return only && others.length > 0 ? Y.mergeUpdates([...updates]) : (only ?? null);
}
