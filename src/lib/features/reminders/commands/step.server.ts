import { and, eq } from 'drizzle-orm';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { notificationPreferences, reminders } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { todayIn } from '#lib/shared/days.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { reminderNotice } from '../events.ts';
import type { AboutRecord } from '../schema.ts';
import { tellReminders } from './own.server.ts';

/**
 * Has the actor reminded of a record's next step, on its day, whenever that may come to be. The step must
 * have a day, and not one that has passed where he is.
 */
export function followStep(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{ kind, recordId }: AboutRecord
) {
	return inTransaction(ctx, async (ctx) => {
		const serverKind = kinds.find((one) => one.kind.name === kind);
		const record = serverKind && (await loadRecord(ctx, serverKind, recordId));
		if (!record) throw new NotFound(kind);
		const day = record.values.nextStepOn;
		if (typeof day !== 'string') return fail('no_step_day');
		if (day < todayIn(ctx.actor.timeZone, ctx.now)) return fail('step_in_the_past');
		const id = newId(ctx.now.getTime());
		await ctx.db
			.insert(reminders)
			.values({
				...{ id, userId: ctx.actor.id, kind, recordId, followsStep: true },
				...{ sendMail: await wantsMail(ctx), createdAt: ctx.now }
			})
			.onConflictDoNothing();
		await tellReminders(ctx, ctx.actor.id, id);
		return ok({ kind, recordId });
	});
}

/** Does not remind the actor of the next step any more. */
export function unfollowStep(ctx: Ctx, { kind, recordId }: AboutRecord) {
	return inTransaction(ctx, async (ctx) => {
		const gone = await ctx.db
			.delete(reminders)
			.where(
				and(
					eq(reminders.userId, ctx.actor.id),
					eq(reminders.kind, kind),
					eq(reminders.recordId, recordId),
					reminders.followsStep
				)
			)
			.returning({ id: reminders.id });
		for (const { id } of gone) await tellReminders(ctx, ctx.actor.id, id);
		return ok({ kind, recordId });
	});
}

async function wantsMail(ctx: Ctx): Promise<boolean> {
	const [wish] = await ctx.db
		.select({ mail: notificationPreferences.mail })
		.from(notificationPreferences)
		.where(
			and(
				eq(notificationPreferences.userId, ctx.actor.id),
				eq(notificationPreferences.act, reminderNotice.act)
			)
		);
	return wish?.mail ?? reminderNotice.byMail;
}
