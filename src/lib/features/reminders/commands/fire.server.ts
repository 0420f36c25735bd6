import { and, eq, isNull, lte, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { notify } from '#lib/features/notifications/commands.server.ts';
import { DAY_STARTS_AT } from '#lib/features/notifications/model.ts';
import { actorOfUser } from '#lib/server/auth/actor.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { notificationSettings, reminders, userProfiles } from '#lib/server/db/tables/index.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { type RecordRef, refKey, titlesOf } from '#lib/server/records/titles.ts';
import { newId } from '#lib/shared/ids.ts';
import type { KindName } from '#lib/shared/kinds.ts';
import { reminderNotice } from '../events.ts';
import { stepReminderAt } from '../model.ts';
import { stepColumns } from '../queries.server.ts';
import { tellReminders } from './own.server.ts';

type Reminder = typeof reminders.$inferSelect;

const AT_ONCE = 500;
const SECOND_MS = 1000;

/** Fires a reminder that is due, once, whoever else tries; one that was moved to later is left alone. */
export function fireReminder(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{ reminderId }: { readonly reminderId: string }
): Promise<void> {
	return inTransaction(ctx, async (ctx) => {
		const [fired] = await ctx.db
			.update(reminders)
			.set({ state: 'fired', firedAt: ctx.now })
			.where(
				and(
					eq(reminders.id, reminderId),
					eq(reminders.state, 'active'),
					lte(reminders.dueAt, soon(ctx))
				)
			)
			.returning();
		if (fired) await tell(ctx, kinds, fired);
	});
}

/** Fires everything that is due, also what became due while no worker ran. */
export async function fireDue(ctx: Ctx, kinds: readonly ServerKind[]): Promise<void> {
	const due = await ctx.db
		.select({ id: reminders.id })
		.from(reminders)
		.where(
			and(
				eq(reminders.state, 'active'),
				eq(reminders.followsStep, false),
				lte(reminders.dueAt, soon(ctx))
			)
		)
		.limit(AT_ONCE);
	for (const { id } of due) await fireReminder(ctx, kinds, { reminderId: id });
	for (const serverKind of kinds) {
		for (const step of await stepsDue(ctx, serverKind)) await fireStep(ctx, kinds, step);
	}
}

/** What has ended is reminded of again once it is opened again. */
const goesOn = ({ hasEnded }: ServerKind) => (hasEnded ? sql`not (${hasEnded})` : sql`true`);

/** A queue's clock and ours may differ by a moment. */
const soon = ({ now }: Ctx) => new Date(now.getTime() + SECOND_MS);

/** A next step whose day has come for somebody who wants to be reminded of it. */
interface StepDue {
	readonly serverKind: ServerKind;
	readonly id: string;
	readonly userId: string;
	readonly recordId: string;
	readonly day: string;
	readonly step: string | null;
	readonly dueAt: Date;
}

async function stepsDue(ctx: Ctx, serverKind: ServerKind): Promise<readonly StepDue[]> {
	const columns = stepColumns(serverKind);
	if (!columns) return [];
	const { kind, table } = serverKind;
	const rows = await ctx.db
		.select({
			id: reminders.id,
			userId: reminders.userId,
			recordId: reminders.recordId,
			day: sql<string>`${columns.day}::text`,
			step: sql<string | null>`${columns.step}`,
			timeZone: userProfiles.timeZone,
			dayStartsAt: notificationSettings.dayStartsAt
		})
		.from(reminders)
		.innerJoin(table as PgTable, eq(table.id, reminders.recordId))
		.innerJoin(userProfiles, eq(userProfiles.userId, reminders.userId))
		.leftJoin(notificationSettings, eq(notificationSettings.userId, reminders.userId))
		.where(
			and(
				eq(reminders.kind, kind.name),
				reminders.followsStep,
				isNull(table.deletedAt),
				goesOn(serverKind),
				// Roughly: which moment it is exactly is for one function to say.
				sql`${columns.day} <= (${ctx.now.toISOString()}::timestamptz at time zone ${userProfiles.timeZone})::date`
			)
		);
	return rows
		.map(({ timeZone, dayStartsAt, ...step }) => ({
			...step,
			serverKind,
			dueAt: stepReminderAt(timeZone, step.day, dayStartsAt ?? DAY_STARTS_AT)
		}))
		.filter(({ dueAt }) => dueAt <= soon(ctx));
}

/**
 * Unless the step was moved meanwhile, or somebody else was faster. What it says is fixed from now on; whoever
 * may not see the record any more is told nothing of its step.
 */
function fireStep(ctx: Ctx, kinds: readonly ServerKind[], due: StepDue): Promise<void> {
	const { serverKind, id, userId, recordId, day, step, dueAt } = due;
	return inTransaction(ctx, async (ctx) => {
		const { table, kind } = serverKind;
		const seen = await titleFor(ctx, kinds, { userId, kind: kind.name, recordId });
		if (seen === null) {
			await ctx.db.delete(reminders).where(and(eq(reminders.id, id), reminders.followsStep));
			return;
		}
		const columns = stepColumns(serverKind);
		if (!columns) return;
		const isStill = sql`exists (select from ${table} where ${table.id} = ${reminders.recordId} and ${columns.day} = ${day}::date and ${goesOn(serverKind)})`;
		const [fired] = await ctx.db
			.update(reminders)
			.set({
				followsStep: false,
				state: 'fired',
				firedAt: ctx.now,
				subject: step ?? '',
				dueAt
			})
			.where(and(eq(reminders.id, id), reminders.followsStep, isStill))
			.returning();
		if (fired) await tell(ctx, kinds, fired);
	});
}

async function tell(ctx: Ctx, kinds: readonly ServerKind[], fired: Reminder): Promise<void> {
	const { id, userId, recordId, subject, description, sendMail } = fired;
	await tellReminders(ctx, userId, id);
	const title = await titleFor(ctx, kinds, fired);
	const says = subject || title || '';
	await notify(ctx, {
		...{ userId, recordId, title, actorId: null, byMail: sendMail, purpose: 'reminder' },
		causeId: newId(ctx.now.getTime()),
		notice: reminderNotice,
		reason: 'reminder',
		// Only registered kinds are reminded of.
		kind: fired.kind as KindName,
		params: { subject: says, reminderId: id },
		text: description ?? says
	});
}

/** The name of a record as this person may see it; null when he may not, or it is in the trash. */
async function titleFor(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	ref: RecordRef & { readonly userId: string }
): Promise<string | null> {
	const actor = await actorOfUser(ctx.db, ref.userId);
	if (!actor) return null;
	const record = (await titlesOf({ ...ctx, actor }, kinds, [ref])).get(refKey(ref));
	return record && !record.isInTrash ? record.title : null;
}
