import { and, asc, desc, eq, inArray, or, type SQL, sql } from 'drizzle-orm';
import { companyListing } from '#lib/features/companies/queries.server.ts';
import { contactListing } from '#lib/features/contacts/queries.server.ts';
import { dealListing } from '#lib/features/deals/queries.server.ts';
import { leadListing } from '#lib/features/leads/queries.server.ts';
import { productListing } from '#lib/features/products/queries.server.ts';
import { projectListing } from '#lib/features/projects/queries.server.ts';
import { requestListing } from '#lib/features/requests/queries.server.ts';
import { taskListing } from '#lib/features/tasks/queries.server.ts';
import { mayManageSettings, mayReadSome } from '#lib/features/users/policy.ts';
import type { Ctx } from '#lib/server/context.ts';
import { savedViews, users, viewDefaults, viewPlaces } from '#lib/server/db/tables/index.ts';
import type { Listing } from '#lib/server/records/list.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { isKind, type KindName } from '#lib/shared/kinds.ts';
import type { SavedView } from './model.ts';

/**
 * How each kind's list finds its records: the one place for whoever takes up what a list's address asks
 * for, be it to change, to walk through or to export what it shows.
 */
export const LISTINGS: Readonly<Record<KindName, Listing>> = {
	request: requestListing,
	deal: dealListing,
	lead: leadListing,
	company: companyListing,
	contact: contactListing,
	task: taskListing,
	project: projectListing,
	product: productListing
};

/** Own views, those of the actor's departments and those of everybody. */
export const seenBy = ({ id, departmentIds }: Actor): SQL =>
	or(
		eq(savedViews.ownerId, id),
		eq(savedViews.shared, 'team'),
		departmentIds.length > 0 ? inArray(savedViews.departmentId, [...departmentIds]) : undefined
	) ?? sql`false`;

/** More than a person can look at; nobody is shown the rest. */
const LISTED = 300;

/** The views that the actor sees, in his order; those that he has not put anywhere come last, own ones first. */
export async function listViews(ctx: Ctx): Promise<readonly SavedView[]> {
	const isOwn = eq(savedViews.ownerId, ctx.actor.id);
	const rows = await ctx.db
		.select({
			view: savedViews,
			ownerName: users.name,
			isDefault: sql<boolean>`${viewDefaults.viewId} is not null`
		})
		.from(savedViews)
		.innerJoin(users, eq(users.id, savedViews.ownerId))
		.leftJoin(
			viewDefaults,
			and(eq(viewDefaults.viewId, savedViews.id), eq(viewDefaults.userId, ctx.actor.id))
		)
		.leftJoin(
			viewPlaces,
			and(eq(viewPlaces.viewId, savedViews.id), eq(viewPlaces.userId, ctx.actor.id))
		)
		.where(seenBy(ctx.actor))
		// Without a place is behind every place.
		.orderBy(asc(viewPlaces.place), desc(isOwn), asc(savedViews.position), asc(savedViews.id))
		.limit(LISTED);
	const manages = mayManageSettings(ctx.actor);
	return rows.flatMap(({ view, ...more }) => {
		const { id, kind, name, query, shared, departmentId, pinned, ownerId } = view;
		if (!isKind(kind) || !mayReadSome(ctx.actor, kind)) return [];
		const mayChange = ownerId === ctx.actor.id || manages;
		return [{ id, kind, name, query, shared, departmentId, pinned, ownerId, mayChange, ...more }];
	});
}

export { placeInList } from './queries/place.server.ts';
