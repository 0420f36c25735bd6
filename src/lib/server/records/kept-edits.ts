import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { KindName } from '#lib/records/kind.ts';
import type { Fault, FieldValue } from '#lib/records/values.ts';
import { newId } from '#lib/shared/ids.ts';
import { plainJson } from '#lib/shared/json.ts';
import { isSame } from '#lib/shared/same.ts';
import type { Ctx } from '../context.ts';
import { keptEdits } from '../db/tables/index.ts';
import { notifyLive } from './live.ts';

export type KeptReason = (typeof keptEdits.$inferSelect)['reason'];

/** What somebody typed and a record did not take. */
export interface KeptEdit {
	/** Made by whoever hands it in, so that handing in again, or more of it, is still one; else by the server. */
	readonly id?: string;
	/** Who typed it. */
	readonly userId: string;
	readonly kind: KindName;
	readonly recordId: string;
	/**
	 * `closed`: it came when the record was no longer open to him; `unreadable`: it could not be applied;
	 * the others as in settlement.ts.
	 */
	readonly reason: KeptReason;
	readonly field: string | null;
	readonly value: FieldValue;
	readonly current?: FieldValue;
	readonly fault?: Fault | null;
	/** The edit itself, when nothing else can be read of it. */
	readonly update?: Uint8Array;
	/** Whose value stands instead. */
	readonly otherId?: string | null;
}

/**
 * The one way into the list of what was typed and not taken: in the transaction of `ctx`, so with the
 * commit that did not take it. A text that waits there already is not kept twice. Answers the id of each.
 */
export async function keepEdits(ctx: Ctx, edits: readonly KeptEdit[]): Promise<readonly string[]> {
	if (edits.length === 0) return [];
	const waiting = await openEditsOf(ctx, edits);
	const ids: string[] = [];
	const fresh: Row[] = [];
	for (const edit of edits) {
		const twin = [...waiting, ...fresh].find((row) => isTwin(row, edit));
		const row = rowOf(ctx, edit, twin?.id ?? edit.id ?? newId(ctx.now.getTime()));
		ids.push(row.id);
		const again = fresh.findIndex(({ id }) => id === row.id);
		if (again !== -1) fresh[again] = row;
		else if (!twin) fresh.push(row);
		else if (!isSame(twin.value ?? null, row.value)) await replace(ctx, row);
	}
	if (fresh.length > 0) await ctx.db.insert(keptEdits).values(fresh).onConflictDoNothing();
	await supersede(ctx, edits);
	await tellKept(ctx, edits);
	return ids;
}

/** Tells the screens of these people to look at their lists and receipts again. */
export function tellKept(
	ctx: Ctx,
	concerned: readonly {
		readonly userId: string;
		readonly otherId?: string | null | undefined;
		readonly recordId: string;
	}[]
): Promise<void> {
	const records = new Map<string, Set<string>>();
	for (const { userId, otherId, recordId } of concerned) {
		for (const person of otherId ? [userId, otherId] : [userId]) {
			records.set(person, (records.get(person) ?? new Set()).add(recordId));
		}
	}
	const hints = [...records].map(
		([person, ids]) =>
			({ type: 'topic', topic: `kept:user:${person}`, ids: [...ids], rev: 0 }) as const
	);
	return notifyLive(ctx, ...hints);
}

type Row = typeof keptEdits.$inferInsert & { readonly id: string };

async function openEditsOf(ctx: Ctx, edits: readonly KeptEdit[]): Promise<readonly Row[]> {
	const among = (column: 'userId' | 'recordId') => [...new Set(edits.map((edit) => edit[column]))];
	return ctx.db
		.select()
		.from(keptEdits)
		.where(
			and(
				inArray(keptEdits.userId, among('userId')),
				inArray(keptEdits.recordId, among('recordId')),
				isNull(keptEdits.settledAt)
			)
		);
}

/** Of two who overtake each other again and again, each loses one value, the last. */
function isTwin(row: Row, edit: KeptEdit): boolean {
	const isThere =
		row.userId === edit.userId &&
		row.kind === edit.kind &&
		row.recordId === edit.recordId &&
		row.field === edit.field;
	if (!isThere || edit.update || row.update) return false;
	if (row.id === edit.id) return true;
	if (edit.reason === 'overtaken')
		return row.reason === 'overtaken' && row.otherId === edit.otherId;
	return isSame(row.value ?? null, plainJson(edit.value));
}

const replace = (ctx: Ctx, { id, value, current }: Row) =>
	ctx.db.update(keptEdits).set({ value, current, at: ctx.now }).where(eq(keptEdits.id, id));

/** Whose value stands now has nothing to choose any more. */
async function supersede(ctx: Ctx, edits: readonly KeptEdit[]): Promise<void> {
	for (const { reason, otherId, kind, recordId, field } of edits) {
		if (reason !== 'overtaken' || !otherId || field === null) continue;
		await ctx.db
			.update(keptEdits)
			.set({ settledAt: ctx.now, settledHow: 'superseded' })
			.where(
				and(
					eq(keptEdits.userId, otherId),
					eq(keptEdits.kind, kind),
					eq(keptEdits.recordId, recordId),
					eq(keptEdits.field, field),
					eq(keptEdits.reason, 'overtaken'),
					isNull(keptEdits.settledAt)
				)
			);
	}
}

const rowOf = (ctx: Ctx, edit: KeptEdit, id: string): Row => ({
	id,
	userId: edit.userId,
	kind: edit.kind,
	recordId: edit.recordId,
	at: ctx.now,
	reason: edit.reason,
	field: edit.field,
	value: plainJson(edit.value),
	current: plainJson(edit.current),
	fault: edit.fault ?? null,
	update: edit.update ?? null,
	otherId: edit.otherId ?? null
});
