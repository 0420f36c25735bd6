import type { RequestEvent } from '@sveltejs/kit';

const HERE = 'http://here.invalid';

/** The path that someone asked to come back to when it is one of ours, otherwise the home page. */
export function safeReturnPath(wished: string | null | undefined): string {
	if (!wished?.startsWith('/')) return '/';
	if (!URL.canParse(wished, HERE)) return '/';
	const url = new URL(wished, HERE);
	// "//host", "/\host" and control characters are read by browsers as another site.
	return url.origin === HERE ? url.pathname + url.search + url.hash : '/';
}

/** The sign-in page that leads back to where this request wanted to go. */
export function signInAddress(event: RequestEvent): string {
	const { pathname, search } = event.url;
	const to = event.request.method === 'GET' ? pathname + search : pathname;
	return to === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(to)}`;
}
