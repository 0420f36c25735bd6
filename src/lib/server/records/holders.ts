import { and, asc, eq, getTableColumns, isNull } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { KindName } from '#lib/records/kind.ts';
import type { Ctx } from '../context.ts';
import type { ServerKind } from './kind.ts';

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

/** The kinds in the order in which their records are locked. */
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

/** Records outside the trash that refer to this one, in the order of their ids. */
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
 * What hangs on a record follows it also where the person himself may not see it: who may do so is asked
 * once, at the record. The history still names him.
 */
export const unhindered = (ctx: Ctx): Ctx => ({ ...ctx, actor: { ...ctx.actor, type: 'system' } });
