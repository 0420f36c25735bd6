import { z } from 'zod';
import { emailAddress } from '#lib/features/users/schema.ts';
import { isId } from '#lib/shared/ids.ts';

const id = z.string().refine(isId, 'not_found');
const text = (max: number) =>
	z
		.string()
		.refine((value) => !/[\0\r\n]/.test(value), 'has_nul')
		.trim()
		.max(max, 'too_long');
const PORT_MAX = 65_535;

export const SECURITIES = ['starttls', 'tls', 'none'] as const;

export const SaveMailSettings = z.object({
	host: text(253).min(1, 'required'),
	port: z.coerce
		.number('not_a_port')
		.int('not_a_port')
		.min(1, 'not_a_port')
		.max(PORT_MAX, 'not_a_port'),
	security: z.enum(SECURITIES, 'not_a_choice'),
	username: text(320).transform((value) => value || null),
	/** Empty keeps the present one: it is never shown again. */
	password: text(1_000),
	senderName: text(120).min(1, 'required'),
	senderAddress: emailAddress,
	address: z
		.url({ protocol: /^https?$/, error: 'not_an_address' })
		.transform((url) => new URL(url).origin)
});
export type SaveMailSettings = z.output<typeof SaveMailSettings>;

export const NoInput = z.object({});

export const OneMail = z.object({ mailId: id });

export const MAIL_STATES = ['waiting', 'sending', 'sent', 'failed', 'unknown'] as const;

/** What an address of the list of mails asks for. */
export const MailsQuery = z.object({
	state: z.enum(MAIL_STATES).optional().catch(undefined),
	before: id.optional().catch(undefined)
});
export type MailsQuery = z.output<typeof MailsQuery>;
