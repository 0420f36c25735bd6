import type { RequestEvent } from '@sveltejs/kit';
import { ok } from '#lib/shared/result.ts';
import { signIn } from '../auth/sign-in.ts';
import { auth } from './auth.ts';
import { systemCtxOf } from './context.ts';
import { setSessionCookie } from './session-cookie.ts';

/** Signs somebody in with his password and gives his browser the session. */
export async function enter(
	event: RequestEvent,
	credentials: { readonly email: string; readonly password: string }
) {
	const { db, now } = systemCtxOf(event);
	const address = event.getClientAddress();
	const userAgent = event.request.headers.get('user-agent') ?? '';
	const entered = await signIn({ auth: auth(), db }, { ...credentials, address, userAgent, now });
	if (!entered.ok) return entered;
	setSessionCookie(event, entered.value.token);
	return ok(null);
}
