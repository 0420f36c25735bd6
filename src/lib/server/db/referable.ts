import { and, eq, inArray, isNull, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Ctx } from '../context.ts';
import { departmentMembers, departments, userProfiles } from './tables/index.ts';

/** A table of things that belong to one department: tags, industries, companies … */
type DepartmentTable = PgTable & Record<'id' | 'departmentId', PgColumn>;

/** Of these ids, those that lie in this department. One statement. */
export function inDepartment(
	ctx: Ctx,
	table: DepartmentTable,
	{ ids, departmentId }: { ids: readonly string[]; departmentId: string | null }
): Promise<ReadonlySet<string>> {
	if (ids.length === 0 || departmentId === null) return Promise.resolve(new Set());
	return idsOf(
		ctx.db
			.select({ id: table.id })
			.from(table)
			.where(and(inArray(table.id, [...ids]), eq(table.departmentId, departmentId)))
	);
}

/** Of these ids, the records that `visible` shows and that are not in the trash. One statement. */
export function visibleRecords(
	ctx: Ctx,
	table: PgTable & Record<'id' | 'deletedAt', PgColumn>,
	ids: readonly string[],
	visible: SQL | undefined
): Promise<ReadonlySet<string>> {
	if (ids.length === 0) return Promise.resolve(new Set());
	return idsOf(
		ctx.db
			.select({ id: table.id })
			.from(table)
			.where(and(inArray(table.id, [...ids]), isNull(table.deletedAt), visible))
	);
}

/** Of these people, the active members of this department: only they can own its records. */
export function membersOf(
	ctx: Ctx,
	{ ids, departmentId }: { ids: readonly string[]; departmentId: string | null }
): Promise<ReadonlySet<string>> {
	if (ids.length === 0 || departmentId === null) return Promise.resolve(new Set());
	return idsOf(
		ctx.db
			.select({ id: departmentMembers.userId })
			.from(departmentMembers)
			.innerJoin(userProfiles, eq(userProfiles.userId, departmentMembers.userId))
			.where(
				and(
					inArray(departmentMembers.userId, [...ids]),
					eq(departmentMembers.departmentId, departmentId),
					eq(userProfiles.active, true)
				)
			)
	);
}

/** Of these people, those who work here now. */
export function activePeople(ctx: Ctx, ids: readonly string[]): Promise<ReadonlySet<string>> {
	if (ids.length === 0) return Promise.resolve(new Set());
	return idsOf(
		ctx.db
			.select({ id: userProfiles.userId })
			.from(userProfiles)
			.where(and(inArray(userProfiles.userId, [...ids]), eq(userProfiles.active, true)))
	);
}

/** Of these ids, the departments that exist. */
export function existingDepartments(ctx: Ctx, ids: readonly string[]) {
	if (ids.length === 0) return Promise.resolve<ReadonlySet<string>>(new Set());
	return idsOf(
		ctx.db
			.select({ id: departments.id })
			.from(departments)
			.where(inArray(departments.id, [...ids]))
	);
}

async function idsOf(rows: PromiseLike<{ id: unknown }[]>): Promise<ReadonlySet<string>> {
	// Drizzle types the column of a table it only knows by shape as unknown; ids are uuids.
	return new Set((await rows).map(({ id }) => String(id)));
}
