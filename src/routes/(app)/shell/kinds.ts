import { companyKind } from '#lib/features/companies/record.ts';
import { contactKind } from '#lib/features/contacts/record.ts';
import { dealKind } from '#lib/features/deals/record.ts';
import { leadKind } from '#lib/features/leads/record.ts';
import { productKind } from '#lib/features/products/record.ts';
import { projectKind } from '#lib/features/projects/record.ts';
import { requestKind } from '#lib/features/requests/record.ts';
import { taskKind } from '#lib/features/tasks/record.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import { addressOf, KINDS, type KindName } from '#lib/shared/kinds.ts';
import { m } from '#lib/messages/messages.js';
import { companyLabels } from '../companies/[id]/labels.ts';
import { contactLabels } from '../contacts/[id]/labels.ts';
import { fieldLabels } from '../deals/words.ts';
import { requestLabels } from '../requests/words.ts';
import { leadLabels } from '../leads/labels.ts';
import { productLabels } from '../products/words.ts';
import { workLabels } from '../work/words.ts';

interface ShellKind {
	readonly kind: RecordKind;
	readonly label: () => string;
	/** Names of its fields. */
	readonly labels: () => Readonly<Record<string, string>>;
}

/** What the browser needs of each kind to keep its records and to send their edits by itself. */
export const SHELL_KINDS: Readonly<Record<KindName, ShellKind>> = {
	request: { kind: requestKind, label: m.offline_kind_request, labels: requestLabels },
	deal: { kind: dealKind, label: m.offline_kind_deal, labels: fieldLabels },
	lead: { kind: leadKind, label: m.leads_one, labels: leadLabels },
	company: { kind: companyKind, label: m.offline_kind_company, labels: companyLabels },
	contact: { kind: contactKind, label: m.offline_kind_contact, labels: contactLabels },
	task: { kind: taskKind, label: m.offline_kind_task, labels: workLabels },
	project: { kind: projectKind, label: m.offline_kind_project, labels: workLabels },
	product: { kind: productKind, label: m.offline_kind_product, labels: productLabels }
};

/** Answers null for a kind that an older or newer program has kept here. */
export const shellKind = (name: string): ShellKind | null =>
	isKind(name) ? SHELL_KINDS[name] : null;

/** Where a record's page is. */
export const pageOfRecord = (kind: string, id: string): string =>
	isKind(kind) ? addressOf(kind, id) : '/';

/** Where a new record of this kind is begun. */
export const newPageOf = (kind: string): string => (isKind(kind) ? `${KINDS[kind].path}/new` : '/');

const isKind = (name: string): name is KindName => Object.hasOwn(KINDS, name);
