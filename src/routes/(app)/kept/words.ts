import type { KeptItem } from '#lib/features/kept/schema.ts';
import { m } from '#lib/messages/messages.js';
import type { RecordKind } from '#lib/records/kind.ts';
import { companyKind } from '#lib/features/companies/record.ts';
import { contactKind } from '#lib/features/contacts/record.ts';
import { dealKind } from '#lib/features/deals/record.ts';
import { projectKind } from '#lib/features/projects/record.ts';
import { taskKind } from '#lib/features/tasks/record.ts';
import { KIND_NAMES, type KindName } from '#lib/shared/kinds.ts';
import type { Json } from '#lib/shared/json.ts';
import type { Format } from '#lib/ui/format.ts';
import { faultSentence } from '#lib/ui/record/faults.ts';
import { valueInWords } from '#lib/ui/record/value-words.ts';
import { companyLabels } from '../companies/[id]/labels.ts';
import { contactLabels } from '../contacts/[id]/labels.ts';
import { fieldLabels } from '../deals/words.ts';
import { choiceNames, workLabels } from '../work/words.ts';

interface Told {
	readonly kind: RecordKind;
	readonly labels: () => Readonly<Record<string, string>>;
}

/** What each kind calls its fields. */
const TOLD: Readonly<Record<KindName, Told>> = {
	deal: { kind: dealKind, labels: fieldLabels },
	company: { kind: companyKind, labels: companyLabels },
	contact: { kind: contactKind, labels: contactLabels },
	task: { kind: taskKind, labels: workLabels },
	project: { kind: projectKind, labels: workLabels }
};

const toldOf = (kind: string): Told | null =>
	KIND_NAMES.some((name) => name === kind) ? TOLD[kind as KindName] : null;

/** Name of the field that the text was typed into. */
export function fieldOf({ field, record }: KeptItem): string {
	if (field === null) return '';
	return toldOf(record.kind)?.labels()[field] ?? field;
}

export const shapeOf = ({ field, record }: KeptItem) =>
	field === null ? undefined : toldOf(record.kind)?.kind.fields[field]?.shape;

/** A value of that field, as one reads it. */
export const textOf = (
	{ field, record }: KeptItem,
	value: Json,
	words: { readonly names: Readonly<Record<string, string>>; readonly format: Format }
): string =>
	valueInWords(value, field === null ? undefined : toldOf(record.kind)?.kind.fields[field], {
		...words,
		names: { ...choiceNames([]), ...words.names }
	});

export const titleOf = ({ record }: KeptItem): string => record.title ?? m.kept_hidden_record();

/** Why the record did not take it, in one sentence. */
export function reasonOf({ reason, fault, by }: KeptItem): string {
	switch (reason) {
		case 'rejected':
			return fault ? faultSentence(fault) : m.records_refused_without_reason();
		case 'conflict':
			return by ? m.kept_reason_conflict({ name: by.name }) : m.kept_reason_conflict_alone();
		case 'overtaken':
			return by ? m.kept_reason_overtaken({ name: by.name }) : m.kept_reason_overtaken_alone();
		case 'closed':
			return m.kept_reason_closed();
		case 'unreadable':
			return m.kept_reason_unreadable();
	}
}

export function outcomeOf({ settledHow }: KeptItem): string {
	if (settledHow === 'applied') return m.kept_how_applied();
	return settledHow === 'superseded' ? m.kept_how_superseded() : m.kept_how_dismissed();
}
