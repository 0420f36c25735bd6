import { faultSentence, isFaultCode } from '#lib/ui/record/faults.ts';
import { m } from '#lib/messages/messages.js';

const REFUSALS: Readonly<Record<string, () => string>> = {
	department_required: () => m.companies_fault_department_required(),
	foreign_department: () => m.companies_fault_foreign_department(),
	owner_not_member: () => m.companies_fault_owner_not_member(),
	follows_company: () => m.companies_fault_follows_company(),
	no_name: () => m.contacts_fault_no_name(),
	several_companies: () => m.leads_fault_several_companies(),
	several_contacts: () => m.leads_fault_several_contacts(),
	company_name_needed: () => m.leads_fault_company_name_needed(),
	contact_elsewhere: () => m.leads_fault_contact_elsewhere(),
	already_converted: () => m.leads_fault_already_converted(),
	not_converted: () => m.leads_fault_not_converted(),
	responsible_not_choosable: () => m.work_fault_responsible_not_choosable(),
	co_owner_not_choosable: () => m.work_fault_co_owner_not_choosable(),
	one_responsible: () => m.work_fault_one_responsible(),
	has_subtasks: () => m.work_fault_has_subtasks(),
	product_in_use: () => m.products_fault_in_use(),
	same_record: () => m.merge_fault_same_record(),
	merged_away: () => m.merge_fault_merged_away(),
	too_late: () => m.merge_fault_too_late(),
	not_merged: () => m.merge_fault_not_merged(),
	main_in_trash: () => m.work_fault_main_in_trash()
};

/** Why a record was not saved as it was entered, in one sentence. */
export function phrase({
	code,
	params
}: {
	readonly code: string;
	readonly params?: Readonly<Record<string, string | number>>;
}): string {
	if (isFaultCode(code)) return faultSentence(params ? { code, params } : { code });
	return REFUSALS[code]?.() ?? m.records_refused_without_reason();
}
