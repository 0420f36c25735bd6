import { inArray } from 'drizzle-orm';
import { m } from '#lib/messages/messages.js';
import type { Notice, NoticeReason } from '#lib/records/notices.ts';
import type { Ctx } from '#lib/server/context.ts';
import { notifications, users } from '#lib/server/db/tables/index.ts';
import { letterOf } from '#lib/server/mail/letter.ts';
import { type MailPurpose, queueMail } from '#lib/server/mail/outgoing.ts';
import { publicAddress } from '#lib/server/mail/settings.ts';
import { notifyLive } from '#lib/server/records/live.ts';
import { newId } from '#lib/shared/ids.ts';
import { addressOf, type KindName } from '#lib/shared/kinds.ts';
import { reasonSentence, sentenceOf } from '../model.ts';
import { type Addressee, addresseesOf, wishOf } from './people.server.ts';

/** Something that one person is told. */
export interface NewNotification {
	readonly userId: string;
	readonly causeId: string;
	readonly batchId?: string | null;
	readonly notice: Notice;
	readonly reason: NoticeReason;
	readonly kind: KindName;
	readonly recordId: string;
	/** As he may see it; null when he may not see the record any more. */
	readonly title: string | null;
	readonly actorId: string | null;
	/** When it happened; now unless said otherwise. */
	readonly at?: Date;
	readonly params: Readonly<Record<string, string>>;
	/** Said by whoever has asked for it himself, as with a reminder: then neither mutes nor preferences count. */
	readonly byMail?: boolean;
	/** Further text of the mail. */
	readonly text?: string | null;
	readonly purpose?: MailPurpose;
}

/** Tells one person something, by his preferences; the same cause is told once. */
export async function notify(ctx: Ctx, fresh: NewNotification): Promise<void> {
	await notifyAll(ctx, [fresh], await addresseesOf(ctx, [fresh.userId]));
}

/** The same for many. Only who is really told now gets a mail, in the same transaction. */
export async function notifyAll(
	ctx: Ctx,
	fresh: readonly NewNotification[],
	people: ReadonlyMap<string, Addressee>
): Promise<void> {
	const rows = fresh.flatMap((one) => {
		const person = people.get(one.userId);
		if (!person) return [];
		const wants = wantsOf(one, person);
		return wants.inApp || wants.mail
			? [{ one, person, wants, row: rowOf(ctx, one, person, wants) }]
			: [];
	});
	if (rows.length === 0) return;
	const told = await ctx.db
		.insert(notifications)
		.values(rows.map(({ row }) => row))
		.onConflictDoNothing()
		.returning({ id: notifications.id });
	const isNew = new Set(told.map(({ id }) => id));
	const news = rows.filter(({ row }) => isNew.has(row.id));
	await mailAll(
		ctx,
		news.filter(({ row }) => row.mail === 'handed_over')
	);
	await tellInboxes(
		ctx,
		news.filter(({ wants }) => wants.inApp).map(({ row }) => row)
	);
}

interface Wants {
	readonly inApp: boolean;
	readonly mail: boolean;
}

function wantsOf(one: NewNotification, person: Addressee): Wants {
	if (one.byMail !== undefined) return { inApp: true, mail: one.byMail };
	if (person.muted.has(`${one.kind}/${one.recordId}`)) return { inApp: false, mail: false };
	return wishOf(person, one.notice);
}

function rowOf(ctx: Ctx, one: NewNotification, { mailPace }: Addressee, wants: Wants) {
	const isDaily = mailPace === 'daily' && one.byMail === undefined;
	return {
		id: newId(ctx.now.getTime()),
		...{ userId: one.userId, causeId: one.causeId, at: one.at ?? ctx.now, act: one.notice.act },
		...{ reason: one.reason, kind: one.kind, recordId: one.recordId, actorId: one.actorId },
		...{ params: one.params, batchId: one.batchId ?? null, inApp: wants.inApp },
		mail: !wants.mail
			? ('none' as const)
			: isDaily
				? ('waiting' as const)
				: ('handed_over' as const)
	};
}

/** Has open pages of these people look at their inboxes. */
export function tellInboxes(
	ctx: Ctx,
	rows: readonly { readonly id: string; readonly userId: string }[]
): Promise<void> {
	const byPerson = Map.groupBy(rows, ({ userId }) => userId);
	const hints = [...byPerson].map(
		([userId, own]) =>
			({
				type: 'topic',
				topic: `notification:user:${userId}`,
				ids: own.map(({ id }) => id),
				rev: 0
			}) as const
	);
	return notifyLive(ctx, ...hints);
}

/** One mail to each: nobody sees another's address, and everybody reads his own language. */
async function mailAll(
	ctx: Ctx,
	news: readonly { readonly one: NewNotification; readonly person: Addressee }[]
): Promise<void> {
	if (news.length === 0) return;
	const [names, base] = await Promise.all([
		namesOf(
			ctx,
			news.map(({ one }) => one.actorId)
		),
		publicAddress(ctx)
	]);
	for (const { one, person } of news) {
		const { language } = person.actor;
		const sentence = sentenceOf(one, { names, language });
		const contents = letterOf({
			language,
			heading: sentence,
			entries: [
				{
					text: one.text ?? sentence,
					detail: reasonSentence(one.reason, language),
					href:
						one.title === null
							? null
							: base + (one.notice.href ?? addressOf(one.kind, one.recordId))
				}
			],
			...frameOf(language, base)
		});
		const subject = `${m.shell_app_name({}, { locale: language })}: ${sentence}`;
		const to = { userId: one.userId, recipient: person.email };
		await queueMail(ctx, { ...to, ...contents, subject, purpose: one.purpose ?? 'notification' });
	}
}

/** What every mail of this kind ends with. */
export const frameOf = (language: 'en' | 'de', base: string) => ({
	open: m.notifications_mail_open({}, { locale: language }),
	foot: m.notifications_mail_foot({}, { locale: language }),
	settings: {
		label: m.notifications_mail_settings({}, { locale: language }),
		href: `${base}/profile/notifications`
	}
});

/** Names of these people by id. */
export async function namesOf(
	ctx: Ctx,
	ids: readonly (string | null)[]
): Promise<ReadonlyMap<string, string>> {
	const known = [...new Set(ids)].filter((id) => id !== null);
	if (known.length === 0) return new Map();
	const rows = await ctx.db
		.select({ id: users.id, name: users.name })
		.from(users)
		.where(inArray(users.id, known));
	return new Map(rows.map(({ id, name }) => [id, name]));
}
