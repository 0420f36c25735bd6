import { error } from '@sveltejs/kit';
import { m } from '#lib/messages/messages.js';
import { Forbidden, NotFound, Stale, TooMany } from '../errors.ts';

export interface Stop {
	readonly status: 403 | 404 | 409 | 429;
	/** One sentence for people. */
	readonly message: string;
	readonly retryAfterSeconds?: number;
}

/** What a thrown stop of the domain means over http; null for everything that is a bug. */
export function stopOf(thrown: unknown): Stop | null {
	if (thrown instanceof NotFound) return { status: 404, message: m.users_stop_not_found() };
	if (thrown instanceof Forbidden) return { status: 403, message: m.users_stop_forbidden() };
	if (thrown instanceof Stale) return { status: 409, message: m.users_stop_stale() };
	if (!(thrown instanceof TooMany)) return null;
	const { retryAfterSeconds } = thrown;
	return { status: 429, message: tooManyMessage(retryAfterSeconds), retryAfterSeconds };
}

/** The sentence with the wait, in minutes when it is long. */
export const tooManyMessage = (seconds: number) =>
	seconds > 90
		? m.users_stop_too_many_minutes({ minutes: Math.ceil(seconds / 60) })
		: m.users_stop_too_many_seconds({ seconds });

/** Runs a page's reads; a stop of the domain becomes the error page with its status. */
export async function orErrorPage<Value>(work: () => Promise<Value>): Promise<Value> {
	try {
		return await work();
	} catch (thrown) {
		const stop = stopOf(thrown);
		if (stop) error(stop.status, { message: stop.message });
		throw thrown;
	}
}
