import type { CellFault } from '#lib/features/imports/model.ts';
import {
	type Existing,
	IMPORT_FAILURES,
	type ImportFailure,
	type UploadFault
} from '#lib/features/imports/schema.ts';
import { m } from '#lib/messages/messages.js';
import type { FaultCode } from '#lib/records/values.ts';
import type { Delimiter, Encoding } from '#lib/shared/csv.ts';
import { faultSentence } from '#lib/ui/record/faults.ts';

export const stateWords = {
	uploaded: () => m.imports_state_uploaded(),
	queued: () => m.imports_state_queued(),
	running: () => m.imports_state_running(),
	done: () => m.imports_state_done(),
	cancelled: () => m.imports_state_cancelled(),
	failed: () => m.imports_state_failed(),
	trying: () => m.imports_state_trying(),
	undoing: () => m.imports_state_undoing(),
	undone: () => m.imports_state_undone()
};

export const stateTones = {
	uploaded: 'accent',
	queued: 'info',
	running: 'info',
	done: 'good',
	cancelled: 'neutral',
	failed: 'bad',
	trying: 'info',
	undoing: 'info',
	undone: 'neutral'
} as const;

export const kindWords = {
	company: () => m.imports_kind_company(),
	contact: () => m.imports_kind_contact(),
	lead: () => m.leads_title(),
	deal: () => m.shell_deals()
};

/** What becomes of a row whose record exists already. */
export const existingWords: Record<Existing, () => string> = {
	skip: () => m.imports_existing_skip(),
	update: () => m.imports_existing_update(),
	create: () => m.imports_existing_create()
};

export const outcomeWords = {
	ready: () => m.imports_outcome_ready(),
	flagged: () => m.imports_outcome_flagged(),
	failed: () => m.imports_outcome_failed(),
	repeated: () => m.imports_outcome_repeated()
};

export const outcomeTones = {
	ready: 'good',
	flagged: 'warn',
	failed: 'bad',
	repeated: 'neutral',
	existing: 'neutral'
} as const;

/** What is said of a row beside its faults. */
export const noteWords = {
	failed: () => m.imports_result_failed(),
	flagged: () => m.imports_result_flagged(),
	existing: () => m.imports_result_existing()
};

export const uploadFaultWords: Record<UploadFault, () => string> = {
	no_file: () => m.imports_fault_no_file(),
	too_large: () => m.imports_fault_too_large(),
	broken_upload: () => m.imports_fault_broken_upload(),
	empty: () => m.imports_fault_empty(),
	not_text: () => m.imports_fault_not_text(),
	not_a_workbook: () => m.imports_fault_not_a_workbook(),
	workbook_too_large: () => m.imports_fault_workbook_too_large(),
	too_many_columns: () => m.imports_fault_too_many_columns(),
	no_department: () => m.imports_fault_no_department()
};

const failures: Record<ImportFailure, () => string> = {
	no_rights: () => m.imports_result_no_rights(),
	file_gone: () => m.imports_result_file_gone(),
	refused: () => m.imports_result_refused()
};

/** Why a run stopped, and what is safe. */
export function failureSentence(failure: string | null): string {
	return failures[IMPORT_FAILURES.find((known) => known === failure) ?? 'refused']();
}

export const encodingWords: Record<Encoding, () => string> = {
	utf8: () => m.imports_encoding_utf8(),
	'windows-1252': () => m.imports_encoding_windows_1252(),
	'windows-1250': () => m.imports_encoding_windows_1250(),
	'windows-1251': () => m.imports_encoding_windows_1251(),
	'windows-1253': () => m.imports_encoding_windows_1253(),
	'windows-1254': () => m.imports_encoding_windows_1254(),
	'iso-8859-2': () => m.imports_encoding_iso_8859_2(),
	'iso-8859-15': () => m.imports_encoding_iso_8859_15(),
	macintosh: () => m.imports_encoding_macintosh(),
	ibm850: () => m.imports_encoding_ibm850(),
	utf16le: () => m.imports_encoding_utf16le(),
	utf16be: () => m.imports_encoding_utf16be(),
	shift_jis: () => m.imports_encoding_shift_jis(),
	gb18030: () => m.imports_encoding_gb18030(),
	big5: () => m.imports_encoding_big5(),
	'euc-kr': () => m.imports_encoding_euc_kr()
};

export const delimiterWords: Record<Delimiter, () => string> = {
	',': () => m.imports_delimiter_comma(),
	';': () => m.imports_delimiter_semicolon(),
	'\t': () => m.imports_delimiter_tab(),
	'|': () => m.imports_delimiter_pipe()
};

const TARGETS: Readonly<Record<string, () => string>> = {
	fullName: () => m.imports_target_fullName(),
	firstName: () => m.imports_target_firstName(),
	middleName: () => m.imports_target_middleName(),
	lastName: () => m.imports_target_lastName(),
	title: () => m.imports_target_title(),
	company: () => m.imports_target_company(),
	name: () => m.imports_target_name(),
	alternativeNames: () => m.imports_target_alternativeNames(),
	website: () => m.imports_target_website(),
	emails: () => m.imports_target_emails(),
	phones: () => m.imports_target_phones(),
	country: () => m.imports_target_country(),
	city: () => m.imports_target_city(),
	region: () => m.records_region(),
	district: () => m.records_district(),
	address: () => m.imports_target_address(),
	registrationNumber: () => m.imports_target_registrationNumber(),
	sex: () => m.contacts_sex(),
	bornOn: () => m.contacts_born(),
	lastContactOn: () => m.contacts_last_contact(),
	unsubscribed: () => m.contacts_unsubscribed(),
	type: () => m.imports_target_type(),
	industries: () => m.imports_target_industries(),
	source: () => m.imports_target_source(),
	tags: () => m.imports_target_tags(),
	notes: () => m.imports_target_notes(),
	owner: () => m.imports_target_owner(),
	number: () => m.imports_target_number(),
	companyName: () => m.leads_company_name(),
	companyEmails: () => m.leads_company_emails(),
	companyPhones: () => m.leads_company_phones(),
	disqualified: () => m.leads_disqualified(),
	stage: () => m.deals_stage(),
	pipeline: () => m.deals_pipeline(),
	nextStep: () => m.deals_next_step(),
	nextStepOn: () => m.deals_next_step_on(),
	amount: () => m.deals_amount(),
	currency: () => m.exports_currency(),
	important: () => m.deals_important(),
	coOwners: () => m.deals_co_owners(),
	contact: () => m.deals_contact()
};

export const targetLabel = (key: string): string => TARGETS[key]?.() ?? key;

type OwnCode = Exclude<CellFault['code'], FaultCode>;
const CELLS: Record<OwnCode, (params: NonNullable<CellFault['params']>) => string> = {
	unclosed_quote: () => m.imports_cell_unclosed_quote(),
	row_too_long: () => m.imports_cell_row_too_long(),
	too_many_cells: () => m.imports_cell_too_many_cells(),
	unreadable: () => m.imports_cell_unreadable(),
	unknown_country: () => m.imports_cell_unknown_country(),
	unknown_company: () => m.imports_cell_unknown_company(),
	several_companies: () => m.imports_cell_several_companies(),
	unknown_owner: () => m.imports_cell_unknown_owner(),
	unknown_name: ({ name }) =>
		name === undefined
			? m.imports_cell_unknown_name()
			: m.imports_cell_unknown_name_named({ name }),
	missing_email: () => m.imports_cell_missing_email(),
	missing_company: () => m.imports_cell_missing_company(),
	city_alone: () => m.imports_cell_city_alone(),
	unknown_contact: () => m.imports_cell_unknown_contact(),
	several_contacts: () => m.imports_cell_several_contacts(),
	unknown_pipeline: () => m.imports_cell_unknown_pipeline(),
	unknown_stage: () => m.imports_cell_unknown_stage(),
	no_pipeline: () => m.imports_cell_no_pipeline(),
	currency_alone: () => m.imports_cell_currency_alone(),
	not_a_number: () => m.imports_cell_not_a_number(),
	exists: () => m.imports_cell_exists(),
	several_exist: () => m.imports_cell_several_exist(),
	not_allowed: () => m.imports_cell_not_allowed()
};

/** What is wrong with a cell or row, in one sentence. */
export function cellSentence({ code, params = {} }: CellFault): string {
	return isOwn(code) ? CELLS[code](params) : faultSentence({ code, params });
}

const isOwn = (code: CellFault['code']): code is OwnCode => code in CELLS;

const PROBLEMS: Readonly<Record<string, () => string>> = {
	no_name: () => m.imports_problem_no_name(),
	already_begun: () => m.imports_problem_already_begun(),
	already_ended: () => m.imports_problem_already_ended(),
	not_undoable: () => m.imports_problem_not_undoable()
};

/** Why the whole import cannot start or stop. */
export const problemSentence = (code: string, target?: string): string =>
	code === 'target_twice'
		? m.imports_problem_target_twice({ target: targetLabel(target ?? '') })
		: (PROBLEMS[code]?.() ?? code);
