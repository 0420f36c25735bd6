import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';
import type { Scope } from '#lib/shared/actor.ts';
import { PASSWORD_MAX, PASSWORD_MIN } from '#lib/shared/password.ts';
import { GRANTABLE_RIGHTS, type RightName } from './standard-rights.ts';

export const LANGUAGES = ['en', 'de'] as const;
export const COLOR_SCHEMES = ['system', 'light', 'dark'] as const;

const id = z.string().refine(isId, 'not_found');
const ids = z.preprocess(
	(value) => (value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value]),
	z.array(id).max(100, 'too_many')
);
const name = z
	.string()
	.refine((text) => !text.includes('\0'), 'has_nul')
	.trim()
	.min(1, 'required')
	.max(120, 'too_long');
export const emailAddress = z
	.string()
	.trim()
	.toLowerCase()
	.min(1, 'required')
	.max(254, 'too_long')
	.pipe(z.email('not_an_email'));
export const newPassword = z
	.string()
	.min(PASSWORD_MIN, 'password_too_short')
	.max(PASSWORD_MAX, 'password_too_long');

/** A box of a form: there when it is ticked. */
const ticked = z.preprocess((value) => value === 'on', z.boolean());

export const SignIn = z.object({
	email: emailAddress,
	password: z.string().min(1, 'required').max(PASSWORD_MAX, 'password_too_long')
});

export const AddUser = z.object({
	name,
	email: emailAddress,
	password: newPassword,
	departmentIds: ids,
	roleIds: ids
});
export type AddUser = z.output<typeof AddUser>;

export const InviteUser = z.object({
	name: name.or(z.literal('')).default(''),
	email: emailAddress,
	departmentIds: ids,
	roleIds: ids
});
export type InviteUser = z.output<typeof InviteUser>;

export const OneInvitation = z.object({ invitationId: id });

const token = z.string().max(100, 'link_is_over');

export const AcceptInvitation = z.object({
	token,
	name,
	password: newPassword,
	language: z.enum(LANGUAGES, 'not_a_choice'),
	timeZone: z.string().refine(isTimeZone, 'not_a_choice')
});
export type AcceptInvitation = z.output<typeof AcceptInvitation>;

export const RequestPasswordLink = z.object({ email: emailAddress });

/** What an address of the directory asks for. */
export const DirectoryQuery = z.object({
	q: z.string().trim().max(100).default('').catch(''),
	departmentId: id.nullable().default(null).catch(null)
});

export const OneUser = z.object({ userId: id });

export const ChangeUser = z.object({ userId: id, departmentIds: ids, roleIds: ids });

export const SaveProfile = z.object({
	name,
	language: z.enum(LANGUAGES, 'not_a_choice'),
	timeZone: z.string().refine(isTimeZone, 'not_a_choice'),
	phone: z
		.string()
		.refine((text) => !text.includes('\0'), 'has_nul')
		.trim()
		.max(40, 'too_long')
		.default('')
		.transform((text) => text || null),
	colorScheme: z.enum(COLOR_SCHEMES, 'not_a_choice'),
	viewPrivately: ticked
});

const givenRights = z.partialRecord(
	z.custom<RightName>((name) => GRANTABLE_RIGHTS.some((right) => right.name === name)),
	z.enum(['own', 'department', 'all'])
);

/** What a role is to give from now on; null takes a right away, what is absent stays as it is. */
export type WishedRights = Readonly<Partial<Record<RightName, Scope | null>>>;

/** A choice for each right by its name, and in `seen` what the form showed when it was opened. */
export const ChangeRole = z
	.object({
		roleId: id,
		seen: z.string().transform(parseJson).pipe(givenRights),
		...Object.fromEntries(
			GRANTABLE_RIGHTS.map(({ name, scopes }) => [
				name,
				z
					.enum(['', ...scopes], 'not_a_choice')
					.transform((scope) => scope || null)
					.optional()
			])
		)
	})
	.transform(({ roleId, seen, ...rights }) => ({
		roleId,
		seen,
		// Nothing but the choices is left.
		rights: rights as WishedRights
	}));

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

const isRepeated = (input: { readonly newPassword: string; readonly repeatedPassword: string }) =>
	input.newPassword === input.repeatedPassword;
const differs = { path: ['repeatedPassword'], message: 'password_differs' };

export const ChoosePassword = z
	.object({ token, newPassword, repeatedPassword: z.string(), keepKeys: ticked })
	.refine(isRepeated, differs);

export const ChangePassword = z
	.object({
		currentPassword: z.string().min(1, 'required').max(PASSWORD_MAX, 'password_too_long'),
		newPassword,
		repeatedPassword: z.string()
	})
	.refine(isRepeated, differs);

/** For commands that ask once more who sits there. */
export const ProvePassword = z.object({
	currentPassword: z.string().min(1, 'required').max(PASSWORD_MAX, 'password_too_long')
});

/** Of an app, or a recovery code. */
export const FactorCode = z.object({
	code: z.string().trim().min(1, 'required').max(60, 'wrong_code')
});

const answer = z.string().max(20_000, 'wrong_passkey').transform(parseJson);

/** What a device answered that made a passkey. */
export const AddPasskey = z.object({ name, response: answer });

/** What a device answered that proves who somebody is. */
export const UsePasskey = z.object({ response: answer });

export const RemovePasskey = ProvePassword.extend({ passkeyId: id });

export const RequireFactor = z.object({ roleId: id, required: ticked });

/** For commands that need nothing but the actor. */
export const NoInput = z.object({});

export const OneSession = z.object({ sessionId: id });

/** For how many days a key may be used; as often as nobody is asked again, it should end by itself. */
export const KEY_DAYS = ['30', '90', '365', ''] as const;

export const CreateApiKey = z.object({
	name,
	access: z.enum(['read', 'write'], 'not_a_choice'),
	days: z.enum(KEY_DAYS, 'not_a_choice').transform((days) => (days === '' ? null : Number(days)))
});
export type CreateApiKey = z.output<typeof CreateApiKey>;

export const OneApiKey = z.object({ keyId: id });

export const ChooseDepartment = z.object({
	departmentId: z.preprocess((value) => (value === '' ? null : value), id.nullable())
});

export const ChooseColorScheme = z.object({
	colorScheme: z.enum(COLOR_SCHEMES, 'not_a_choice')
});

export const ViewPrivately = z.object({ viewPrivately: ticked });

/** True for a time zone name that this platform knows, such as "Europe/Berlin". */
export function isTimeZone(value: string): boolean {
	try {
		new Intl.DateTimeFormat('en', { timeZone: value });
		return /^[A-Za-z]/.test(value);
	} catch {
		return false;
	}
}
