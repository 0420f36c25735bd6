import type { Choices } from '#lib/features/companies/queries.server.ts';
import { VIEWS, type View } from '#lib/features/requests/schema.ts';
import { listHref, type ListQuery } from '#lib/shared/list-query.ts';
import { isFaultCode } from '#lib/ui/record/faults.ts';
import type { Acts } from '#lib/ui/record/change-words.ts';
import type { ListColumn, ListFilter } from '#lib/ui/list/column.ts';
import { m } from '#lib/messages/messages.js';
import { departmentFilter, optionsOf, ownerFilter } from '../counterparty/choices.ts';
import { phrase } from '../counterparty/phrase.ts';

/** Names of a request's fields, on its page and in its history. */
export const requestLabels = (): Readonly<Record<string, string>> => ({
	requestFor: m.requests_for(),
	firstName: m.contacts_first_name(),
	middleName: m.contacts_middle_name(),
	lastName: m.contacts_last_name(),
	companyName: m.requests_company_name(),
	emails: m.records_emails(),
	phones: m.records_phones(),
	website: m.records_website(),
	place: m.records_place(),
	source: m.companies_source(),
	receivedOn: m.requests_received_on(),
	products: m.products_title(),
	description: m.requests_description(),
	translation: m.requests_translation(),
	notes: m.requests_remark(),
	contact: m.requests_contact(),
	company: m.contacts_company(),
	lead: m.requests_lead(),
	deal: m.requests_deal(),
	pending: m.requests_view_pending(),
	subsequent: m.requests_subsequent(),
	duplicate: m.requests_duplicate(),
	case: m.requests_case(),
	toVerify: m.requests_to_verify(),
	owner: m.records_owner(),
	coOwner: m.requests_co_owner(),
	department: m.records_department()
});

/** Every column of the list of requests, in order; the first, what is asked for, is always there. */
export const requestColumns = (): readonly ListColumn[] => [
	{ name: 'number', label: m.records_number(), sort: 'number', align: 'end' },
	{ name: 'waiting', label: m.requests_waiting() },
	{ name: 'person', label: m.requests_person() },
	{ name: 'company', label: m.contacts_company() },
	{ name: 'email', label: m.records_emails() },
	{ name: 'phone', label: m.records_phones() },
	{ name: 'place', label: m.records_place() },
	{ name: 'source', label: m.companies_source() },
	{ name: 'status', label: m.requests_status() },
	{ name: 'received', label: m.requests_received_on(), sort: 'received' },
	{ name: 'owner', label: m.records_owner() },
	{ name: 'department', label: m.records_department() },
	{ name: 'ticket', label: m.requests_ticket() },
	{ name: 'created', label: m.records_created(), sort: 'created' },
	{ name: 'updated', label: m.records_updated(), sort: 'updated' }
];

export const requestName = (): ListColumn => ({
	name: 'requestFor',
	label: m.requests_for(),
	sort: 'name'
});

export const requestFilters = (choices: Choices): readonly ListFilter[] => [
	...departmentFilter(choices),
	ownerFilter(choices),
	{ name: 'source', label: m.companies_source(), options: optionsOf(choices.sources) },
	{
		name: 'status',
		label: m.requests_status(),
		options: [
			{ value: 'pending', label: m.requests_view_pending() },
			{ value: 'deal', label: m.requests_status_deal() },
			{ value: 'duplicate', label: m.requests_duplicate() },
			{ value: 'case', label: m.requests_case() },
			{ value: 'verify', label: m.requests_to_verify() }
		]
	}
];

const VIEW_WORDS: Readonly<Record<View, () => string>> = {
	inbox: m.requests_view_inbox,
	mine: m.requests_view_mine,
	pending: m.requests_view_pending,
	all: m.requests_view_all
};

/** The ways to look at requests, with how many wait in each. */
export const viewTabs = (
	url: URL,
	{ filters }: ListQuery,
	counts: Readonly<Partial<Record<View, number>>>
) =>
	VIEWS.map((view) => {
		const count = counts[view];
		return {
			href: listHref(url, { view, sort: null, trash: null, q: null, owner: null, status: null }),
			label: VIEW_WORDS[view](),
			current: filters.view === view,
			...(count === undefined ? {} : { count })
		};
	});

interface Standing {
	readonly pending: boolean;
	readonly duplicate: boolean;
	readonly isCase: boolean;
	readonly dealId: string | null;
}

/** What has become of a request, in words and with the tone of its badge. */
export function standingOf({ pending, duplicate, isCase, dealId }: Standing) {
	if (duplicate) return { word: m.requests_duplicate, tone: 'neutral' } as const;
	if (isCase) {
		return pending
			? ({ word: m.requests_case_open, tone: 'info' } as const)
			: ({ word: m.requests_case_closed, tone: 'neutral' } as const);
	}
	if (dealId !== null) return { word: m.requests_status_deal, tone: 'good' } as const;
	return { word: m.requests_view_pending, tone: 'warn' } as const;
}

const ACTS: Readonly<Record<string, () => string>> = {
	links_verified: m.requests_act_verified,
	marked_duplicate: m.requests_act_duplicate,
	unmarked_duplicate: m.requests_act_not_duplicate,
	marked_case: m.requests_act_case,
	unmarked_case: m.requests_act_not_case,
	case_closed: m.requests_act_closed,
	case_activated: m.requests_act_activated,
	copied: m.requests_act_copied,
	deal_created: m.requests_act_deal_created
};

/** What the commands on requests did, in words that follow a name. */
export const requestActs: Acts = Object.fromEntries(
	Object.entries(ACTS).map(([act, word]) => [`request.${act}`, () => word()])
);

const REFUSALS: Readonly<Record<string, () => string>> = {
	contact_elsewhere: m.requests_fault_contact_elsewhere,
	deal_elsewhere: m.requests_fault_deal_elsewhere,
	client_elsewhere: m.requests_fault_client_elsewhere,
	co_owner_not_member: m.requests_fault_co_owner_not_member,
	co_owner_is_owner: m.requests_fault_co_owner_is_owner,
	lead_or_contact: m.requests_fault_lead_or_contact,
	lead_refused: m.requests_fault_lead_refused,
	has_deal: m.requests_fault_has_deal,
	deal_in_trash: m.requests_fault_deal_in_trash,
	is_case: m.requests_fault_is_case,
	is_duplicate: m.requests_fault_is_duplicate,
	country_needed: m.requests_fault_country_needed,
	products_needed: m.requests_fault_products_needed,
	no_counterparty: m.requests_fault_no_counterparty,
	has_contact: m.requests_fault_has_contact,
	name_needed: m.requests_fault_name_needed,
	contact_refused: m.requests_fault_contact_refused,
	company_refused: m.requests_fault_company_refused,
	no_pipeline: m.deals_fault_no_pipeline,
	no_stage: m.deals_fault_no_stage,
	closed: m.deals_fault_closed,
	deal_not_moved: m.requests_fault_deal_not_moved,
	// Somebody else has just done it, or undone it: the page shows how it is.
	not_duplicate: m.requests_fault_meanwhile,
	not_case: m.requests_fault_meanwhile,
	case_closed: m.requests_fault_meanwhile,
	case_open: m.requests_fault_meanwhile
};

/** Why a command on a request was refused, in one sentence. */
export const requestRefusal = (fault: Parameters<typeof phrase>[0]): string =>
	(isFaultCode(fault.code) ? undefined : REFUSALS[fault.code]?.()) ?? phrase(fault);

/** What is said where a view of the requests holds none. */
export function noneYet(view: string | undefined): { title: string; text: string } {
	switch (view) {
		case 'inbox':
			return { title: m.requests_inbox_empty_title(), text: m.requests_inbox_empty_text() };
		case 'mine':
			return { title: m.requests_mine_empty_title(), text: m.requests_mine_empty_text() };
		default:
			return { title: m.requests_empty_title(), text: m.requests_empty_text() };
	}
}
