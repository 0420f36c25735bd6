import { isFaultCode, faultSentence } from '#lib/ui/record/faults.ts';
import { m } from '#lib/messages/messages.js';

const SENTENCES: Readonly<Record<string, () => string>> = {
	reach_needed: m.capture_fault_reach_needed,
	no_name: m.capture_fault_no_name,
	too_soon: m.capture_fault_too_soon,
	too_late: m.capture_fault_too_late,
	not_ours: m.capture_fault_too_late
};

/** What is wrong with what a visitor wrote, in one sentence. */
export function inquirySentence(code: string): string {
	const own = SENTENCES[code];
	if (own) return own();
	return isFaultCode(code) ? faultSentence({ code }) : m.capture_fault_other();
}
