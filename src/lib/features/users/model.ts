import { m } from '#lib/messages/messages.js';
import { PASSWORD_MAX, PASSWORD_MIN } from '#lib/shared/password.ts';

const SENTENCES: Readonly<Record<string, () => string>> = {
	required: m.users_fault_required,
	too_long: m.users_fault_too_long,
	has_nul: m.users_fault_has_nul,
	not_an_email: m.users_fault_not_an_email,
	not_a_choice: m.users_fault_not_a_choice,
	not_a_currency: m.users_fault_not_a_currency,
	not_found: m.users_fault_not_found,
	too_many: m.users_fault_too_many,
	password_too_short: () => m.users_fault_password_too_short({ min: PASSWORD_MIN }),
	password_too_long: () => m.users_fault_password_too_long({ max: PASSWORD_MAX }),
	password_differs: m.users_fault_password_differs,
	wrong_password: m.users_fault_wrong_password,
	wrong_credentials: m.users_fault_wrong_credentials,
	email_taken: m.users_fault_email_taken,
	name_taken: m.users_fault_name_taken,
	wrong_token: m.users_fault_wrong_token,
	yourself: m.users_fault_yourself,
	last_administrator: m.users_fault_last_administrator,
	role_changed: m.users_fault_role_changed,
	in_use: m.users_fault_in_use,
	not_a_domain: m.settings_fault_not_a_domain,
	same_entry: m.settings_fault_same_entry,
	other_department: m.settings_fault_same_entry,
	not_open: m.users_fault_not_open,
	is_default: m.users_fault_is_default,
	is_first: m.settings_fault_is_first,
	last_pipeline: m.settings_fault_last_pipeline,
	not_a_figure: m.settings_fault_not_a_figure,
	is_success: m.users_fault_is_success,
	not_a_weight: m.quality_fault_not_a_weight,
	too_many_keys: m.api_fault_too_many_keys,
	link_is_over: m.access_fault_link_is_over,
	already_invited: m.access_fault_already_invited,
	password_common: m.access_fault_password_common,
	password_personal: m.access_fault_password_personal,
	no_mail: m.access_fault_no_mail,
	waits_already: m.jobs_fault_waits_already,
	wrong_passkey: m.access_fault_wrong_passkey,
	too_many_passkeys: m.access_fault_too_many_passkeys,
	wrong_code: m.access_fault_wrong_code,
	step_is_over: m.access_fault_step_is_over,
	nothing_to_confirm: m.access_fault_nothing_to_confirm,
	app_in_use: m.access_fault_app_in_use,
	no_factor: m.access_fault_no_factor,
	factor_required: m.access_fault_factor_required,
	own_factor_first: m.access_fault_own_factor_first
};

interface Refused {
	readonly faults?: readonly { readonly field: string; readonly code: string }[] | undefined;
	readonly message?: string | undefined;
}

/** The sentence for one field of a refused form, or undefined when that field was fine. */
export function faultOf(form: Refused | null | undefined, field: string): string | undefined {
	const fault = form?.faults?.find((fault) => fault.field === field);
	return fault && sentenceFor(fault.code);
}

/** The sentence that concerns the whole form, or undefined. */
export const formFault = (form: Refused | null | undefined): string | undefined =>
	form?.message ?? faultOf(form, '');

export const sentenceFor = (code: string): string => (SENTENCES[code] ?? m.users_fault_other)();

interface Typed {
	readonly values?: Readonly<Record<string, string | readonly string[]>>;
}

/** What was typed into a refused form, or else the present value. */
export function typed(form: Typed | null | undefined, field: string, present = ''): string {
	const value = form?.values?.[field];
	return typeof value === 'string' ? value : present;
}

/** What was ticked in a refused form. */
export const ticked = (form: Typed | null | undefined, field: string): readonly string[] =>
	[form?.values?.[field] ?? []].flat();

const STANDARD_ROLE_WORDS: Readonly<Record<string, () => string>> = {
	administrator: m.users_role_administrator,
	chief: m.users_role_chief,
	manager: m.users_role_manager,
	operator: m.users_role_operator,
	accountant: m.users_role_accountant,
	task_operator: m.users_role_task_operator,
	department_head: m.users_role_department_head,
	co_worker: m.users_role_co_worker
};

/** A role's name in the reader's language; roles of the company's own keep theirs. */
export const roleName = ({ key, name }: { key: string; name: string }): string =>
	(STANDARD_ROLE_WORDS[key] ?? (() => name))();

export interface Device {
	readonly browser: string | null;
	readonly system: string | null;
	readonly isPhone: boolean;
}

// Order matters: most browsers also claim to be the ones before them.
const BROWSERS: readonly (readonly [RegExp, string])[] = [
	[/Edg(e|A|iOS)?\//, 'Edge'],
	[/OPR\/|Opera/, 'Opera'],
	[/SamsungBrowser\//, 'Samsung Internet'],
	[/Firefox\/|FxiOS\//, 'Firefox'],
	[/HeadlessChrome\/|Chrome\/|CriOS\/|Chromium\//, 'Chrome'],
	[/Safari\//, 'Safari'],
	[/curl\//, 'curl']
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
	[/iPhone/, 'iPhone'],
	[/iPad/, 'iPad'],
	[/Android/, 'Android'],
	[/Windows/, 'Windows'],
	[/Mac OS X|Macintosh/, 'macOS'],
	[/CrOS/, 'ChromeOS'],
	[/Linux/, 'Linux']
];

/** Browser and system that a User-Agent header claims. */
export function deviceOf(userAgent: string): Device {
	const named = (names: typeof BROWSERS) =>
		names.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null;
	const system = named(SYSTEMS);
	const isPhone = system === 'iPhone' || (system === 'Android' && /Mobile/.test(userAgent));
	return { browser: named(BROWSERS), system, isPhone };
}

/** A device in words: "Firefox on Windows"; the reader's, unless they are to be another language's. */
export function deviceName(userAgent: string, as: { readonly locale?: 'en' | 'de' } = {}): string {
	const { browser, system } = deviceOf(userAgent);
	if (!browser && !system) return m.users_session_unknown({}, as);
	if (!system) return browser ?? m.users_session_unknown({}, as);
	const named = browser ?? m.users_session_unknown_browser({}, as);
	return m.users_session_device({ browser: named, system }, as);
}
