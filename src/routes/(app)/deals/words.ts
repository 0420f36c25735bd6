import { statusOf } from '#lib/features/deals/model.ts';
import { itemActs } from '#lib/features/shipments/model.ts';
import { paymentActs } from '#lib/features/payments/model.ts';
import type { ListColumn, ListFilter } from '#lib/ui/list/column.ts';
import type { Refusal } from '#lib/server/web/action.ts';
import { PANEL } from '#lib/ui/record/beside.ts';
import { m } from '#lib/messages/messages.js';
import { z } from 'zod';

interface Named {
	readonly id: string;
	readonly name: string;
}

type Choices = Readonly<Record<'pipelines' | 'tags' | 'colleagues' | 'reasons', readonly Named[]>>;

type Filters = Readonly<Record<string, string>>;

/** The two ways to look at deals. */
export const sectionTabs = (current: 'list' | 'board') => [
	{ href: '/deals', label: m.deals_list(), current: current === 'list' },
	{ href: '/deals/board', label: m.deals_board(), current: current === 'board' }
];

/** Open or how it ended; and what only ended deals have, as soon as they are shown. */
function endFilters({ reasons }: Choices, filters: Filters): ListFilter[] {
	const usual = statusOf({ ...filters, status: undefined });
	const statuses = [
		{ value: 'open', label: m.deals_status_open() },
		{ value: 'won', label: m.deals_closed_won() },
		{ value: 'lost', label: m.deals_closed_lost() },
		{ value: 'irrelevant', label: m.deals_closed_irrelevant() },
		{ value: 'all', label: m.deals_status_all() }
	];
	const isAmong = (value: string) => value !== usual || value === filters.status;
	const status: ListFilter = {
		...{ name: 'status', label: m.deals_status() },
		unset: usual === 'open' ? m.deals_status_open() : m.deals_status_all(),
		options: statuses.filter(({ value }) => isAmong(value))
	};
	const asked = ['reason', 'closedFrom', 'closedUntil'].some((name) => filters[name]);
	if (statusOf(filters) === 'open' && !asked) return [status];
	return [
		status,
		{ name: 'reason', label: m.deals_reason(), options: optionsOf(reasons) },
		{ name: 'closedFrom', label: m.deals_closed_from(), options: [], isDay: true },
		{ name: 'closedUntil', label: m.deals_closed_until(), options: [], isDay: true }
	];
}

export function boardFilters(choices: Choices, filters: Filters): ListFilter[] {
	const { pipelines, tags, colleagues } = choices;
	return [
		...endFilters(choices, filters),
		...(pipelines.length > 1
			? [{ name: 'pipeline', label: m.deals_pipeline(), options: optionsOf(pipelines) }]
			: []),
		{
			name: 'owner',
			label: m.deals_owner(),
			options: [
				{ value: 'me', label: m.deals_owner_me() },
				{ value: 'nobody', label: m.deals_owner_nobody() },
				...optionsOf(colleagues)
			]
		},
		{
			name: 'step',
			label: m.deals_step(),
			options: [
				{ value: 'late', label: m.deals_step_late() },
				{ value: 'today', label: m.deals_step_today() },
				{ value: 'coming', label: m.deals_step_coming() }
			]
		},
		{
			name: 'important',
			label: m.deals_important(),
			options: [{ value: '1', label: m.deals_important_only() }]
		},
		{ name: 'tag', label: m.deals_tags(), options: optionsOf(tags) }
	];
}

export const listFilters = (
	choices: Choices & Readonly<Record<'stages' | 'industries', readonly Named[]>>,
	filters: Filters
): ListFilter[] => [
	{ name: 'stage', label: m.deals_stage(), options: optionsOf(choices.stages) },
	...boardFilters(choices, filters),
	...(choices.industries.length > 0
		? [
				{
					name: 'industry',
					label: m.companies_industries(),
					options: optionsOf(choices.industries)
				}
			]
		: [])
];

export const NAME_COLUMN = (): ListColumn => ({
	name: 'name',
	label: m.deals_name(),
	sort: 'name'
});

export const listColumns = (): readonly ListColumn[] => [
	{ name: 'number', label: m.deals_number(), sort: 'number' },
	{ name: 'stage', label: m.deals_stage() },
	{ name: 'ended', label: m.deals_ended_column() },
	{ name: 'signals', label: m.deals_signals() },
	{ name: 'amount', label: m.deals_amount(), align: 'end' },
	{ name: 'company', label: m.deals_company() },
	{ name: 'contact', label: m.deals_contact() },
	{ name: 'nextStep', label: m.deals_next_step(), sort: 'nextStep' },
	{ name: 'owner', label: m.deals_owner() },
	{ name: 'tags', label: m.deals_tags() },
	{ name: 'pipeline', label: m.deals_pipeline() },
	{ name: 'department', label: m.deals_department() },
	{ name: 'created', label: m.deals_created(), sort: 'created' },
	{ name: 'updated', label: m.deals_updated(), sort: 'updated' }
];

/** Names of a deal's fields, for its history. */
export const fieldLabels = (): Readonly<Record<string, string>> => ({
	name: m.deals_name(),
	stage: m.deals_stage(),
	nextStep: m.deals_next_step(),
	nextStepOn: m.deals_next_step_on(),
	amount: m.deals_amount(),
	important: m.deals_important(),
	coOwners: m.deals_co_owners(),
	tags: m.deals_tags(),
	notes: m.deals_notes(),
	pipeline: m.deals_pipeline(),
	company: m.deals_company(),
	contact: m.deals_contact(),
	lead: m.leads_one(),
	partner: m.deals_partner(),
	owner: m.deals_owner(),
	department: m.deals_department()
});

const OUTCOMES: Readonly<Record<string, () => string>> = {
	won: m.deals_closed_won,
	lost: m.deals_closed_lost,
	irrelevant: m.deals_closed_irrelevant
};

interface Told {
	readonly old: unknown;
	readonly new: unknown;
}

const Note = z.object({ signal: z.string(), weight: z.number() });

/** What an act says of the quality of a deal. */
function noteIn(told: unknown) {
	const { signal, weight } = Note.catch({ signal: '?', weight: 0 }).parse(told);
	return { signal, weight: `${weight > 0 ? '+' : ''}${weight}` };
}

const Closing = z.object({ outcome: z.string(), reason: z.string().nullable() });

/** The end that an act tells of, with its reason where one was chosen. */
function endIn({ new: told }: { readonly new: unknown }) {
	const { data } = Closing.safeParse(told);
	return {
		outcome: outcomeWord(data?.outcome ?? ''),
		reason: data?.outcome === 'lost' ? data.reason : null
	};
}

/** How a deal has ended, in one word. */
export const outcomeWord = (outcome: string) => (OUTCOMES[outcome] ?? m.deals_closed_lost)();

/** Says of a deal that it has just ended. */
export const endedSentence = (name: string, outcome: string) =>
	m.deals_ended({ name, outcome: outcomeWord(outcome) });

/** What the commands on deals did, in words that follow a name. */
export const dealActs: Readonly<Record<string, (change: Told) => string>> = {
	'deal.closed'(change) {
		const { outcome, reason } = endIn(change);
		return reason ? m.deals_act_closed_for({ outcome, reason }) : m.deals_act_closed({ outcome });
	},
	'deal.closing_changed'(change) {
		const { outcome, reason } = endIn(change);
		return reason
			? m.deals_act_closing_changed_for({ outcome, reason })
			: m.deals_act_closing_changed({ outcome });
	},
	'quality.noted': ({ new: told }) => m.quality_act_noted(noteIn(told)),
	'quality.taken_back': ({ old: told }) => m.quality_act_taken_back(noteIn(told)),
	'deal.reopened': () => m.deals_act_reopened(),
	'deal.begun_from_request': () => m.requests_act_deal_begun(),
	...itemActs,
	...paymentActs
};

const REFUSALS: Readonly<Record<string, () => string>> = {
	contact_elsewhere: m.deals_fault_contact_elsewhere,
	lead_or_contact: m.leads_fault_lead_or_contact,
	owner_not_member: m.deals_fault_owner_not_member,
	foreign_department: m.deals_fault_foreign_department,
	no_pipeline: m.deals_fault_no_pipeline,
	no_stage: m.deals_fault_no_stage,
	amount_needed: m.deals_fault_amount_needed,
	reason_needed: m.deals_fault_reason_needed,
	no_success_reason: m.deals_fault_no_success_reason,
	no_won_stage: m.deals_fault_no_won_stage,
	already_closed: m.deals_fault_already_closed,
	not_closed: m.deals_fault_not_closed,
	closed: m.deals_fault_closed,
	signal_unknown: m.quality_fault_signal_unknown,
	event_gone: m.quality_fault_event_gone,
	not_a_weight: m.quality_fault_not_a_weight,
	forecasts_left: m.payments_forecasts_left
};

/** Why a command on a deal was refused, in one sentence. */
export const refusalSentence = (code: string | undefined): string =>
	(REFUSALS[code ?? ''] ?? m.deals_fault_other)();

const optionsOf = (named: readonly Named[]) =>
	named.map(({ id, name }) => ({ value: id, label: name }));

interface Ending {
	readonly outcome: string;
	readonly reasonId: string;
}

/** How a deal was to be ended while money was still expected of it, so that it can be said on purpose; or null. */
export function forecastsLeft(refusal: Refusal | null): Ending | null {
	if (!refusal?.faults.some(({ code }) => code === 'forecasts_left')) return null;
	const { outcome, reasonId = '' } = refusal.values;
	return { outcome: String(outcome), reasonId: String(reasonId) };
}

const Ended = z.object({
	ended: z.object({
		dealId: z.string(),
		was: z.object({ outcome: z.string(), reasonId: z.string().nullable() }).optional()
	})
});

/** The deal that a form has just ended, and how it had ended before; or null. */
export const endingIn = (form: object | null) => Ended.safeParse(form).data?.ended ?? null;

/** The refusal among what a form action may answer. */
export function refusalOf(form: object | null): Refusal | null {
	if (form === null || !('faults' in form)) return null;
	// Only `refuse` answers with faults; panels beside the record show their own.
	const refusal = form as Refusal;
	return PANEL in (refusal.values ?? {}) ? null : refusal;
}
