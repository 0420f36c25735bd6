import { m } from '#lib/messages/messages.js';
import type { Ctx } from '#lib/server/context.ts';
import { letterOf } from '#lib/server/mail/letter.ts';
import { queueMail, SECRET_PLACE } from '#lib/server/mail/outgoing.ts';
import { publicAddress } from '#lib/server/mail/settings.ts';

interface LinkMail {
	readonly userId: string | null;
	readonly recipient: string;
	readonly language: 'en' | 'de';
	/** Where the link leads. */
	readonly path: '/invite' | '/reset';
	readonly token: string;
	readonly heading: string;
	readonly text: string;
	/** Name of the link. */
	readonly open: string;
}

/** Mails a one-time link; nobody but its reader sees where it leads. */
export async function mailLink(ctx: Ctx, mail: LinkMail): Promise<void> {
	const { userId, recipient, language, path, token, heading, text, open } = mail;
	const base = await publicAddress(ctx);
	const contents = letterOf({
		...{ language, heading, open },
		entries: [{ text, detail: null, href: `${base}${path}?token=${SECRET_PLACE}` }],
		foot: m.access_mail_foot({}, { locale: language }),
		settings: { label: m.shell_app_name({}, { locale: language }), href: base }
	});
	const subject = `${m.shell_app_name({}, { locale: language })}: ${heading}`;
	const to = { userId, recipient, purpose: 'account' } as const;
	await queueMail(ctx, { ...to, ...contents, subject, secret: token });
}
