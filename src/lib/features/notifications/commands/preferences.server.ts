import { eq } from 'drizzle-orm';
import type { Notice } from '#lib/records/notices.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { notificationPreferences, notificationSettings } from '#lib/server/db/tables/index.ts';
import { ok } from '#lib/shared/result.ts';
import type { SavePreferences } from '../schema.ts';

/** Remembers what the actor wants to be told of and how; what is as usual for everybody is not written down. */
export function savePreferences(
	ctx: Ctx,
	notices: readonly Notice[],
	{ mailPace, dayStartsAt, wants }: SavePreferences
) {
	const userId = ctx.actor.id;
	return inTransaction(ctx, async (ctx) => {
		await ctx.db
			.insert(notificationSettings)
			.values({ userId, mailPace, dayStartsAt })
			.onConflictDoUpdate({
				target: notificationSettings.userId,
				set: { mailPace, dayStartsAt }
			});
		await ctx.db.delete(notificationPreferences).where(eq(notificationPreferences.userId, userId));
		const wishes = [...new Map(notices.map((notice) => [notice.act, notice])).values()]
			.map(({ act, byMail, isOwn = false }) => ({
				...{ act, byMail },
				...{ inApp: isOwn || wants('app', act), mail: wants('mail', act) }
			}))
			.filter(({ inApp, mail, byMail }) => !inApp || mail !== byMail);
		if (wishes.length > 0) {
			await ctx.db
				.insert(notificationPreferences)
				.values(wishes.map(({ act, inApp, mail }) => ({ userId, act, inApp, mail })));
		}
		return ok(null);
	});
}
