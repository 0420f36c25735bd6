import type { HandleClientError } from '@sveltejs/kit';
import { isLocale, overwriteGetLocale, baseLocale } from '#lib/messages/runtime.js';

// The server decided the language and wrote it on <html>; the browser goes on in the same one.
overwriteGetLocale(() => {
	const { lang } = document.documentElement;
	return isLocale(lang) ? lang : baseLocale;
});

/**
 * A page that follows the server's hints loads itself again, and must survive a server that is away:
 * the error page would throw out what is typed and not yet sent. It stays as it is; when the line is
 * back, everything is looked at anew.
 */
export const handleError: HandleClientError = ({ error, event }) =>
	isUnreachable(error) && event.url.href === location.href
		? new Promise<never>(() => {})
		: undefined;

/** `fetch` says it in this type whatever the reason was. */
const isUnreachable = (error: unknown) =>
	error instanceof TypeError && /fetch/i.test(error.message);
