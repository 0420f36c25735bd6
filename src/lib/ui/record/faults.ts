import { m } from '#lib/messages/messages.js';
import type { FaultCode } from '#lib/records/values.ts';

const SENTENCES: Record<FaultCode, (params: Record<string, string | number>) => string> = {
	required: () => m.records_fault_required(),
	too_long: ({ max = '' }) =>
		max === '' ? m.records_fault_too_long() : m.records_fault_too_long_max({ max }),
	not_text: () => m.records_fault_not_text(),
	has_nul: () => m.records_fault_has_nul(),
	not_an_email: () => m.records_fault_not_an_email(),
	not_a_phone: () => m.records_fault_not_a_phone(),
	not_a_website: () => m.records_fault_not_a_website(),
	not_a_day: () => m.records_fault_not_a_day(),
	not_a_flag: () => m.records_fault_not_a_flag(),
	not_a_choice: () => m.records_fault_not_a_choice(),
	not_money: () => m.records_fault_not_money(),
	money_out_of_range: () => m.records_fault_money_out_of_range(),
	not_a_currency: () => m.records_fault_not_a_currency(),
	not_a_place: () => m.records_fault_not_a_place(),
	city_without_country: () => m.records_fault_city_without_country(),
	not_a_reference: () => m.records_fault_not_a_reference(),
	not_found: () => m.records_fault_not_found(),
	too_many: () => m.records_fault_too_many(),
	not_rich_text: () => m.records_fault_not_rich_text(),
	not_writable: () => m.records_fault_not_writable(),
	stage_closed: () => m.records_fault_stage_closed(),
	unknown_field: () => m.records_fault_unknown_field(),
	belongs_together: () => m.records_fault_belongs_together(),
	stale: () => m.records_fault_stale(),
	in_the_past: () => m.records_fault_in_the_past(),
	subtasks_open: () => m.records_fault_subtasks_open()
};

/** A refusal as parsers, the server and forms hand it out. */
export interface RefusedValue {
	readonly code: FaultCode;
	readonly params?: Readonly<Record<string, string | number>> | undefined;
}

/** Why a value was refused, in one sentence. */
export const faultSentence = ({ code, params }: RefusedValue): string =>
	SENTENCES[code]({ ...params });

/** True for the codes of field faults; commands have refusals of their own. */
export const isFaultCode = (code: string): code is FaultCode => code in SENTENCES;
