import type { RequestEvent } from '@sveltejs/kit';
import { ok } from '#lib/shared/result.ts';
import { endSession, rotateSession, type Device } from '../auth/session.ts';
import { signIn } from '../auth/sign-in.ts';
import { auth } from './auth.ts';
import { systemCtxOf } from './context.ts';
import { setSessionCookie } from './session-cookie.ts';
import { clearStepCookie, setStepCookie } from './step-cookie.ts';

/** From where this request comes, as sessions remember it. */
export const deviceOf = (event: RequestEvent): Device => ({
	address: event.getClientAddress(),
	userAgent: event.request.headers.get('user-agent') ?? ''
});

/** Signs somebody in with his password; answers the page on which he proves more, or null when he is in. */
export async function enter(
	event: RequestEvent,
	credentials: { readonly email: string; readonly password: string }
) {
	const { db, now } = systemCtxOf(event);
	const entered = await signIn({ auth: auth(), db }, { ...credentials, ...deviceOf(event), now });
	if (!entered.ok) return entered;
	const { next, token } = entered.value;
	if (next === 'session') {
		await letIn(event, token);
		return ok<{ page: string | null }>({ page: null });
	}
	setStepCookie(event, token);
	return ok<{ page: string | null }>({
		page: next === 'factor' ? '/sign-in/code' : '/sign-in/set-up'
	});
}

/** Where somebody goes who has given his password and wanted to get to `destination`. */
export const wayTo = (page: string | null, destination: string): string =>
	page === null ? destination : `${page}?to=${encodeURIComponent(destination)}`;

/** Gives the browser its new session; whatever it had before is over. */
export async function letIn(event: RequestEvent, token: string): Promise<void> {
	const { session } = event.locals;
	if (session) await endSession(systemCtxOf(event).db, session.sessionId);
	clearStepCookie(event);
	setSessionCookie(event, token);
}

/** Gives the session of this request another token: its person has just proved more. */
export async function renewSession(event: RequestEvent): Promise<void> {
	const { session } = event.locals;
	const { db, now } = systemCtxOf(event);
	const token = session && (await rotateSession(db, session.sessionId, now));
	if (token) setSessionCookie(event, token);
}
