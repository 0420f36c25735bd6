import type { Fault } from '#lib/records/values.ts';
import type { FormFault, Refusal } from '#lib/server/web/action.ts';
import { isFaultCode } from '#lib/ui/record/faults.ts';
import { m } from '#lib/messages/messages.js';
import { phrase } from './phrase.ts';

type Posted = {
	readonly faults?: readonly FormFault[] | undefined;
	readonly message?: string | undefined;
} | null;

/** The refusal among what a form action may answer, or null. */
export const postedOf = (form: object | null) =>
	// Only `refuse` and `saveForm` answer with faults.
	form !== null && 'faults' in form ? (form as Refusal) : null;

/** The faults that stand beside their field on a record page. */
export const fieldFaults = (form: Posted): readonly Fault[] =>
	(form?.faults ?? []).filter(
		(fault): fault is Fault => isFaultCode(fault.code) && fault.field !== ''
	);

/** The sentence at the head of the page for a form that was refused, or null. */
export function refusalSentence(form: Posted): string | null {
	if (!form?.faults) return null;
	if (form.message) return form.message;
	const other = form.faults.find(({ code }) => !isFaultCode(code));
	return other ? phrase(other) : m.companies_not_saved();
}
