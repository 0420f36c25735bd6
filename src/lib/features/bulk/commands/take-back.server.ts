import { and, asc, eq, gt, inArray, isNotNull, isNull, or } from 'drizzle-orm';
import { emptyOf, idsOf } from '#lib/records/document.ts';
import type { Field } from '#lib/records/kind.ts';
import type { Edit, FieldValue, RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { changes, type BulkReason } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { commit } from '#lib/server/records/commit.ts';
import type { Row, ServerKind } from '#lib/server/records/kind.ts';
import { columnsOf, lockRow, readValues } from '#lib/server/records/row.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { isSame } from '#lib/shared/same.ts';
import { BULK_KINDS } from '../record.server.ts';
import { type Attempt, attemptOf, type Item, no } from './attempt.server.ts';

/** What of the history says what a record had before. */
export const TAKEN_BACK = or(
	and(eq(changes.act, 'edit'), isNotNull(changes.field), eq(changes.conflict, false)),
	and(inArray(changes.act, ['trash', 'restore']), isNull(changes.field))
);

/** Gives one record back what a run took from it. */
export async function takeBack(
	ctx: Ctx,
	{ kind, recordId }: Item,
	batchId: string
): Promise<Attempt> {
	const entries = await ctx.db
		.select()
		.from(changes)
		.where(
			and(
				eq(changes.batchId, batchId),
				eq(changes.kind, kind),
				eq(changes.recordId, recordId),
				TAKEN_BACK
			)
		)
		.orderBy(asc(changes.rev), asc(changes.id));
	const turned = entries.findLast(({ field }) => field === null);
	if (turned) {
		const { trash, restore } = BULK_KINDS[kind];
		if (!(await isNewest(ctx, turned))) return no('changed_since');
		return attemptOf(await (turned.act === 'trash' ? restore : trash)(ctx, recordId));
	}
	const given = await giveBack(ctx, { kind, recordId }, spansOf(entries));
	if (given.ok) await takeBackActs(ctx, { kind, recordId }, batchId);
	return given;
}

/** What commands did beside the fields, as the kind knows to take it back. */
async function takeBackActs(ctx: Ctx, { kind, recordId }: Item, batchId: string): Promise<void> {
	const { acts = {} } = BULK_KINDS[kind];
	const names = Object.keys(acts);
	if (names.length === 0) return;
	const done = await ctx.db
		.select({ act: changes.act, old: changes.old, new: changes.new })
		.from(changes)
		.where(
			and(
				eq(changes.batchId, batchId),
				eq(changes.kind, kind),
				eq(changes.recordId, recordId),
				inArray(changes.act, names)
			)
		);
	for (const one of done) await acts[one.act]?.(ctx, recordId, one.old, one.new);
}

/** Nobody has taken the record out of the trash, or put it there, since. */
async function isNewest(ctx: Ctx, { kind, recordId, rev }: typeof changes.$inferSelect) {
	const [later] = await ctx.db
		.select({ id: changes.id })
		.from(changes)
		.where(
			and(
				eq(changes.kind, kind),
				eq(changes.recordId, recordId),
				gt(changes.rev, rev),
				inArray(changes.act, ['trash', 'restore'])
			)
		)
		.limit(1);
	return !later;
}

interface Span {
	readonly field: string;
	readonly old: FieldValue;
	readonly fresh: FieldValue;
}

/** From what to what the run took each field, however many steps it took. */
function spansOf(entries: readonly (typeof changes.$inferSelect)[]): readonly Span[] {
	const groups = Map.groupBy(entries, ({ field }) => field ?? '');
	return [...groups].map(([field, steps]) => ({
		field,
		// The engine wrote these, from values of this very field; `commit` judges them anew.
		old: (steps[0]?.old ?? null) as FieldValue,
		fresh: (steps.at(-1)?.new ?? null) as FieldValue
	}));
}

async function giveBack(
	ctx: Ctx,
	{ kind, recordId }: Item,
	spans: readonly Span[]
): Promise<Attempt> {
	const { records, follows } = BULK_KINDS[kind];
	const row = await lockRow(ctx, records, recordId);
	if (!row) throw new NotFound(kind);
	if (row.deletedAt) return no('in_trash');
	const values = await readValues(ctx, records, row);
	const place = (await follows?.(ctx, values)) ?? null;
	const edits: Edit[] = [];
	const reasons: BulkReason[] = [];
	for (const span of spans) {
		const field = records.kind.fields[span.field];
		if (!field) continue;
		const edit =
			isPlace(span.field) && place ? followed(span.field, place) : backOf(field, span, values);
		if (edit) edits.push(edit);
		else reasons.push({ code: 'changed_since', field: span.field });
	}
	if (edits.length === 0) return { ok: reasons.length === 0, reasons };
	const rights = mayGiveBack(ctx.actor, records, { row, values }, edits);
	if (rights !== 'ok') return no(rights);
	const faults = await write(ctx, records, recordId, edits);
	return { ok: faults.length === 0, reasons: [...reasons, ...faults] };
}

const isPlace = (field: string): field is 'owner' | 'department' =>
	field === 'owner' || field === 'department';

/** What a record has from another one it has from that one as it is now. */
const followed = (
	field: 'owner' | 'department',
	place: { readonly owner: string | null; readonly department: string }
): Edit => ({ field, set: place[field] });

/** The edit that gives a field back what it had; null when it does not hold any more what the run gave it. */
function backOf(
	field: Field,
	{ field: name, old, fresh }: Span,
	values: RecordValues
): Edit | null {
	const current = values[name] ?? emptyOf(field);
	if (field.shape === 'set') {
		const [before, after] = [idsOf(old), idsOf(fresh)];
		// What the run added goes, what it took comes back; what others did beside it stays.
		return {
			field: name,
			add: before.filter((id) => !after.includes(id)),
			remove: after.filter((id) => !before.includes(id))
		};
	}
	const isAsGiven = isSame(current, fresh) || isSame(current, old);
	return isAsGiven ? { field: name, set: old } : null;
}

/**
 * Whoever gave a record away may take that back although it is not his any more; but only what he could have
 * changed before.
 */
function mayGiveBack(
	actor: Actor,
	records: ServerKind,
	{ row, values }: { readonly row: Row; readonly values: RecordValues },
	edits: readonly Edit[]
): 'ok' | 'not_found' | 'forbidden' {
	const before = restored(records, row, values, edits);
	const sees = [{ row, values }, before].filter((one) =>
		records.mayRead(actor, one.row, one.values)
	);
	if (sees.length === 0) return 'not_found';
	const mayAll = sees.some((one) => {
		const writable = records.writable(actor, one.row, one.values);
		if (writable === 'all' || writable === 'none') return writable === 'all';
		return edits.every(({ field }) => writable.has(field));
	});
	return mayAll ? 'ok' : 'forbidden';
}

/** The record as it would be, as far as rights depend on it. */
function restored(records: ServerKind, row: Row, values: RecordValues, edits: readonly Edit[]) {
	const set = edits.flatMap((edit) => ('set' in edit ? [[edit.field, edit.set] as const] : []));
	const columns = set
		.filter(([name]) => records.kind.fields[name]?.shape === 'scalar')
		.map(([name, value]) => columnsOf(records, name, value));
	return {
		row: Object.assign({}, row, ...columns) as Row,
		values: { ...values, ...Object.fromEntries(set) }
	};
}

/** By the commit that every change goes through; rights were looked at under this very lock. */
async function write(ctx: Ctx, records: ServerKind, id: string, edits: readonly Edit[]) {
	const isCommands = edits.some(({ field }) => !records.kind.fields[field]?.live);
	const { outcomes } = await commit(ctx, records, id, [
		{
			...{ type: 'ops', edits, actor: ctx.actor, source: 'undo' },
			commandMark: isCommands ? 'undoBulk' : null
		}
	]);
	return outcomes.flatMap((outcome) => (outcome.status === 'refused' ? outcome.faults : []));
}
