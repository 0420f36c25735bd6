import { and, asc, eq, getTableColumns, isNull } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { KindName } from '#lib/records/kind.ts';
import type { Ctx } from '#lib/server/context.ts';
import { Stale } from '#lib/server/errors.ts';
import { edit } from '#lib/server/records/commit.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';

/** A field by which records of one kind refer to another record. */
export interface Holder {
	readonly serverKind: ServerKind;
	readonly field: string;
	readonly column: PgColumn;
}

/** Every field of every kind that may refer to a record of this kind, in the order in which they are locked. */
export const holdersOf = (kinds: readonly ServerKind[], target: KindName): readonly Holder[] =>
	inLockOrder(kinds).flatMap((serverKind) =>
		Object.entries(serverKind.kind.fields).flatMap(([field, declared]): Holder[] => {
			if (declared.shape !== 'scalar' || declared.target !== target) return [];
			const column = columnOf(serverKind, field);
			return column ? [{ serverKind, field, column }] : [];
		})
	);

/** Everywhere records are locked in this order; kinds that are not named come last. */
const LOCK_ORDER: readonly KindName[] = ['company', 'contact', 'lead', 'request', 'deal'];

export const inLockOrder = (kinds: readonly ServerKind[]) =>
	kinds.toSorted((a, b) => placeOf(a) - placeOf(b));

function placeOf({ kind }: ServerKind): number {
	const place = LOCK_ORDER.indexOf(kind.name);
	return place === -1 ? LOCK_ORDER.length : place;
}

function columnOf({ table, columns }: ServerKind, field: string): PgColumn | undefined {
	const name = columns[field]?.columns[0];
	return name === undefined ? undefined : getTableColumns(table as PgTable)[name];
}

interface Move {
	readonly leadId: string;
	readonly companyId: string | null;
	readonly contactId: string;
	readonly batchId: string;
}

/**
 * Ties whatever hangs on the lead to the contact and his company instead, and answers how many records
 * that were. What is in the trash stays as it is: taken out again it leads to the lead, which leads on.
 */
export async function moveHanging(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{ leadId, companyId, contactId, batchId }: Move
): Promise<number> {
	const options = { commandMark: 'convertLead', batchId };
	let moved = 0;
	for (const holder of holdersOf(kinds, 'lead')) {
		const { serverKind, field } = holder;
		for (const id of await idsHolding(ctx, holder, leadId)) {
			const edits = [
				{ field, set: null },
				{ field: 'company', set: companyId },
				{ field: 'contact', set: contactId }
			];
			const done = await edit(unhindered(ctx), serverKind, id, edits, options);
			// Half of a conversion would be worse than none: the whole transaction goes back.
			if (!done.ok) throw new Stale(serverKind.kind.name);
			moved++;
		}
	}
	return moved;
}

/** Records outside the trash that refer to this one. */
export async function idsHolding(
	ctx: Ctx,
	{ serverKind: { table }, column }: Holder,
	id: string
): Promise<readonly string[]> {
	const rows = await ctx.db
		.select({ id: table.id })
		.from(table as PgTable)
		.where(and(eq(column, id), isNull(table.deletedAt)))
		.orderBy(asc(table.id));
	// Drizzle types the column of a table it only knows by shape as unknown; ids are uuids.
	return rows.map(({ id }) => String(id));
}

/**
 * What hangs on a lead follows it also where the person himself may not see it: who may convert the lead
 * is asked once, at the lead. The history still names him.
 */
export const unhindered = (ctx: Ctx): Ctx => ({ ...ctx, actor: { ...ctx.actor, type: 'system' } });
