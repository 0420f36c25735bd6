import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';
import { splitAddresses } from '#lib/shared/email-address.ts';

/** What can be read of a field of a public form, whoever sent it: text without NUL, trimmed. */
const typed = (max: number) =>
	z.preprocess(
		(value) => (value === null || value === undefined ? '' : value),
		z
			.string('not_text')
			.refine((text) => !text.includes('\0'), 'has_nul')
			.transform((text) => text.toWellFormed().trim())
			.refine((text) => text.length <= max, 'too_long')
	);
const required = (max: number) => typed(max).refine((text) => text !== '', 'required');

/** What a visitor tells us [core 5.1]; how he can be reached, one way or the other. */
export const Inquiry = z
	.object({
		name: required(200),
		email: typed(254),
		phone: typed(200),
		company: typed(200),
		subject: required(200),
		message: typed(20_000),
		country: typed(100),
		city: typed(100)
	})
	.refine(({ email, phone }) => email !== '' || phone !== '', {
		path: ['email'],
		message: 'reach_needed'
	});
export type Inquiry = z.output<typeof Inquiry>;

/** A post to the endpoint carries the token of its source beside that. */
export const SourceToken = z.object({ sourceToken: z.string().max(100).catch('') });

const phrase = z
	.string()
	.refine((text) => !text.includes('\0'), 'has_nul')
	.trim()
	.min(1, 'required')
	.max(100, 'too_long');

export const AddPhrase = z.object({ phrase });
export type AddPhrase = z.output<typeof AddPhrase>;

/** As people write it, "@Example.com" too; kept in small letters. */
export const AddMailDomain = z.object({
	phrase: z
		.string()
		.transform((text) => text.trim().toLowerCase().replace(/^.*@/, ''))
		.pipe(
			z
				.string()
				.min(1, 'required')
				.max(253, 'too_long')
				.regex(/^([\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,}$/u, 'not_a_domain')
		)
});
export type AddMailDomain = z.output<typeof AddMailDomain>;

export const OneMailDomain = z.object({ id: z.string().max(253, 'not_found') });

const id = z.string().refine(isId, 'not_found');

export const OnePhrase = z.object({ id });
export type OnePhrase = z.output<typeof OnePhrase>;

export const ChangeSource = z.object({
	sourceId: id,
	/** The address that the website names; the same mail box may get inquiries by mail. */
	email: z
		.string()
		.default('')
		.transform((text) => splitAddresses(text))
		.refine((addresses) => addresses.length <= 1, 'not_an_email')
		.transform(([address]) => address ?? null)
		.refine(
			(address) => address === null || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address),
			'not_an_email'
		),
	active: z
		.string()
		.optional()
		.transform((value) => value === 'on')
});
export type ChangeSource = z.output<typeof ChangeSource>;

export const OneSource = z.object({ sourceId: id });
export type OneSource = z.output<typeof OneSource>;
