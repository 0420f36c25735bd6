import type { KeptItem } from '#lib/features/kept/schema.ts';
import { m } from '#lib/messages/messages.js';
import type { Json } from '#lib/shared/json.ts';
import type { Format } from '#lib/ui/format.ts';
import { faultSentence } from '#lib/ui/record/faults.ts';
import { valueInWords } from '#lib/ui/record/value-words.ts';
import { shellKind } from '../shell/kinds.ts';
import { choiceNames } from '../work/words.ts';

/** Name of the field that the text was typed into. */
export function fieldOf({ field, record }: KeptItem): string {
	if (field === null) return '';
	return shellKind(record.kind)?.labels()[field] ?? field;
}

export const shapeOf = ({ field, record }: KeptItem) =>
	field === null ? undefined : shellKind(record.kind)?.kind.fields[field]?.shape;

/** A value of that field, as one reads it. */
export const textOf = (
	{ field, record }: KeptItem,
	value: Json,
	words: { readonly names: Readonly<Record<string, string>>; readonly format: Format }
): string =>
	valueInWords(value, field === null ? undefined : shellKind(record.kind)?.kind.fields[field], {
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
