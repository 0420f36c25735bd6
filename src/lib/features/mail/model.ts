import { faultOf } from '#lib/features/users/model.ts';
import { m } from '#lib/messages/messages.js';

const SENTENCES: Readonly<Record<string, () => string>> = {
	not_a_port: m.mail_fault_port,
	not_an_address: m.mail_fault_address,
	password_needed: m.mail_fault_password_needed
};

interface Refused {
	readonly faults?: readonly { readonly field: string; readonly code: string }[] | undefined;
	readonly message?: string | undefined;
}

/** The sentence for one field of the refused form of the mail server. */
export function mailFault(form: Refused | null | undefined, field: string): string | undefined {
	const fault = form?.faults?.find((one) => one.field === field);
	return fault && (SENTENCES[fault.code]?.() ?? faultOf(form, field));
}

const STATES: Readonly<Record<string, () => string>> = {
	waiting: m.mail_state_waiting,
	sending: m.mail_state_sending,
	sent: m.mail_state_sent,
	failed: m.mail_state_failed,
	unknown: m.mail_state_unknown,
	captured: m.mail_state_captured
};

/** What became of a mail, in a word. */
export const stateWord = ({ state, captured }: { state: string; captured: boolean }): string =>
	(STATES[captured ? 'captured' : state] ?? m.mail_state_unknown)();

/** What the mail server said, or what we know better. */
export const answerSentence = (answer: string): string =>
	answer === 'password_unreadable' ? m.mail_password_unreadable() : answer;
