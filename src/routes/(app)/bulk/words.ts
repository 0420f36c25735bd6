import { m } from '#lib/messages/messages.js';
import type { KindName } from '#lib/shared/kinds.ts';
import { KIND_LOOKS } from '#lib/ui/kinds.ts';
import { phrase } from '../counterparty/phrase.ts';
import { SHELL_KINDS } from '../shell/kinds.ts';

type Act = 'edit' | 'hand_over' | 'trash' | 'restore' | 'leave' | 'move' | 'undo';

const ACTS: Readonly<Record<Act, () => string>> = {
	edit: m.bulk_act_edit,
	hand_over: m.bulk_act_hand_over,
	trash: m.bulk_act_trash,
	restore: m.bulk_act_restore,
	leave: m.bulk_act_leave,
	move: m.bulk_act_move,
	undo: m.bulk_act_undo
};

/** What was done, and with what. */
export const actWords = (act: Act, kind: KindName | null): string =>
	kind === null ? ACTS[act]() : `${ACTS[act]()} · ${KIND_LOOKS[kind].many()}`;

const STATES = {
	draft: m.bulk_state_draft,
	queued: m.bulk_state_queued,
	running: m.bulk_state_running,
	done: m.bulk_state_done,
	cancelled: m.bulk_state_cancelled,
	failed: m.bulk_state_failed
} as const;

export const stateWords = (state: keyof typeof STATES): string => STATES[state]();

const REASONS: Readonly<Record<string, () => string>> = {
	forbidden: m.bulk_reason_forbidden,
	not_writable: m.bulk_reason_not_writable,
	not_found: m.bulk_reason_not_found,
	in_trash: m.bulk_reason_in_trash,
	stale: m.bulk_reason_stale,
	changed_since: m.bulk_reason_changed_since,
	no_owner: m.bulk_reason_no_owner,
	no_heir: m.bulk_reason_no_heir,
	heir_needed: m.bulk_reason_heir_needed,
	closed: m.bulk_reason_closed,
	owner_not_member: m.bulk_reason_owner_not_member,
	entry_missing: m.bulk_reason_entry_missing,
	stage_missing: m.bulk_reason_stage_missing,
	reason_missing: m.bulk_reason_reason_missing,
	no_pipeline: m.bulk_reason_no_pipeline,
	same_department: m.bulk_reason_same_department,
	nothing_chosen: m.bulk_fault_nothing_chosen,
	too_many_chosen: m.bulk_fault_too_many_chosen,
	nothing_wished: m.bulk_fault_nothing_wished,
	already_undone: m.bulk_fault_already_undone,
	nothing_to_undo: m.bulk_fault_nothing_to_undo,
	already_ended: m.bulk_fault_already_ended
};

interface Reason {
	readonly code: string;
	readonly field?: string;
	readonly params?: Readonly<Record<string, string | number>>;
}

/** Why a record was left out, in one sentence that names the field where it is about one. */
export function reasonWords({ code, field, params }: Reason, kind: KindName | null): string {
	// A value that a record cannot have is another thing than a record that is gone.
	const isValue = code === 'not_found' && field !== undefined;
	const sentence = isValue
		? m.bulk_reason_not_of_department()
		: (REASONS[code]?.() ?? phrase(params ? { code, params } : { code }));
	const label = kind && field ? SHELL_KINDS[kind].labels()[field] : undefined;
	return label ? `${label}: ${sentence}` : sentence;
}

/** Why a form came back. */
export function refusalWords(form: unknown): string | null {
	if (typeof form !== 'object' || form === null) return null;
	const { message, faults } = form as { message?: string; faults?: readonly Reason[] };
	const [fault] = faults ?? [];
	if (!fault) return message ?? null;
	return reasonWords(fault.field ? fault : { code: fault.code }, null);
}
