import { and, eq, isNull, lte, sql } from 'drizzle-orm';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { mutedRecords, notifications } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { enqueue } from '#lib/server/jobs/job.ts';
import type { KindName } from '#lib/shared/kinds.ts';
import { ok } from '#lib/shared/result.ts';
import { snoozedUntil } from '../model.ts';
import { getPace, WAKE } from '../queries.server.ts';
import type { Snooze } from '../schema.ts';
import { tellInboxes } from './notify.server.ts';

interface One {
	readonly notificationId: string;
}

/** Says that the actor has read it; it is no longer put aside either. */
export const markRead = (ctx: Ctx, { notificationId }: One) =>
	change(ctx, notificationId, { readAt: ctx.now, snoozedUntil: null });

/** Makes it new again. */
export const markUnread = (ctx: Ctx, { notificationId }: One) =>
	change(ctx, notificationId, { readAt: null, snoozedUntil: null });

/** Puts it aside: it comes back, unread, at that time. */
export function snoozeNotification(
	ctx: Ctx,
	{ notificationId, until }: One & { readonly until: Snooze }
) {
	return inTransaction(ctx, async (ctx) => {
		const { dayStartsAt } = await getPace(ctx);
		const at = snoozedUntil(until, ctx.now, { timeZone: ctx.actor.timeZone, dayStartsAt });
		await enqueue(ctx, WAKE, { notificationId }, { at });
		return change(ctx, notificationId, { readAt: null, snoozedUntil: at });
	});
}

/** Has the inbox looked at in which something put aside has come back. */
export async function wakeNotification(ctx: Ctx, { notificationId }: One): Promise<void> {
	const due = and(
		eq(notifications.id, notificationId),
		lte(notifications.snoozedUntil, new Date(ctx.now.getTime() + 1000))
	);
	const rows = await ctx.db.select().from(notifications).where(due);
	await tellInboxes(ctx, rows);
}

/** Says that the actor has read everything up to this one. */
export function readAll(ctx: Ctx, { upTo }: { readonly upTo: string }) {
	return inTransaction(ctx, async (ctx) => {
		const rows = await ctx.db
			.update(notifications)
			.set({ readAt: ctx.now })
			.where(
				and(
					eq(notifications.userId, ctx.actor.id),
					isNull(notifications.readAt),
					isNull(notifications.snoozedUntil),
					lte(notifications.id, upTo)
				)
			)
			.returning({ id: notifications.id, userId: notifications.userId });
		await tellInboxes(ctx, rows);
		return ok({ count: rows.length });
	});
}

/** What a reminder has told is read: its owner has settled it, or put it off. */
export async function readReminder(ctx: Ctx, reminderId: string): Promise<void> {
	const rows = await ctx.db
		.update(notifications)
		.set({ readAt: ctx.now, snoozedUntil: null })
		.where(
			and(
				eq(notifications.userId, ctx.actor.id),
				isNull(notifications.readAt),
				sql`${notifications.params} ->> 'reminderId' = ${reminderId}`
			)
		)
		.returning({ id: notifications.id, userId: notifications.userId });
	await tellInboxes(ctx, rows);
}

interface Muted {
	readonly kind: KindName;
	readonly recordId: string;
}

/** Tells the actor nothing more of this record, whether or not he may still see it. */
export async function muteRecord(ctx: Ctx, { kind, recordId }: Muted) {
	const row = { userId: ctx.actor.id, kind, recordId, at: ctx.now };
	await ctx.db.insert(mutedRecords).values(row).onConflictDoNothing();
	return ok({ kind, recordId });
}

/** Tells the actor of this record again. */
export async function unmuteRecord(ctx: Ctx, { kind, recordId }: Muted) {
	await ctx.db
		.delete(mutedRecords)
		.where(
			and(
				eq(mutedRecords.userId, ctx.actor.id),
				eq(mutedRecords.kind, kind),
				eq(mutedRecords.recordId, recordId)
			)
		);
	return ok({ kind, recordId });
}

/** Somebody else's is not there. */
function change(
	ctx: Ctx,
	notificationId: string,
	how: Partial<Pick<typeof notifications.$inferSelect, 'readAt' | 'snoozedUntil'>>
) {
	return inTransaction(ctx, async (ctx) => {
		const rows = await ctx.db
			.update(notifications)
			.set(how)
			.where(and(eq(notifications.id, notificationId), eq(notifications.userId, ctx.actor.id)))
			.returning({ id: notifications.id, userId: notifications.userId });
		if (rows.length === 0) throw new NotFound('notification');
		await tellInboxes(ctx, rows);
		return ok({ notificationId });
	});
}
