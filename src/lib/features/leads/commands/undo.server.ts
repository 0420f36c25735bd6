import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { entriesOf, idsOf } from '#lib/records/document.ts';
import type { Field } from '#lib/records/kind.ts';
import type { Edit, FieldValue, RecordValues } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { changes, leadConversions } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { edit } from '#lib/server/records/commit.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { lockRow } from '#lib/server/records/row.ts';
import { trash } from '#lib/server/records/trash.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { isSame } from '#lib/shared/same.ts';
import { canUndoConversion } from '../policy.ts';
import type { OneLead } from '../schema.ts';
import { tell } from './convert.server.ts';
import { holdersOf, idsHolding, inLockOrder, unhindered } from './hanging.server.ts';
import { lockLead } from './lock.server.ts';

/**
 * Takes a conversion back: what moved is the lead's again, unless somebody has changed it since, and the
 * company and the contact that it made go into the trash, unless somebody works with them by now. Answers
 * how many records stayed where they are.
 */
export function undoConversion(ctx: Ctx, kinds: readonly ServerKind[], { id }: OneLead) {
	return inTransaction(ctx, async (ctx) => {
		const conversion = await openConversion(ctx, id);
		// Companies before contacts before leads, everywhere.
		if (conversion) await lockBoth(ctx, conversion);
		const lead = await lockLead(ctx, id);
		if (!canUndoConversion(ctx.actor, { ...lead, isConverted: true })) throw new Forbidden('lead');
		const [undone] = conversion
			? await ctx.db
					.update(leadConversions)
					.set({ undoneAt: ctx.now, undoneBy: ctx.actor.id })
					.where(and(eq(leadConversions.id, conversion.id), isNull(leadConversions.undoneAt)))
					.returning()
			: [];
		if (!conversion || !undone) return fail('not_converted');
		let stayed = 0;
		for (const record of await changedIn(ctx, kinds, conversion.id)) {
			if (!(await takeBack(ctx, record))) stayed++;
		}
		const { contactId, companyId, contactMade, companyMade } = conversion;
		const made = [
			...(contactMade ? [{ serverKind: contactRecords, id: contactId }] : []),
			...(companyMade && companyId !== null ? [{ serverKind: companyRecords, id: companyId }] : [])
		];
		for (const { serverKind, id } of made) {
			if (!(await discard(ctx, kinds, serverKind, id))) stayed++;
		}
		const to = { companyId, contactId };
		await tell(ctx, lead, { act: 'lead.conversion_undone', batchId: conversion.id, to });
		return ok({ id: lead.id, stayed });
	});
}

type Conversion = typeof leadConversions.$inferSelect;

async function openConversion(ctx: Ctx, leadId: string): Promise<Conversion | null> {
	const [conversion] = await ctx.db
		.select()
		.from(leadConversions)
		.where(and(eq(leadConversions.leadId, leadId), isNull(leadConversions.undoneAt)));
	return conversion ?? null;
}

async function lockBoth(ctx: Ctx, { companyId, contactId }: Conversion): Promise<void> {
	if (companyId !== null) await lockRow(ctx, companyRecords, companyId);
	await lockRow(ctx, contactRecords, contactId);
}

interface ChangedRecord {
	readonly serverKind: ServerKind;
	readonly id: string;
	readonly changes: readonly {
		readonly field: string;
		readonly old: unknown;
		readonly new: unknown;
	}[];
}

/** What the conversion changed in records that were there before, in the order in which they are locked. */
async function changedIn(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	batchId: string
): Promise<readonly ChangedRecord[]> {
	const rows = await ctx.db
		.select()
		.from(changes)
		.where(and(eq(changes.batchId, batchId), eq(changes.act, 'edit'), isNotNull(changes.field)))
		.orderBy(asc(changes.recordId), asc(changes.rev), asc(changes.id));
	return inLockOrder(kinds).flatMap((serverKind) => {
		const own = rows.filter(({ kind }) => kind === serverKind.kind.name);
		return [...Map.groupBy(own, ({ recordId }) => recordId)].map(([id, changed]) => ({
			serverKind,
			id,
			changes: changed.map((row) => ({ field: row.field ?? '', old: row.old, new: row.new }))
		}));
	});
}

/** True when the record is as it was before, or never differed; false when somebody has changed it since. */
async function takeBack(ctx: Ctx, { serverKind, id, changes }: ChangedRecord): Promise<boolean> {
	const all = unhindered(ctx);
	const loaded = await loadRecord(all, serverKind, id);
	// Whoever put it into the trash did not want it back.
	if (!loaded) return true;
	const { fields } = serverKind.kind;
	const edits = changes.map((change) => reversal(fields[change.field], change, loaded.values));
	const wanted = edits.filter((one) => one !== null);
	if (wanted.length < edits.length) return false;
	const options = { commandMark: 'undoConversion', source: 'undo' } as const;
	const done = await inTransaction(all, (ctx) => edit(ctx, serverKind, id, wanted, options));
	return done.ok;
}

/** The edit that takes a change back; null when what it set is not there any more. */
function reversal(
	field: Field | undefined,
	change: ChangedRecord['changes'][number],
	values: RecordValues
): Edit | null {
	const now = values[change.field];
	// The engine wrote both, from values of this very field; `edit` judges them anew.
	const [old, fresh] = [change.old as FieldValue, change.new as FieldValue];
	if (field?.shape === 'set') {
		const [before, after] = [idsOf(old), idsOf(fresh)];
		const add = before.filter((id) => !after.includes(id));
		const remove = after.filter((id) => !before.includes(id));
		return { field: change.field, add, remove };
	}
	if (field?.shape === 'list') {
		const [before, after, present] = [entriesOf(old), entriesOf(fresh), entriesOf(now)];
		const remove = Object.keys(after).filter(
			(id) => !Object.hasOwn(before, id) && isSame(present[id], after[id])
		);
		return { field: change.field, remove };
	}
	return isSame(now ?? null, fresh ?? null) ? { field: change.field, set: old ?? null } : null;
}

/** Puts a record that the conversion made into the trash; false when it is somebody's by now. */
async function discard(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	serverKind: ServerKind,
	id: string
): Promise<boolean> {
	const all = unhindered(ctx);
	const loaded = await loadRecord(all, serverKind, id);
	if (!loaded) return true;
	if (loaded.row.rev > FIRST_REV) return false;
	for (const holder of holdersOf(kinds, serverKind.kind.name)) {
		if ((await idsHolding(ctx, holder, id)).length > 0) return false;
	}
	await trash(all, serverKind, id);
	return true;
}

/** Nobody has changed it since it was made. */
const FIRST_REV = 1;
