import { z } from 'zod';
import type { OutboxEntry } from '#lib/client/device/outbox.svelte.ts';
import { faultSentence, isFaultCode } from '#lib/ui/record/faults.ts';
import { m } from '#lib/messages/messages.js';
import { newPageOf, pageOfRecord } from '../shell/kinds.ts';

const OTHER: Readonly<Record<string, () => string>> = {
	moved_meanwhile: m.offline_reason_overtaken,
	contact_elsewhere: m.deals_fault_contact_elsewhere,
	owner_not_member: m.deals_fault_owner_not_member,
	no_pipeline: m.deals_fault_no_pipeline,
	no_stage: m.deals_fault_no_stage
};

/** Why the server did not do it, in one sentence. */
export function reasonOf({ refused }: OutboxEntry): string {
	const [fault] = refused?.faults ?? [];
	if (!fault) return refused?.message ?? m.offline_reason_other();
	if (!isFaultCode(fault.code)) return (OTHER[fault.code] ?? m.offline_reason_other)();
	const { code, params } = fault;
	return faultSentence(params ? { code, params } : { code });
}

/** Where a refused entry can be put right; null when there is no such page. */
export function editAddress({ action, key, kind, recordId }: OutboxEntry): string | null {
	if (action.endsWith('.create')) return `${newPageOf(kind)}?entry=${key}`;
	return recordId ? pageOfRecord(kind, recordId) : null;
}

const Edits = z.object({ edits: z.array(z.looseObject({ field: z.string() })) });

/** The same once more, whatever others have done since: without what it was based on. */
export function insisting({ action, input, refused }: OutboxEntry): OutboxEntry['input'] {
	const { fromStageId: _, ...rest } = input;
	if (action !== 'record.edit') return rest;
	// What was not refused is done.
	const fields = new Set(refused?.faults.map(({ field }) => field));
	const edits = Edits.safeParse(input).data?.edits ?? [];
	return {
		...rest,
		edits: edits.filter(({ field }) => fields.has(field)).map(({ base: _, ...edit }) => edit)
	};
}

/** What a person typed, by input; ids and technical parts stay out. */
export const typedIn = ({ action, input }: OutboxEntry) =>
	action.endsWith('.create')
		? Object.entries(input).flatMap(([name, text]) =>
				typeof text === 'string' && text !== '' && !/id$/i.test(name) ? [{ name, text }] : []
			)
		: [];
