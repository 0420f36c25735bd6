import { and, eq, isNull } from 'drizzle-orm';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { leadConversions } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { holdersOf, idsHolding, unhindered } from '#lib/server/records/holders.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { lockRow } from '#lib/server/records/row.ts';
import { changedIn, takeBack } from '#lib/server/records/take-back.ts';
import { trash } from '#lib/server/records/trash.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { canUndoConversion } from '../policy.ts';
import type { OneLead } from '../schema.ts';
import { tell } from './convert.server.ts';
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
			if ((await takeBack(ctx, record, { commandMark: 'undoConversion' })) > 0) stayed++;
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
