import { and, inArray, sql } from 'drizzle-orm';
import { idsOf } from '#lib/records/document.ts';
import type { Edit, RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '../context.ts';
import { clientTypes, industries, leadSources, tags } from './tables/index.ts';

/** Fields whose entries belong to a department's own lists. */
const LISTS = { tags, industries, type: clientTypes, source: leadSources } as const;

/**
 * What a record needs when it moves to another department, whose lists are its own: every tag, industry,
 * type or source becomes the one of the same name there, and goes where there is none.
 */
export async function relist(
	ctx: Ctx,
	values: RecordValues,
	departmentId: string
): Promise<readonly Edit[]> {
	const edits: Edit[] = [];
	for (const [field, table] of Object.entries(LISTS)) {
		const value = values[field];
		const ids = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
		if (ids.length === 0) continue;
		const twins = await twinsOf(ctx, table, ids, departmentId);
		const remove = ids.filter((id) => twins.get(id) !== id);
		const add = remove.flatMap((id) => twins.get(id) ?? []);
		if (remove.length === 0) continue;
		edits.push(typeof value === 'string' ? { field, set: add[0] ?? null } : { field, remove, add });
	}
	return edits;
}

/** Values whose tags, type, source and industries are those of the same name in that department. */
export async function relisted(
	ctx: Ctx,
	values: RecordValues,
	departmentId: string
): Promise<RecordValues> {
	const changed = (await relist(ctx, values, departmentId)).flatMap((change) => {
		if ('set' in change) return [[change.field, change.set] as const];
		if (!('add' in change)) return [];
		const kept = idsOf(values[change.field]).filter((id) => !change.remove?.includes(id));
		return [[change.field, [...kept, ...(change.add ?? [])]] as const];
	});
	return { ...values, ...Object.fromEntries(changed) };
}

/** For each entry the one of the same name in that department; entries without one are left out. */
async function twinsOf(
	ctx: Ctx,
	table: (typeof LISTS)[keyof typeof LISTS],
	ids: readonly string[],
	departmentId: string
): Promise<ReadonlyMap<string, string>> {
	const rows = await ctx.db
		.select({ id: table.id, twinId: sql<string>`twin.id` })
		.from(table)
		.innerJoin(
			sql`${table} twin`,
			and(sql`twin.department_id = ${departmentId}`, sql`lower(twin.name) = lower(${table.name})`)
		)
		.where(inArray(table.id, [...ids]));
	return new Map(rows.map(({ id, twinId }) => [id, twinId]));
}
