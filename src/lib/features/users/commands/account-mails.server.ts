import { and, eq } from 'drizzle-orm';
import { m } from '#lib/messages/messages.js';
import type { Ctx } from '#lib/server/context.ts';
import { sessions, userProfiles, users } from '#lib/server/db/tables/index.ts';
import { letterOf } from '#lib/server/mail/letter.ts';
import { queueMail } from '#lib/server/mail/outgoing.ts';
import { publicAddress } from '#lib/server/mail/settings.ts';
import { deviceName } from '../model.ts';

/** In whose words a mail is written. */
interface Language {
	readonly locale: 'en' | 'de';
}

type Sentence = (about: { readonly name: string }, language: Language) => string;

/** What somebody is told of how he proves who he is, and the page where he sees it. */
const CHANGES = {
	password_changed: { heading: m.access_mail_password_changed, path: '/profile' },
	// Whoever did not do it himself cannot sign in any more.
	password_reset: { heading: m.access_mail_password_reset, path: '/reset' },
	app_added: { heading: m.access_mail_app_added, path: '/profile/second-factor' },
	app_removed: { heading: m.access_mail_app_removed, path: '/profile/second-factor' },
	passkey_added: { heading: m.access_mail_passkey_added, path: '/profile/second-factor' },
	passkey_removed: { heading: m.access_mail_passkey_removed, path: '/profile/second-factor' },
	codes_renewed: { heading: m.access_mail_codes_renewed, path: '/profile/second-factor' },
	code_used: { heading: m.access_mail_code_used, path: '/profile/second-factor' },
	factors_reset: { heading: m.access_mail_factors_reset, path: '/profile/second-factor' },
	key_made: { heading: m.access_mail_key_made, path: '/profile/keys' },
	key_revoked: { heading: m.access_mail_key_revoked, path: '/profile/keys' }
} as const satisfies Readonly<
	Record<string, { readonly heading: Sentence; readonly path: `/${string}` }>
>;

interface AccountChange {
	readonly change: keyof typeof CHANGES;
	/** Of the passkey or key. */
	readonly name?: string;
	/** What else follows, in the person's language. */
	readonly also?: (language: Language) => string;
}

/**
 * Mails a person that something changed by which he proves who he is: when, from which device, and what to do
 * if it was not he. Whoever works here no more is told nothing.
 */
export async function tellOwner(
	ctx: Ctx,
	userId: string,
	{ change, name = '', also }: AccountChange
): Promise<void> {
	const [person] = await ctx.db
		.select({
			recipient: users.email,
			language: userProfiles.language,
			timeZone: userProfiles.timeZone
		})
		.from(users)
		.innerJoin(userProfiles, eq(userProfiles.userId, users.id))
		.where(and(eq(users.id, userId), eq(userProfiles.active, true)));
	if (!person) return;
	const { recipient, language, timeZone } = person;
	const locale = { locale: language };
	const base = await publicAddress(ctx);
	const { heading: sentence, path } = CHANGES[change];
	const heading = (sentence as Sentence)({ name }, locale);
	const when = new Intl.DateTimeFormat(language, {
		...{ dateStyle: 'long', timeStyle: 'short', timeZone }
	}).format(ctx.now);
	const contents = letterOf({
		...{ language, heading },
		entries: [
			{
				text: [await circumstances(ctx, userId, { when, locale }), also?.(locale)]
					.filter(Boolean)
					.join('\n'),
				detail: m.access_mail_not_you({}, locale),
				href: `${base}${path}`
			}
		],
		open: m.access_mail_see({}, locale),
		foot: m.access_mail_change_foot({}, locale),
		settings: { label: m.shell_app_name({}, locale), href: base }
	});
	const subject = `${m.shell_app_name({}, locale)}: ${heading}`;
	await queueMail(ctx, { userId, recipient, purpose: 'account', ...contents, subject });
}

/** When it was, and who or which device did it. */
async function circumstances(
	ctx: Ctx,
	userId: string,
	{ when, locale }: { readonly when: string; readonly locale: Language }
): Promise<string> {
	const { actor } = ctx;
	if (actor.type === 'user' && actor.id !== userId) {
		return m.access_mail_when_by({ when, name: actor.name }, locale);
	}
	const [session] =
		actor.sessionId === null
			? []
			: await ctx.db
					.select({ userAgent: sessions.userAgent, address: sessions.ipAddress })
					.from(sessions)
					.where(eq(sessions.id, actor.sessionId));
	if (!session?.address) return m.access_mail_when({ when }, locale);
	const device = deviceName(session.userAgent ?? '', locale);
	return m.access_mail_when_from({ when, device, address: session.address }, locale);
}
