import type { RequestEvent } from '@sveltejs/kit';
import { STEP_SECONDS } from '../auth/sign-in-step.ts';
import { isHttps } from './session-cookie.ts';

const NAME = 'tandem.step';

/** What proves, for a few minutes, that somebody who is not signed in yet knew the password. */
export function setStepCookie(event: RequestEvent, token: string): void {
	const secure = isHttps(event);
	event.cookies.set(nameFor(secure), token, {
		...{ path: '/', httpOnly: true, sameSite: 'strict', secure },
		maxAge: STEP_SECONDS
	});
}

/** The token of the step that this browser is in; empty when it is in none. */
export const stepTokenOf = (event: RequestEvent): string =>
	event.cookies.get(nameFor(isHttps(event))) ?? '';

export function clearStepCookie(event: RequestEvent): void {
	const secure = isHttps(event);
	event.cookies.delete(nameFor(secure), { path: '/', secure });
}

const nameFor = (secure: boolean) => (secure ? `__Host-${NAME}` : NAME);
