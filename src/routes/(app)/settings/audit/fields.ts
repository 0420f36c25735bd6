import { GRANTABLE_RIGHTS } from '#lib/features/users/standard-rights.ts';
import { m } from '#lib/messages/messages.js';
import { NOUNS, verbWord } from '../roles/words.ts';

/** Names of the fields of what is no record: a person, a list, the installation. */
const FIELDS: Readonly<Record<string, () => string>> = {
	name: m.users_name,
	email: m.users_email,
	language: m.users_language,
	timeZone: m.users_time_zone,
	phone: m.access_people_phone,
	colorScheme: m.users_color_scheme,
	viewPrivately: m.history_private,
	currentDepartmentId: m.shell_department,
	departmentIds: m.users_departments,
	roleIds: m.users_roles,
	active: m.audit_field_active,
	secondFactor: m.access_factor_title,
	defaultCountry: m.settings_department_country,
	defaultCurrency: m.settings_department_currency,
	worksGlobally: m.settings_department_global,
	position: m.audit_field_position,
	outcome: m.audit_field_outcome,
	isDefault: m.settings_stage_first,
	isSecondDefault: m.settings_stage_second,
	isConditionalSuccess: m.settings_stage_as_won,
	staleAfterDays: m.settings_stage_stale_after,
	probability: m.settings_stage_probability,
	weight: m.quality_weight,
	notes: m.quality_notes,
	alternatives: m.cities_alternatives,
	countries: m.settings_countries,
	currencies: m.currencies_title,
	bookkeepingCurrency: m.currencies_state,
	marketingCurrency: m.currencies_marketing,
	dailyRates: m.currencies_auto,
	exchangeRate: m.currencies_rate,
	rateProvider: m.currencies_provider,
	workspaceName: m.users_set_up_workspace,
	vat: m.payments_vat,
	marksRepresentation: m.payments_marks_representation,
	fileMb: m.files_limit_file,
	dayMb: m.files_limit_day,
	totalGb: m.files_limit_total,
	'mail.host': m.mail_host,
	'mail.port': m.mail_port,
	'mail.security': m.mail_security,
	'mail.username': m.mail_username,
	'mail.senderName': m.mail_sender_name,
	'mail.senderAddress': m.mail_sender_address,
	'mail.address': m.mail_address
};

/** A field of such an object in words, or a role's right; one that is not known is called as it is. */
export function settingsField(kind: string, field: string): string {
	const right = kind === 'role' ? GRANTABLE_RIGHTS.find(({ name }) => name === field) : undefined;
	if (right) return `${NOUNS[right.entity]()}: ${verbWord(right.entity, right.verb)}`;
	return (FIELDS[field] ?? (() => field))();
}

/** The fields that have words. */
export const FIELD_NAMES: readonly string[] = Object.keys(FIELDS);
