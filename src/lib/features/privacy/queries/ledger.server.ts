import { and, desc, eq, isNotNull, isNull } from 'drizzle-orm';
import { z } from 'zod';
import type { Ctx } from '#lib/server/context.ts';
import { erasures, personExports, users } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { mayErasePersons, mayExportPersons } from '../policy.ts';
import type { OnePerson } from '../schema.ts';

const AT_ONCE = 100;
const Counts = z.record(z.string(), z.number());

/** Who was erased and who is about to be, the last first; by ids, because nothing else is known any more. */
export async function listErasures(ctx: Ctx) {
	if (!mayErasePersons(ctx.actor)) throw new Forbidden('privacy');
	const rows = await ctx.db
		.select({
			id: erasures.id,
			kind: erasures.kind,
			recordId: erasures.recordId,
			askedAt: erasures.askedAt,
			doneAt: erasures.doneAt,
			counts: erasures.counts,
			askedBy: users.name
		})
		.from(erasures)
		.leftJoin(users, eq(users.id, erasures.askedBy))
		.orderBy(desc(erasures.askedAt), desc(erasures.id))
		.limit(AT_ONCE);
	return rows.map((row) => ({ ...row, counts: Counts.parse(row.counts) }));
}

/** The erasure of this person, when somebody has asked for it. */
export async function findErasure(ctx: Ctx, { kind, id }: OnePerson) {
	const [row] = await ctx.db
		.select({ id: erasures.id, askedAt: erasures.askedAt, doneAt: erasures.doneAt })
		.from(erasures)
		.where(and(eq(erasures.kind, kind), eq(erasures.recordId, id)));
	return row ?? null;
}

/** What was collected about this person or is being collected, the last first. */
export function listExports(ctx: Ctx, { kind, id }: OnePerson) {
	if (!mayExportPersons(ctx.actor)) throw new Forbidden('privacy');
	return ctx.db
		.select({
			id: personExports.id,
			askedAt: personExports.askedAt,
			readyAt: personExports.readyAt,
			sizeBytes: personExports.sizeBytes
		})
		.from(personExports)
		.where(and(eq(personExports.kind, kind), eq(personExports.recordId, id)))
		.orderBy(desc(personExports.askedAt), desc(personExports.id))
		.limit(AT_ONCE);
}

/** A file that is ready to be fetched. Throws Forbidden and NotFound. */
export async function readyExport(ctx: Ctx, exportId: string) {
	if (!mayExportPersons(ctx.actor)) throw new Forbidden('privacy');
	const [row] = await ctx.db
		.select()
		.from(personExports)
		.where(and(eq(personExports.id, exportId), isNotNull(personExports.readyAt)));
	if (!row?.storedAs) throw new NotFound('export');
	return { ...row, storedAs: row.storedAs };
}

/** Erasures that the worker has still to do. */
export const waitingErasures = (ctx: Ctx) =>
	ctx.db
		.select()
		.from(erasures)
		.where(isNull(erasures.doneAt))
		.orderBy(erasures.askedAt, erasures.id);
