import { m } from '#lib/messages/messages.js';

/** Address of an action of the reminders; without JavaScript it leads back to the page that it was pressed on. */
export const reminderAction = (act: string, back: string) =>
	`/reminders?/${act}&back=${encodeURIComponent(back)}`;

const REFUSALS: Readonly<Record<string, () => string>> = {
	no_step_day: m.reminders_fault_no_step_day,
	step_in_the_past: m.reminders_fault_step_in_the_past,
	follows_step: m.reminders_fault_follows_step,
	not_a_day: m.reminders_fault_day,
	not_a_time: m.reminders_fault_time
};

interface Refused {
	readonly message?: string | undefined;
	readonly faults?: readonly { readonly field: string; readonly code: string }[] | undefined;
}

/** Why a reminder was refused, in a sentence of its own; undefined when the usual ones will do. */
export const reminderFault = (form: Refused | null | undefined, field: string) => {
	const fault = form?.faults?.find((one) => one.field === field);
	return fault && REFUSALS[fault.code]?.();
};
