import type { SubmitFunction } from '@sveltejs/kit';
import { reload } from '#lib/client/reload.ts';
import { m } from '#lib/messages/messages.js';
import type { Toasts } from '#lib/ui/toasts.svelte.ts';
import { faultSentence, isFaultCode } from './faults.ts';

/** The page of what is kept for a person; its form actions settle a text from any page. */
export const KEPT = '/kept';

/** Name of the input or button that says which text is meant. */
export const KEPT_ID = 'keptId';

/** Address of an action there; without JavaScript it leads back to the page that it was pressed on. */
export const keptAction = (act: 'apply' | 'dismiss' | 'restore', back: string) =>
	`${KEPT}?/${act}&back=${encodeURIComponent(back)}`;

/** Settles a text, and says what came of it; `settled` takes it off a page that knows of it from elsewhere. */
export function settleKept(toasts: Toasts, settled: (id: string) => void): SubmitFunction {
	return ({ action, formData }) => {
		const id = String(formData.get(KEPT_ID));
		const isDismissal = action.search.startsWith('?/dismiss');
		return async ({ result }) => {
			if (result.type === 'error') {
				toasts.show(m.kept_not_reached(), { tone: 'bad' });
				return;
			}
			if (result.type === 'failure') toasts.show(refusalOfKept(result.data), { tone: 'bad' });
			else settled(id);
			await reload();
			if (result.type === 'success' && isDismissal) {
				toasts.show(m.kept_dismissed(), { undo: () => takeBack(id) });
			}
		};
	};
}

/** Why a text was not put into its record, in one sentence. */
export function refusalOfKept(refusal: unknown): string {
	const { faults, message } = (refusal ?? {}) as Refusal; // of the actions of that page
	if (message) return message;
	const code = faults?.[0]?.code;
	if (code === 'moved_on') return m.kept_moved_on();
	const fault = faults?.[0];
	return fault && isFaultCode(fault.code)
		? faultSentence({ ...fault, code: fault.code })
		: m.kept_cannot_apply();
}

interface Refusal {
	readonly message?: string;
	readonly faults?: readonly {
		readonly code: string;
		readonly params?: Readonly<Record<string, string | number>>;
	}[];
}

async function takeBack(id: string): Promise<void> {
	const body = new FormData();
	body.set(KEPT_ID, id);
	const headers = { accept: 'application/json', 'x-sveltekit-action': 'true' };
	await fetch(`${KEPT}?/restore`, { method: 'POST', body, headers });
	await reload();
}
