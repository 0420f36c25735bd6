import { and, eq, ne } from 'drizzle-orm';
import { readReminder } from '#lib/features/notifications/commands.server.ts';
import { getPace } from '#lib/features/notifications/queries.server.ts';
import { snoozedUntil } from '#lib/features/notifications/model.ts';
import type { Snooze } from '#lib/features/notifications/schema.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { reminders } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { enqueue } from '#lib/server/jobs/job.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { notifyLive } from '#lib/server/records/live.ts';
import { refKey, titlesOf } from '#lib/server/records/titles.ts';
import { instantIn } from '#lib/shared/days.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { FIRE } from '../queries.server.ts';
import type { ChangeReminder, CreateReminder } from '../schema.ts';

/** Has the actor reminded of a record that he may see, at a time where he is; a past one is due at once. */
export function createReminder(ctx: Ctx, kinds: readonly ServerKind[], input: CreateReminder) {
	return inTransaction(ctx, async (ctx) => {
		await requireRecord(ctx, kinds, input);
		const { kind, recordId, subject, description, sendMail } = input;
		const id = input.id ?? newId(ctx.now.getTime());
		const dueAt = dueIn(ctx, input);
		const made = await ctx.db
			.insert(reminders)
			.values({
				...{ id, userId: ctx.actor.id, kind, recordId, subject, description, dueAt },
				...{ sendMail, createdAt: ctx.now }
			})
			// The form's own id: pressed twice it is one reminder.
			.onConflictDoNothing()
			.returning();
		if (made.length > 0) await plan(ctx, id, dueAt);
		else await requireOwn(ctx, id);
		return ok({ reminderId: id, kind, recordId });
	});
}

/** Changes the actor's reminder; it is active again. */
export function changeReminder(ctx: Ctx, input: ChangeReminder) {
	const { reminderId, subject, description, sendMail } = input;
	const dueAt = dueIn(ctx, input);
	const how = {
		subject,
		description,
		sendMail,
		dueAt,
		state: 'active',
		followsStep: false
	} as const;
	return changeOwn(ctx, reminderId, how);
}

/** Puts a reminder off; it comes again at that time. */
export function snoozeReminder(
	ctx: Ctx,
	{ reminderId, until }: { readonly reminderId: string; readonly until: Snooze }
) {
	return inTransaction(ctx, async (ctx) => {
		const { dayStartsAt } = await getPace(ctx);
		const dueAt = snoozedUntil(until, ctx.now, { timeZone: ctx.actor.timeZone, dayStartsAt });
		const [own] = await ctx.db.select().from(reminders).where(isOwn(ctx, reminderId));
		if (!own) throw new NotFound('reminder');
		// What follows the next step moves with that, and not by itself.
		if (own.followsStep) return fail('follows_step');
		await readReminder(ctx, reminderId);
		return changeOwn(ctx, reminderId, { dueAt, state: 'active' });
	});
}

/** The matter is settled: the reminder does not come any more. */
export function finishReminder(ctx: Ctx, { reminderId }: { readonly reminderId: string }) {
	return inTransaction(ctx, async (ctx) => {
		const [own] = await ctx.db
			.select({ followsStep: reminders.followsStep })
			.from(reminders)
			.where(isOwn(ctx, reminderId));
		if (own?.followsStep) return removeReminder(ctx, { reminderId });
		await readReminder(ctx, reminderId);
		return changeOwn(ctx, reminderId, { state: 'done' });
	});
}

/** Takes a reminder away. */
export function removeReminder(ctx: Ctx, { reminderId }: { readonly reminderId: string }) {
	return inTransaction(ctx, async (ctx) => {
		const gone = await ctx.db.delete(reminders).where(isOwn(ctx, reminderId)).returning();
		if (gone.length === 0) throw new NotFound('reminder');
		await tellReminders(ctx, ctx.actor.id, reminderId);
		return ok({ reminderId });
	});
}

function changeOwn(ctx: Ctx, reminderId: string, how: Partial<typeof reminders.$inferInsert>) {
	return inTransaction(ctx, async (ctx) => {
		const [changed] = await ctx.db
			.update(reminders)
			.set(how)
			.where(isOwn(ctx, reminderId))
			.returning();
		if (!changed) throw new NotFound('reminder');
		if (changed.state === 'active' && changed.dueAt) await plan(ctx, reminderId, changed.dueAt);
		else await tellReminders(ctx, ctx.actor.id, reminderId);
		return ok({ reminderId });
	});
}

/** Has it fired at that time; a job that comes for an earlier one finds that it is not due yet. */
async function plan(ctx: Ctx, reminderId: string, at: Date): Promise<void> {
	await enqueue(ctx, FIRE, { reminderId }, { key: `${reminderId}:${at.getTime()}`, at });
	await tellReminders(ctx, ctx.actor.id, reminderId);
}

/** Has the open pages of this person look at his reminders. */
export const tellReminders = (ctx: Ctx, userId: string, reminderId: string) =>
	notifyLive(ctx, { type: 'topic', topic: `reminder:user:${userId}`, ids: [reminderId], rev: 0 });

const dueIn = ({ actor }: Ctx, { on, at }: { readonly on: string; readonly at: string }) =>
	instantIn(actor.timeZone, on, at);

/** Throws NotFound for a record that the actor may not see, or that is in the trash. */
export async function requireRecord(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	ref: { readonly kind: string; readonly recordId: string }
): Promise<string> {
	const record = (await titlesOf(ctx, kinds, [ref])).get(refKey(ref));
	if (!record || record.isInTrash) throw new NotFound(ref.kind);
	return record.title;
}

async function requireOwn(ctx: Ctx, reminderId: string): Promise<void> {
	const [own] = await ctx.db.select().from(reminders).where(isOwn(ctx, reminderId));
	if (!own) throw new NotFound('reminder');
}

const isOwn = ({ actor }: Ctx, reminderId: string) =>
	and(eq(reminders.id, reminderId), eq(reminders.userId, actor.id), ne(reminders.state, 'done'));
