import { and, eq, inArray, isNotNull, or } from 'drizzle-orm';
import type { Edit } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { changes, type BulkReason } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { commitMany, type ManyEdited } from '#lib/server/records/commit-many.ts';
import { BULK_KINDS } from '../record.server.ts';
import { EditWish, HandOverWish, LeaveWish, MoveWish } from '../schema.ts';
import {
	type Attempt,
	attempt,
	attemptOf,
	type Done,
	type Item,
	no,
	type Run
} from './attempt.server.ts';
import { hasPart } from '../queries/estate.server.ts';
import { departmentOf, heirKey, shareKey } from './department-of.server.ts';
import { moveAlong } from './move-along.server.ts';
import { takeBack } from './take-back.server.ts';

/** Does what a run is about to each of these records; what one of them refuses holds up no other. */
export async function doEach(ctx: Ctx, run: Run, items: readonly Item[]): Promise<readonly Done[]> {
	if (run.act === 'edit') return editEach(ctx, run, items);
	const act = actOf(run);
	const reasons = new Map<Item, readonly BulkReason[]>();
	const refused = new Set<Item>();
	for (const item of items) {
		const answer = await attempt(ctx, (ctx) => act(ctx, item));
		reasons.set(item, answer.reasons);
		if (!answer.ok) refused.add(item);
	}
	const changed = await changedBy(ctx, run, items);
	return items.map((item) => ({
		...item,
		state: refused.has(item) ? 'refused' : changed.has(item.recordId) ? 'changed' : 'same',
		reasons: reasons.get(item) ?? []
	}));
}

type Act = (ctx: Ctx, item: Item) => Promise<Attempt>;

function actOf(run: Run): Act {
	switch (run.act) {
		case 'hand_over': {
			const { ownerId } = HandOverWish.parse(run.wish);
			return (ctx, item) => handOver(ctx, item, null, ownerId);
		}
		case 'leave': {
			const wish = LeaveWish.parse(run.wish);
			return (ctx, item) => leave(ctx, item, wish);
		}
		case 'trash':
			return async (ctx, { kind, recordId }) =>
				attemptOf(await BULK_KINDS[kind].trash(ctx, recordId));
		case 'restore':
			return async (ctx, { kind, recordId }) =>
				attemptOf(await BULK_KINDS[kind].restore(ctx, recordId));
		case 'undo':
			return (ctx, item) => takeBack(ctx, item, run.undoes ?? '');
		case 'move': {
			const wish = MoveWish.parse(run.wish);
			return (ctx, item) => moveAlong(ctx, item, wish);
		}
		case 'edit':
			throw new Error('edits go together');
	}
}

async function handOver(
	ctx: Ctx,
	{ kind, recordId }: Item,
	from: string | null,
	ownerId: string | null
): Promise<Attempt> {
	const { handOver, records } = BULK_KINDS[kind];
	if (!handOver) return no('no_owner');
	const departmentId = await departmentOf(ctx, kind, recordId);
	// Work belongs to people and lies in no department.
	if (departmentId === null && 'department' in records.kind.fields) throw new NotFound(kind);
	return attemptOf(
		await handOver(ctx, recordId, { from, ownerId, departmentId: departmentId ?? '' })
	);
}

/** Whatever the person is to the record goes to who was named for that: owner, co-owner, or both. */
async function leave(ctx: Ctx, item: Item, { userId, heirs }: LeaveWish): Promise<Attempt> {
	const { kind, recordId } = item;
	const { shared } = BULK_KINDS[kind];
	const departmentId = await departmentOf(ctx, kind, recordId);
	const keys = { owned: heirKey(kind, departmentId), shared: shareKey(kind, departmentId) };
	const has = await hasPart(ctx, userId, item);
	const heir = has.owned ? heirs[keys.owned] : undefined;
	const successor = has.shared ? heirs[keys.shared] : undefined;
	if (heir === undefined && successor === undefined) return no('no_heir');
	// A co-owner's place first: whoever gets the record itself is no co-owner of it then.
	if (successor !== undefined && shared) {
		const passed = attemptOf(await shared.pass(ctx, recordId, { from: userId, to: successor }));
		if (!passed.ok) return passed;
	}
	return heir === undefined ? { ok: true, reasons: [] } : handOver(ctx, item, userId, heir);
}

async function editEach(ctx: Ctx, run: Run, items: readonly Item[]): Promise<readonly Done[]> {
	// Parsed by their fields when they were wished.
	const edits = EditWish.parse(run.wish).edits as readonly Edit[];
	const done: Done[] = [];
	for (const [kind, own] of Map.groupBy(items, ({ kind }) => kind)) {
		const wishes = own.map(({ recordId }) => ({ id: recordId, edits }));
		const answers = await commitMany(ctx, BULK_KINDS[kind].records, wishes);
		const changed = await changedBy(ctx, run, own);
		done.push(...own.map((item) => doneOf(item, answers.get(item.recordId), changed)));
	}
	return done;
}

function doneOf(item: Item, answer: ManyEdited | undefined, changed: ReadonlySet<string>): Done {
	if (answer?.ok) {
		return { ...item, state: changed.has(item.recordId) ? 'changed' : 'same', reasons: [] };
	}
	return { ...item, state: 'refused', reasons: reasonsOf(answer) };
}

/** Why one of many was not changed. */
export function reasonsOf(answer: Extract<ManyEdited, { ok: false }> | undefined) {
	if (!answer) return [{ code: 'not_found' }];
	return 'stop' in answer ? [{ code: answer.stop }] : answer.faults;
}

/** Those that the history says this run has changed. */
async function changedBy(
	ctx: Ctx,
	{ id }: Run,
	items: readonly Item[]
): Promise<ReadonlySet<string>> {
	if (items.length === 0) return new Set();
	const rows = await ctx.db
		.selectDistinct({ recordId: changes.recordId })
		.from(changes)
		.where(
			and(
				eq(changes.batchId, id),
				inArray(
					changes.recordId,
					items.map(({ recordId }) => recordId)
				),
				or(isNotNull(changes.field), inArray(changes.act, ['trash', 'restore']))
			)
		);
	return new Set(rows.map(({ recordId }) => recordId));
}
