import { and, eq, isNotNull, isNull, ne, sql } from 'drizzle-orm';
import { departmentScope } from '#lib/features/users/scope.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { byId } from '#lib/server/db/conditions.ts';
import { companies, departments, users, ydocs } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { isId } from '#lib/shared/ids.ts';
import { canDeleteCompany, canEditCompany } from '../policy.ts';
import { companyRecords } from '../record.server.ts';

export type CompanyPage = Awaited<ReturnType<typeof getCompany>>;

/** One company with its values, the names beside it and what the actor may do with it. */
export async function getCompany(ctx: Ctx, id: string) {
	if (!isId(id)) throw new NotFound('company');
	const [found] = await ctx.db
		.select({
			id: companies.id,
			rev: companies.rev,
			number: companies.number,
			name: companies.name,
			createdAt: companies.createdAt,
			updatedAt: companies.updatedAt,
			deletedAt: companies.deletedAt,
			ownerId: companies.ownerId,
			ownerName: users.name,
			departmentId: companies.departmentId,
			departmentName: departments.name,
			epoch: ydocs.epoch
		})
		.from(companies)
		.innerJoin(departments, eq(departments.id, companies.departmentId))
		.leftJoin(users, eq(users.id, companies.ownerId))
		.leftJoin(ydocs, and(eq(ydocs.kind, sql`'company'`), eq(ydocs.recordId, companies.id)))
		.where(and(companyRecords.visibleTo(ctx.actor), eq(companies.id, id)));
	const loaded = found && (await loadRecord(ctx, companyRecords, id));
	if (!found || !loaded) throw new NotFound('company');
	const mayDelete = canDeleteCompany(ctx.actor, found);
	if (found.deletedAt !== null && !mayDelete) throw new NotFound('company');
	const mayEdit = found.deletedAt === null && canEditCompany(ctx.actor, found);
	return { ...found, values: loaded.values, mayEdit, mayDelete };
}

/** A company in the trash that the actor may restore, or null. */
export async function getTrashedCompany(ctx: Ctx, id: string) {
	const [found] = await ctx.db
		.select({ id: companies.id, name: companies.name })
		.from(companies)
		.where(
			and(
				departmentScope(ctx.actor, 'company', companies, { verb: 'delete' }),
				byId(companies.id, id),
				isNotNull(companies.deletedAt)
			)
		);
	return found ?? null;
}

/** Other companies of exactly this name that the actor may see: perhaps the same one, stored twice. */
export function sameNamed(ctx: Ctx, { id, name }: { readonly id: string; readonly name: string }) {
	return ctx.db
		.select({ id: companies.id, name: companies.name, city: companies.city })
		.from(companies)
		.where(
			and(
				companyRecords.visibleTo(ctx.actor),
				isNull(companies.deletedAt),
				eq(companies.name, name),
				ne(companies.id, id)
			)
		)
		.limit(3);
}
