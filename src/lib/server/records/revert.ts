import { and, desc, eq } from 'drizzle-orm';
import { emptyOf } from '#lib/records/document.ts';
import type { Revert, RevertAnswer } from '#lib/records/history.ts';
import type { FieldValue } from '#lib/records/values.ts';
import { inTransaction, type Ctx } from '../context.ts';
import { changes } from '../db/tables/index.ts';
import { NotFound } from '../errors.ts';
import { edit } from './commit.ts';
import type { ServerKind } from './kind.ts';
import { loadRecord } from './load.ts';
import { versionAfter } from './versions.ts';

/**
 * Gives a field back the value that it had after an entry of its history, or before it, by an edit like
 * any other: rights and validity count, and a value that is not the one the page showed is asked about
 * first. Fields that change only through a command are refused. Throws NotFound and Forbidden.
 */
export function revert(
	ctx: Ctx,
	serverKind: ServerKind,
	id: string,
	asked: Revert
): Promise<RevertAnswer> {
	return inTransaction(ctx, async (ctx) => {
		const loaded = await loadRecord(ctx, serverKind, id);
		const { name, fields } = serverKind.kind;
		const field = Object.hasOwn(fields, asked.field) ? fields[asked.field] : undefined;
		if (!loaded || !field) throw new NotFound(name);
		const current = loaded.values[asked.field] ?? emptyOf(field);
		const found = await valueAt(
			ctx,
			{ kind: name, id, current },
			asked,
			field.shape === 'richText'
		);
		const wanted = found ?? emptyOf(field);
		// A text merges with what others write, and what it was is kept: nothing can be out of date.
		const base = field.shape === 'richText' || asked.base === undefined ? {} : { base: asked.base };
		const edits = [{ field: asked.field, set: wanted, ...base }];
		const edited = await edit(ctx, serverKind, id, edits, { source: 'undo' });
		const [fault] = edited.ok ? [] : edited.faults;
		if (fault) return { ok: false, asked, fault, wanted, current };
		return { ok: true, field: asked.field, change: await newest(ctx, name, id, asked.field) };
	});
}

async function valueAt(
	ctx: Ctx,
	{
		kind,
		id,
		current
	}: { readonly kind: string; readonly id: string; readonly current: FieldValue },
	{ change, field, side }: Revert,
	isText: boolean
): Promise<FieldValue> {
	if (isText && side === 'new') {
		const version = await versionAfter(ctx, { kind, id, field, current }, change);
		if (!version) throw new NotFound('change');
		return version.text;
	}
	const [entry] = await ctx.db
		.select()
		.from(changes)
		.where(and(eq(changes.kind, kind), eq(changes.recordId, id), eq(changes.id, change)));
	if (!entry || (entry.field !== field && entry.act !== 'create')) throw new NotFound('change');
	// The engine wrote these, from values of this very field; `edit` judges them anew.
	if (entry.field === field) return (entry[side] ?? null) as FieldValue;
	const first = entry.new as Readonly<Record<string, FieldValue>> | null;
	return side === 'new' ? (first?.[field] ?? null) : null;
}

/** The entry that the edit has just written, by which it can be taken back in turn. */
async function newest(ctx: Ctx, kind: string, id: string, field: string) {
	const [entry] = await ctx.db
		.select({ id: changes.id, source: changes.source, actorId: changes.actorId })
		.from(changes)
		.where(and(eq(changes.kind, kind), eq(changes.recordId, id), eq(changes.field, field)))
		.orderBy(desc(changes.rev), desc(changes.id))
		.limit(1);
	return entry?.source === 'undo' && entry.actorId === ctx.actor.id ? entry.id : null;
}
