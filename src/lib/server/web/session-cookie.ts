import type { RequestEvent } from '@sveltejs/kit';
import {
	SECURE_SESSION_COOKIE,
	SESSION_COOKIE,
	authSecret,
	readSessionToken,
	signToken
} from '../auth/cookie.ts';
import { SESSION_SECONDS } from '../auth/session-use.ts';

/** Gives the browser its session; over https with the `__Host-` prefix and Secure, else without. */
export function setSessionCookie(event: RequestEvent, token: string): void {
	const secure = isHttps(event);
	event.cookies.set(nameFor(secure), signToken(token, authSecret()), {
		path: '/',
		httpOnly: true,
		sameSite: 'lax',
		secure,
		maxAge: SESSION_SECONDS
	});
}

/** Gives the session cookie that came with this request its new end. */
export function renewSessionCookie(event: RequestEvent): void {
	const token = readSessionToken(event.request.headers.get('cookie'), authSecret());
	if (token) setSessionCookie(event, token);
}

/** Takes the session away from the browser, under both names. */
export function clearSessionCookie(event: RequestEvent): void {
	event.cookies.delete(SESSION_COOKIE, { path: '/', secure: false });
	if (isHttps(event)) event.cookies.delete(SECURE_SESSION_COOKIE, { path: '/', secure: true });
}

export const isHttps = (event: RequestEvent) => event.url.protocol === 'https:';

const nameFor = (secure: boolean) => (secure ? SECURE_SESSION_COOKIE : SESSION_COOKIE);
