import { and, desc, eq, gt, isNull, lt, lte, or, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Notice } from '#lib/records/notices.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	mutedRecords,
	notificationPreferences,
	notifications,
	notificationSettings,
	users
} from '#lib/server/db/tables/index.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { recordsChangedSinceLooked } from '#lib/server/records/looked.ts';
import { refKey, titlesOf } from '#lib/server/records/titles.ts';
import { isId } from '#lib/shared/ids.ts';
import { addressOf, type KindName } from '#lib/shared/kinds.ts';
import { DAY_STARTS_AT, reasonSentence, sentenceOf } from './model.ts';
import type { InboxQuery } from './schema.ts';

/** The job that brings back what was put aside. */
export const WAKE = {
	name: 'notifications.wake',
	input: z.object({ notificationId: z.string().refine(isId) })
};

/** What the features have declared, from the composition root. */
interface Declared {
	readonly kinds: readonly ServerKind[];
	readonly notices: readonly Notice[];
}

const AT_ONCE = 50;
/** More than this is not counted for a badge. */
const COUNTED = 100;

/** How many notifications the actor has not read, as an expression; 100 stands for more. */
export const unreadCount = (ctx: Ctx): SQL<number> => sql<number>`(
	select count(*)::int from (
		select 1 from ${notifications} where ${and(mine(ctx), isUnread(ctx))} limit ${COUNTED}
	) unread
)`;

export type InboxItem = Awaited<ReturnType<typeof listNotifications>>['items'][number];

/**
 * A page of the actor's inbox, the newest first, each as a sentence in his language with the reason why he is
 * told; of records that he may not see any more it says nothing. Two statements.
 */
export async function listNotifications(
	ctx: Ctx,
	declared: Declared,
	{ show, before }: InboxQuery,
	limit = AT_ONCE
) {
	const rows = await ctx.db
		.select({ own: notifications, actorName: users.name, mutedAt: mutedRecords.at })
		.from(notifications)
		.leftJoin(users, eq(users.id, notifications.actorId))
		.leftJoin(
			mutedRecords,
			and(
				eq(mutedRecords.userId, notifications.userId),
				eq(mutedRecords.kind, notifications.kind),
				eq(mutedRecords.recordId, notifications.recordId)
			)
		)
		.where(and(mine(ctx), shelf(ctx, show), before ? lt(notifications.id, before) : undefined))
		.orderBy(desc(notifications.id))
		.limit(limit + 1);
	const shown = rows.slice(0, limit);
	const titles = await titlesOf(
		ctx,
		declared.kinds,
		shown.map(({ own }) => own)
	);
	const items = shown.map((row) => itemOf(ctx, declared, row, titles.get(refKey(row.own)) ?? null));
	return { items, before: rows.length > limit ? (shown.at(-1)?.own.id ?? null) : null };
}

interface Row {
	readonly own: typeof notifications.$inferSelect;
	readonly actorName: string | null;
	readonly mutedAt: Date | null;
}

function itemOf(
	{ actor: { language } }: Ctx,
	{ notices }: Declared,
	{ own, actorName, mutedAt }: Row,
	record: { readonly title: string; readonly isInTrash: boolean } | null
) {
	const notice = notices.find(({ act }) => act === own.act);
	const names = new Map(own.actorId && actorName ? [[own.actorId, actorName]] : []);
	// Written by the fan-out.
	const params = own.params as Readonly<Record<string, string>>;
	const title = notice ? (record?.title ?? null) : null;
	const telling = { title, params, actorId: own.actorId, batchId: own.batchId };
	const sentence = sentenceOf({ ...telling, notice: notice ?? UNKNOWN }, { names, language });
	const isOpen = record !== null && !record.isInTrash;
	const { id, at, act, kind, recordId, readAt, snoozedUntil } = own;
	return {
		...{ id, at, act, kind, recordId, snoozedUntil, sentence },
		reason: reasonSentence(own.reason, language),
		href: notice?.href ?? (isOpen ? addressOf(kind as KindName, recordId) : null),
		actor: own.actorId && actorName ? { id: own.actorId, name: actorName } : null,
		isRead: readAt !== null,
		isMuted: mutedAt !== null,
		/** The reminder that fired. */
		reminderId: params.reminderId ?? null
	};
}

/** Of a newer or older program: that something happened is all that can be said. */
const UNKNOWN = { act: '', byMail: false, label: () => '', says: () => '' };

const mine = ({ actor }: Ctx) => and(eq(notifications.userId, actor.id), notifications.inApp);

const isUnread = (ctx: Ctx) => and(isNull(notifications.readAt), isAwake(ctx));

const isAwake = ({ now }: Ctx) =>
	or(isNull(notifications.snoozedUntil), lte(notifications.snoozedUntil, now));

function shelf(ctx: Ctx, show: InboxQuery['show']): SQL | undefined {
	if (show === 'unread') return isUnread(ctx);
	return show === 'snoozed' ? gt(notifications.snoozedUntil, ctx.now) : isAwake(ctx);
}

/** How the actor wants his mail and when his day begins. */
export async function getPace(ctx: Ctx) {
	const [row] = await ctx.db
		.select()
		.from(notificationSettings)
		.where(eq(notificationSettings.userId, ctx.actor.id));
	return {
		mailPace: row?.mailPace ?? ('at_once' as const),
		dayStartsAt: row?.dayStartsAt ?? DAY_STARTS_AT
	};
}

/** What the actor wants to be told of, each act once, in the order in which the features declare them. */
export async function getPreferences(ctx: Ctx, notices: readonly Notice[]) {
	const wishes = await ctx.db
		.select()
		.from(notificationPreferences)
		.where(eq(notificationPreferences.userId, ctx.actor.id));
	const once = [...new Map(notices.map((notice) => [notice.act, notice])).values()];
	return once.map(({ act, byMail, label, isOwn = false }) => {
		const wish = wishes.find((one) => one.act === act);
		const wants = { inApp: wish?.inApp ?? true, mail: wish?.mail ?? byMail };
		// What somebody has asked for himself always comes.
		return { act, label: label(), isOwn, ...wants };
	});
}

const MOST_MUTED = 200;

/** The records that the actor does not want to hear of, the latest first; those he may see with their names. */
export async function listMuted(ctx: Ctx, kinds: readonly ServerKind[]) {
	const rows = await ctx.db
		.select()
		.from(mutedRecords)
		.where(eq(mutedRecords.userId, ctx.actor.id))
		.orderBy(desc(mutedRecords.at))
		.limit(MOST_MUTED);
	const titles = await titlesOf(ctx, kinds, rows);
	return rows.map(({ kind, recordId, at }) => ({
		...{ kind, recordId, at },
		title: titles.get(refKey({ kind, recordId }))?.title ?? null
	}));
}

/** Records that others have changed since the actor last looked at them, the latest change first. */
export const listChanged = recordsChangedSinceLooked;
