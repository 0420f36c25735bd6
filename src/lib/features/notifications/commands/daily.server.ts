import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { m } from '#lib/messages/messages.js';
import type { Notice } from '#lib/records/notices.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { notifications, notificationSettings } from '#lib/server/db/tables/index.ts';
import { letterOf } from '#lib/server/mail/letter.ts';
import { queueMail } from '#lib/server/mail/outgoing.ts';
import { publicAddress } from '#lib/server/mail/settings.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { refKey, titlesOf } from '#lib/server/records/titles.ts';
import { instantIn, todayIn } from '#lib/shared/days.ts';
import { addressOf, type KindName } from '#lib/shared/kinds.ts';
import { reasonSentence, sentenceOf } from '../model.ts';
import { frameOf, namesOf } from './notify.server.ts';
import { type Addressee, addresseesOf } from './people.server.ts';

interface Declared {
	readonly kinds: readonly ServerKind[];
	readonly notices: readonly Notice[];
}

const MOST = 200;

/**
 * Sends what waits for somebody's daily mail once his day has begun, where he is; a second one on the same
 * day only tells what was never told.
 */
export async function sendDailyMails(ctx: Ctx, declared: Declared): Promise<void> {
	const waiting = await ctx.db
		.selectDistinct({ userId: notifications.userId })
		.from(notifications)
		.where(eq(notifications.mail, 'waiting'));
	const people = await addresseesOf(
		ctx,
		waiting.map(({ userId }) => userId)
	);
	for (const person of people.values()) {
		await inTransaction(ctx, (ctx) => sendIfDue(ctx, declared, person));
	}
}

async function sendIfDue(ctx: Ctx, declared: Declared, person: Addressee): Promise<void> {
	const { id: userId, timeZone } = person.actor;
	// One worker at a time: the other finds that the day is done.
	const [settings] = await ctx.db
		.select()
		.from(notificationSettings)
		.where(eq(notificationSettings.userId, userId))
		.for('update');
	const today = todayIn(timeZone, ctx.now);
	if (settings && settings.mailPace === 'daily') {
		if (settings.digestedOn === today) return;
		if (ctx.now < instantIn(timeZone, today, settings.dayStartsAt)) return;
	}
	await send(ctx, declared, person);
	await ctx.db
		.update(notificationSettings)
		.set({ digestedOn: today })
		.where(eq(notificationSettings.userId, userId));
}

async function send(ctx: Ctx, { kinds, notices }: Declared, person: Addressee): Promise<void> {
	const { id: userId, language } = person.actor;
	const rows = await ctx.db
		.select()
		.from(notifications)
		.where(and(eq(notifications.userId, userId), eq(notifications.mail, 'waiting')))
		.orderBy(asc(notifications.id))
		.limit(MOST)
		.for('update');
	if (rows.length === 0) return;
	const [titles, names, base] = await Promise.all([
		titlesOf({ ...ctx, actor: person.actor }, kinds, rows),
		namesOf(
			ctx,
			rows.map(({ actorId }) => actorId)
		),
		publicAddress(ctx)
	]);
	const entries = rows.flatMap((row) => {
		const notice = notices.find(({ act }) => act === row.act);
		const title = titles.get(refKey(row))?.title ?? null;
		// What he may not see any more he is not told of.
		if (!notice || title === null) return [];
		// Written by rowOf.
		const params = row.params as Readonly<Record<string, string>>;
		const telling = { notice, title, params, actorId: row.actorId, batchId: row.batchId };
		const href = base + (notice.href ?? addressOf(row.kind as KindName, row.recordId));
		const text = sentenceOf(telling, { names, language });
		return [{ text, detail: reasonSentence(row.reason, language), href }];
	});
	const ids = rows.map(({ id }) => id);
	await ctx.db
		.update(notifications)
		.set({ mail: sql`'handed_over'` })
		.where(inArray(notifications.id, ids));
	if (entries.length === 0) return;
	const heading = m.notifications_daily_heading({ count: entries.length }, { locale: language });
	const subject = `${m.shell_app_name({}, { locale: language })}: ${heading}`;
	const contents = letterOf({ language, heading, entries, ...frameOf(language, base) });
	const to = { userId, recipient: person.email };
	await queueMail(ctx, { ...to, ...contents, subject, purpose: 'digest' });
}
