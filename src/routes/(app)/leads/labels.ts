import type { LeadConversion } from '#lib/features/leads/queries.server.ts';
import { m } from '#lib/messages/messages.js';
import { mergeActs } from '../counterparty/merged.ts';
import type { Acts } from '#lib/ui/record/change-words.ts';

/** Names of a lead's fields, on his page and in his history. */
export const leadLabels = (): Readonly<Record<string, string>> => ({
	firstName: m.contacts_first_name(),
	middleName: m.contacts_middle_name(),
	lastName: m.contacts_last_name(),
	title: m.contacts_job_title(),
	emails: m.records_emails(),
	phones: m.records_phones(),
	companyName: m.leads_company_name(),
	companyEmails: m.leads_company_emails(),
	companyPhones: m.leads_company_phones(),
	website: m.records_website(),
	place: m.records_place(),
	region: m.records_region(),
	district: m.records_district(),
	address: m.records_address(),
	type: m.companies_type(),
	industries: m.companies_industries(),
	source: m.companies_source(),
	tags: m.records_tags(),
	sex: m.contacts_sex(),
	bornOn: m.contacts_born(),
	lastContactOn: m.contacts_last_contact(),
	unsubscribed: m.contacts_unsubscribed(),
	disqualified: m.leads_disqualified(),
	notes: m.records_notes(),
	owner: m.records_owner(),
	department: m.records_department()
});

/** What the commands on leads did, in words that follow a name. */
export const leadActs: Acts = {
	...mergeActs,
	'lead.converted': () => m.leads_act_converted(),
	'lead.conversion_undone': () => m.leads_act_undone()
};

/** What a lead has become, in the order in which one reads it. */
export const becameOf = (conversion: LeadConversion) => [
	...(conversion.contactId && conversion.contactName
		? [{ href: `/contacts/${conversion.contactId}`, name: conversion.contactName }]
		: []),
	...(conversion.companyId && conversion.companyName
		? [{ href: `/companies/${conversion.companyId}`, name: conversion.companyName }]
		: [])
];
