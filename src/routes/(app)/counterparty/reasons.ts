import type { Doubt, Reason } from '#lib/features/matching/model.ts';
import { m } from '#lib/messages/messages.js';

const REASONS: Readonly<Record<Reason, () => string>> = {
	same_email: m.matching_reason_same_email,
	same_phone: m.matching_reason_same_phone,
	same_name: m.matching_reason_same_name,
	same_first_name: m.matching_reason_same_first_name,
	same_company: m.matching_reason_same_company,
	company_of_person: m.matching_reason_company_of_person,
	same_company_name: m.matching_reason_same_company_name,
	nearly_same_company_name: m.matching_reason_nearly_same_company_name,
	same_alternative_name: m.matching_reason_same_alternative_name,
	same_website: m.matching_reason_same_website,
	same_mail_domain: m.matching_reason_same_mail_domain,
	same_country: m.matching_reason_same_country
};
const DOUBTS: Readonly<Record<Doubt, () => string>> = {
	other_last_name: m.matching_doubt_other_last_name,
	other_first_name: m.matching_doubt_other_first_name,
	other_email: m.matching_doubt_other_email,
	other_country: m.matching_doubt_other_country,
	other_company: m.matching_doubt_other_company
};

/** What speaks for it that two records mean the same. */
export const reasonWord = (reason: Reason) => REASONS[reason]();
/** What speaks against it. */
export const doubtWord = (doubt: Doubt) => DOUBTS[doubt]();
