import { and, asc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { mayManageUsers } from '#lib/features/users/policy.ts';
import { listColleagues } from '#lib/features/users/queries.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	contacts,
	departments,
	projectResponsible,
	projects,
	taskResponsible,
	tasks
} from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import type { KindName } from '#lib/shared/kinds.ts';
import { departmentColumn } from '../commands/department-of.server.ts';
import { BULK_KINDS, BULK_ORDER } from '../record.server.ts';

/** What somebody has of one kind in one department. */
export interface EstatePart {
	readonly kind: KindName;
	/** Null for work, which lies in none. */
	readonly departmentId: string | null;
	readonly departmentName: string | null;
	/** He is a co-owner of these, beside their owner. */
	readonly isShared: boolean;
	readonly count: number;
}

/**
 * Everything that a person has, without what is in the trash and what follows something else: first what is his,
 * then what he co-owns.
 */
export async function listEstate(ctx: Ctx, userId: string): Promise<readonly EstatePart[]> {
	if (!mayManageUsers(ctx.actor)) throw new Forbidden('users');
	const kinds = BULK_ORDER.filter((kind) => BULK_KINDS[kind].handOver);
	const parts = await Promise.all([
		...kinds.map((kind) => partsOf(ctx, kind, ownedBy(kind, userId), false)),
		...kinds.map((kind) => {
			const shared = sharedBy(kind, userId);
			return shared ? partsOf(ctx, kind, shared, true) : [];
		})
	]);
	return parts.flat();
}

async function partsOf(
	ctx: Ctx,
	kind: KindName,
	owned: SQL,
	isShared: boolean
): Promise<EstatePart[]> {
	const { table } = BULK_KINDS[kind].records;
	const column = departmentColumn(kind);
	const number = sql<number>`count(*)::int`;
	if (!column) {
		const [row] = await ctx.db
			.select({ count: number })
			.from(table as PgTable)
			.where(owned);
		const count = row?.count ?? 0;
		return count > 0 ? [{ kind, departmentId: null, departmentName: null, isShared, count }] : [];
	}
	const rows = await ctx.db
		.select({ departmentId: departments.id, departmentName: departments.name, count: number })
		.from(table as PgTable)
		.innerJoin(departments, eq(departments.id, column))
		.where(owned)
		.groupBy(departments.id)
		.orderBy(asc(departments.name), asc(departments.id));
	return rows.map((row) => ({ kind, isShared, ...row }));
}

/** The ids of one part of it. */
export async function recordsOf(
	ctx: Ctx,
	userId: string,
	{ kind, departmentId, isShared }: Omit<EstatePart, 'departmentName' | 'count'>
): Promise<readonly string[]> {
	const { table } = BULK_KINDS[kind].records;
	const column = departmentColumn(kind);
	const within = column && departmentId !== null ? eq(column, departmentId) : undefined;
	const rows = await ctx.db
		.select({ id: table.id })
		.from(table as PgTable)
		.where(and(isShared ? sharedBy(kind, userId) : ownedBy(kind, userId), within));
	return rows.map(({ id }) => String(id)); // as in referable.ts: ids are uuids
}

/** A contact of a company goes where the company goes; work is somebody's who owns it or is to do it. */
function ownedBy(kind: KindName, userId: string): SQL {
	const { table, columns } = BULK_KINDS[kind].records;
	// Of the kind's own table, by its mapping.
	const owner = (table as Record<string, (typeof table)['id']>)[
		columns.owner?.columns[0] ?? 'ownerId'
	];
	if (!owner) throw new NotFound(kind);
	const isTheirs = eq(owner, userId);
	const own =
		kind === 'task'
			? sql`(${isTheirs} or ${tasks.coOwnerId} = ${userId} or ${tasks.id} in (
				select ${taskResponsible.taskId} from ${taskResponsible} where ${taskResponsible.userId} = ${userId}))`
			: kind === 'project'
				? sql`(${isTheirs} or ${projects.coOwnerId} = ${userId} or ${projects.id} in (
				select ${projectResponsible.projectId} from ${projectResponsible} where ${projectResponsible.userId} = ${userId}))`
				: isTheirs;
	const alone = kind === 'contact' ? isNull(contacts.companyId) : undefined;
	return and(own, alone, isNull(table.deletedAt)) ?? sql`false`;
}

/** What somebody co-owns beside another owner; undefined for kinds that have no co-owners of that sort. */
function sharedBy(kind: KindName, userId: string): SQL | undefined {
	const { records, shared } = BULK_KINDS[kind];
	return shared && and(shared.by(userId), isNull(records.table.deletedAt));
}

/** What the person is to this record. */
export async function hasPart(
	ctx: Ctx,
	userId: string,
	{ kind, recordId }: { readonly kind: KindName; readonly recordId: string }
) {
	const { table } = BULK_KINDS[kind].records;
	const [row] = await ctx.db
		.select({
			owned: sql<boolean>`${ownedBy(kind, userId)}`,
			shared: sql<boolean>`${sharedBy(kind, userId) ?? sql`false`}`
		})
		.from(table as PgTable)
		.where(eq(table.id, recordId));
	return { owned: row?.owned ?? false, shared: row?.shared ?? false };
}

/** A person whose records are to go to others, with those who could have them. */
export async function getLeaver(ctx: Ctx, userId: string) {
	if (!mayManageUsers(ctx.actor)) throw new Forbidden('users');
	const colleagues = await listColleagues(ctx);
	const person = colleagues.find(({ id }) => id === userId);
	if (!person) throw new NotFound('user');
	const heirs = colleagues
		.filter(({ id, active }) => active && id !== userId)
		.map(({ id, name, departmentIds }) => ({ id, name, departmentIds }));
	return { person, heirs, parts: await listEstate(ctx, userId) };
}
