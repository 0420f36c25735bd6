import { asc, eq, inArray, sql, type SQL } from 'drizzle-orm';
import { allows, mayCreateIn } from '#lib/features/users/policy.ts';
import type { Ctx } from '#lib/server/context.ts';
import { departments, qualitySignals } from '#lib/server/db/tables/index.ts';
import { scopeOf } from '#lib/shared/actor.ts';

/** What the departments whose signals the actor may read count for or against their deals. One statement. */
export async function listQualitySignals(ctx: Ctx) {
	const { id, name, weight, notes } = qualitySignals;
	const rows = await ctx.db
		.select({
			departmentId: departments.id,
			department: departments.name,
			signal: { id, name, weight, notes }
		})
		.from(departments)
		.leftJoin(qualitySignals, eq(qualitySignals.departmentId, departments.id))
		.where(readable(ctx))
		.orderBy(asc(departments.name), asc(departments.id), asc(name));
	return [...Map.groupBy(rows, (row) => row.departmentId)].map(([departmentId, own]) => ({
		...{ id: departmentId, name: own[0]?.department ?? '' },
		signals: own.flatMap(({ signal }) => signal ?? []),
		may: {
			add: mayCreateIn(ctx.actor, 'qualitySignal', departmentId),
			change: mayOf(ctx, 'update', departmentId),
			remove: mayOf(ctx, 'delete', departmentId)
		}
	}));
}

const mayOf = ({ actor }: Ctx, verb: 'update' | 'delete', departmentId: string) =>
	allows(actor, 'qualitySignal', verb, { departmentId, ownerId: null });

function readable({ actor }: Ctx): SQL {
	const scope = scopeOf(actor, 'qualitySignal', 'read');
	if (scope === 'all') return sql`true`;
	return scope === null ? sql`false` : inArray(departments.id, [...actor.departmentIds]);
}
