import { and, count, eq, max, sql } from 'drizzle-orm';
import { generateKeyBetween } from 'fractional-indexing';
import { mayManageSettings, mayReadSome } from '#lib/features/users/policy.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { savedViews, viewDefaults, viewPlaces } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { notifyLive } from '#lib/server/records/live.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { viewQuery } from './model.ts';
import { listViews, seenBy } from './queries.server.ts';
import {
	type ChangeView,
	type ChooseDefault,
	type MoveView,
	type OneView,
	type SaveView,
	type UpdateView,
	VIEWS_MAX
} from './schema.ts';

type Shared = Pick<typeof savedViews.$inferSelect, 'shared' | 'departmentId'>;

/** Keeps how somebody looks at a list under a name. */
export function saveView(ctx: Ctx, { kind, name, query, shared, pinned }: SaveView) {
	return inTransaction(ctx, async (ctx) => {
		if (!mayReadSome(ctx.actor, kind)) throw new Forbidden('view');
		const own = and(eq(savedViews.ownerId, ctx.actor.id), eq(savedViews.kind, kind));
		const [last] = await ctx.db
			.select({ count: count(), position: max(savedViews.position) })
			.from(savedViews)
			.where(own);
		if ((last?.count ?? 0) >= VIEWS_MAX) return fail('too_many_views');
		const [view] = await ctx.db
			.insert(savedViews)
			.values({
				...{ id: newId(), ownerId: ctx.actor.id, kind, name, pinned },
				...sharedWith(ctx, shared),
				query: viewQuery(new URLSearchParams(query)),
				position: generateKeyBetween(last?.position ?? null, null),
				createdAt: ctx.now
			})
			.returning();
		if (!view) throw new Error('an insert answers its row');
		await tell(ctx, view);
		return ok({ id: view.id, kind, query: view.query });
	});
}

/** Another name, other people, pinned or not. */
export function changeView(ctx: Ctx, { viewId, name, shared, pinned }: ChangeView) {
	return inTransaction(ctx, async (ctx) => {
		const view = await lockView(ctx, viewId);
		const fresh = { name, pinned, ...sharedWith(ctx, shared, view) };
		await ctx.db.update(savedViews).set(fresh).where(eq(savedViews.id, viewId));
		await tell(ctx, view, fresh);
		return ok({ id: viewId });
	});
}

/** The view is from now on what the address asks for. */
export function updateView(ctx: Ctx, { viewId, query }: UpdateView) {
	return inTransaction(ctx, async (ctx) => {
		const view = await lockView(ctx, viewId);
		const kept = viewQuery(new URLSearchParams(query));
		await ctx.db.update(savedViews).set({ query: kept }).where(eq(savedViews.id, viewId));
		await tell(ctx, view);
		const { id, kind } = view;
		return ok({ id, kind, query: kept });
	});
}

/** Forgets a view; the records that it showed are where they were. */
export function removeView(ctx: Ctx, { viewId }: OneView) {
	return inTransaction(ctx, async (ctx) => {
		const view = await lockView(ctx, viewId);
		await ctx.db.delete(savedViews).where(eq(savedViews.id, viewId));
		await tell(ctx, view);
		return ok({ id: viewId, kind: view.kind });
	});
}

/** Begins the list with one of the views that the actor sees, or with everything. */
export function chooseDefault(ctx: Ctx, { kind, viewId }: ChooseDefault) {
	return inTransaction(ctx, async (ctx) => {
		const userId = ctx.actor.id;
		await ctx.db
			.delete(viewDefaults)
			.where(and(eq(viewDefaults.userId, userId), eq(viewDefaults.kind, kind)));
		if (viewId !== null) {
			const [view] = await ctx.db
				.select({ id: savedViews.id })
				.from(savedViews)
				.where(and(eq(savedViews.id, viewId), eq(savedViews.kind, kind), seenBy(ctx.actor)));
			if (!view) throw new NotFound('view');
			await ctx.db.insert(viewDefaults).values({ userId, kind, viewId });
		}
		await notifyLive(ctx, topic(`view:user:${userId}`, viewId ?? userId));
		return ok({ kind });
	});
}

/** Puts a view one place up or down among those of its list, as the actor sees them; nobody else's order changes. */
export function moveView(ctx: Ctx, { viewId, direction }: MoveView) {
	return inTransaction(ctx, async (ctx) => {
		const userId = ctx.actor.id;
		// One after the other, so that two presses are two places.
		await ctx.db.execute(sql`select pg_advisory_xact_lock(hashtext(${`view-places:${userId}`}))`);
		const views = await listViews(ctx);
		const kind = views.find(({ id }) => id === viewId)?.kind;
		if (!kind) throw new NotFound('view');
		const ids = views.filter((view) => view.kind === kind).map(({ id }) => id);
		const from = ids.indexOf(viewId);
		const to = Math.min(Math.max(from + (direction === 'up' ? -1 : 1), 0), ids.length - 1);
		const rows = ids.toSpliced(from, 1).toSpliced(to, 0, viewId);
		await ctx.db
			.insert(viewPlaces)
			.values(rows.map((id, place) => ({ userId, viewId: id, place })))
			.onConflictDoUpdate({
				target: [viewPlaces.userId, viewPlaces.viewId],
				set: { place: sql`excluded.place` }
			});
		await notifyLive(ctx, topic(`view:user:${userId}`, viewId));
		return ok({ id: viewId });
	});
}

/** Only with those among whom one works; whoever looks after a shared view leaves it with whom it is. */
function sharedWith(ctx: Ctx, shared: SaveView['shared'], before?: Shared): Shared {
	if (shared === 'nobody' || shared === 'team') return { shared, departmentId: null };
	const isMine = ctx.actor.departmentIds.includes(shared) || mayManageSettings(ctx.actor);
	if (!isMine && shared !== before?.departmentId) throw new NotFound('department');
	return { shared: 'department', departmentId: shared };
}

/** Takes a view that the actor may change: his own, or a shared one for whoever looks after the settings. */
async function lockView(ctx: Ctx, viewId: string) {
	const [view] = await ctx.db
		.select()
		.from(savedViews)
		.where(and(eq(savedViews.id, viewId), seenBy(ctx.actor)))
		.for('update');
	if (!view) throw new NotFound('view');
	if (view.ownerId !== ctx.actor.id && !mayManageSettings(ctx.actor)) throw new Forbidden('view');
	return view;
}

/** Whoever sees the view, before and after, has it in his lists and perhaps in the rail. */
async function tell(ctx: Ctx, view: typeof savedViews.$inferSelect, fresh?: Shared) {
	const audiences = [view, ...(fresh ? [fresh] : [])].map(audienceOf);
	const topics = new Set([`view:user:${view.ownerId}`, ...audiences.filter((one) => one !== null)]);
	await notifyLive(ctx, ...[...topics].map((one) => topic(one, view.id)));
}

const audienceOf = ({ shared, departmentId }: Shared): string | null =>
	shared === 'nobody' ? null : shared === 'team' ? 'view:all' : `view:department:${departmentId}`;

const topic = (name: string, id: string) =>
	({ type: 'topic', topic: name, ids: [id], rev: 0 }) as const;
