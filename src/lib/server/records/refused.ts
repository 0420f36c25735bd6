import { entriesOf, idsOf } from '#lib/records/document.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import { isBlank, type FieldValue } from '#lib/records/values.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { inTransaction, type Ctx } from '../context.ts';
import { keepEdits, type KeptEdit } from './kept-edits.ts';
import type { Row, ServerKind } from './kind.ts';
import { decode, type DecodedUpdate } from './structs.ts';
import { loadReplica, type Replica } from './replica.ts';
import { settle } from './settle.ts';
import type { Facts, Matter, Verdict } from './settlement.ts';

/** What one person sent in vain, in order. */
export interface RefusedUpdates {
	readonly updates: readonly Uint8Array[];
	/** `rejected`: he may only read; `closed`: the record is gone, or closed to him. */
	readonly reason: 'rejected' | 'closed';
	/** Under which id a field's text is kept: the same one when he goes on typing. */
	idOf(field: string): string;
}

/**
 * Reads what the actor of `ctx` wanted to write and keeps it for him; the record is not touched, and may
 * lie in the trash. What cannot be read at all was never an edit.
 */
export async function keepRefused(
	ctx: Ctx,
	serverKind: ServerKind,
	recordId: string,
	{ updates, reason, idOf }: RefusedUpdates
): Promise<void> {
	const replica = await loadReplica(ctx, serverKind, recordId);
	if (!replica) return;
	const wishes = wishesOf(ctx, serverKind, replica, updates);
	const edits = [...wishes].map(([field, { value, current, fault }]): KeptEdit => ({
		...{ id: idOf(field), userId: ctx.actor.id, kind: serverKind.kind.name, recordId },
		...{ reason, field, value, current, fault: reason === 'rejected' ? fault : null }
	}));
	await inTransaction(ctx, (ctx) => keepEdits(ctx, edits));
}

/** Keeps for the actor of `ctx` an update that cannot be committed: as it came, and what can be read of it. */
export async function keepPoison(
	ctx: Ctx,
	serverKind: ServerKind,
	recordId: string,
	update: Uint8Array
): Promise<void> {
	const replica = await loadReplica(ctx, serverKind, recordId);
	const wishes = replica ? [...wishesOf(ctx, serverKind, replica, [update]).values()] : [];
	const about = { userId: ctx.actor.id, kind: serverKind.kind.name, recordId } as const;
	const [first = { field: null, value: null, current: null }, ...others] = wishes.map(
		({ field, value, current }) => ({ field, value, current })
	);
	const edits: KeptEdit[] = [{ ...first, update }, ...others].map((wish) => ({
		...about,
		...wish,
		reason: 'unreadable'
	}));
	await inTransaction(ctx, (ctx) => keepEdits(ctx, edits));
}

/** Settles the updates on a copy that nobody keeps, by somebody who may write nothing: each wish is refused by name. */
function wishesOf(
	{ actor }: Ctx,
	serverKind: ServerKind,
	{ doc, values }: Replica,
	updates: readonly Uint8Array[]
): ReadonlyMap<string, Verdict> {
	const readOnly: ServerKind = { ...serverKind, writable: () => 'none' };
	const facts: Facts = { referable: () => NOTHING, steps: () => NOTHING, ownerOf: () => actor.id };
	const matter = { serverKind: readOnly, doc, row: NO_ROW, before: values, facts };
	const wishes = new Map<string, Verdict>();
	for (const update of updates.map(decode)) {
		const outcome = update && outcomeOf(matter, update, actor);
		// The copy must not be used again after what Yjs could not apply.
		if (outcome === 'unreadable') break;
		if (outcome?.status !== 'taken') continue;
		for (const wish of outcome.notices) add(serverKind.kind, wishes, wish);
	}
	return wishes;
}

function outcomeOf(matter: Matter, update: DecodedUpdate, actor: Actor) {
	try {
		return settle(matter, [{ type: 'update', update, mode: 'live', actor }]).outcomes[0];
	} catch {
		return 'unreadable'; // it has already failed to be committed, or would
	}
}

const NOTHING: ReadonlySet<string> = new Set();
/** Rights are not asked for, and nothing else of settling looks at the row. */
const NO_ROW: Row = { id: '', rev: 0, deletedAt: null };

/** Members and entries come one by one; of anything else the last wish counts. */
function add({ fields }: RecordKind, wishes: Map<string, Verdict>, wish: Verdict): void {
	const before = wishes.get(wish.field)?.value;
	const shape = fields[wish.field]?.shape;
	const joined: FieldValue =
		shape === 'set'
			? [...new Set([...idsOf(before), ...idsOf(wish.value)])].sort()
			: shape === 'list'
				? { ...entriesOf(before), ...entriesOf(wish.value) }
				: wish.value;
	if (!isBlank(joined)) wishes.set(wish.field, { ...wish, value: joined });
}
