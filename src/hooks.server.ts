import { error, redirect, type Handle, type HandleServerError } from '@sveltejs/kit';
import { kinds, notices } from '#lib/registry.server.ts';
import { signedInByCookie } from '#lib/server/auth/actor.ts';
import { rotateIfDue } from '#lib/server/auth/session.ts';
import { noteUse } from '#lib/server/auth/session-use.ts';
import { pool } from '#lib/server/db/pool.ts';
import { createLog } from '#lib/server/log.ts';
import { ctxOf } from '#lib/server/web/context.ts';
import { secure } from '#lib/server/web/headers.ts';
import { inLocale, localeOf } from '#lib/server/web/locale.ts';
import { signInAddress } from '#lib/server/web/return-address.ts';
import { isHttps, renewSessionCookie, setSessionCookie } from '#lib/server/web/session-cookie.ts';
import { m } from '#lib/messages/messages.js';
import { DATA_FAILED_HEADER } from '#lib/shared/data-failed.ts';
import { newId } from '#lib/shared/ids.ts';

export const handle: Handle = async ({ event, resolve }) => {
	const { locals } = event;
	locals.requestId = newId();
	locals.session = await sessionOf(event);
	locals.actor = locals.session?.actor ?? null;
	locals.locale = localeOf(event, locals.session);
	locals.ctx = () => ctxOf(event);
	locals.kinds = kinds;
	locals.notices = notices;
	if (event.route.id?.startsWith('/(app)') && !locals.actor) {
		// A program is not led to a page.
		if (isJson(event.request)) return new Response(null, { status: 401 });
		redirect(303, signInAddress(event));
	}

	if (!judgesItself(event)) {
		if (isForeign(event)) error(403, { message: m.users_stop_forbidden() });
		if (!locals.actor && isTooLarge(event.request)) {
			error(413, { message: m.users_stop_too_large() });
		}
	}

	const html = page(locals);
	const response = await inLocale(event, locals.locale, () =>
		resolve(event, { transformPageChunk: ({ html: chunk }) => html(chunk) })
	);
	secure(response, {
		...{ https: isHttps(event), isPrivate: locals.actor !== null },
		framed: event.route.id === PUBLIC_FORM
	});
	response.headers.set('x-request-id', locals.requestId);
	if (locals.failed) response.headers.set(DATA_FAILED_HEADER, 'yes');
	return response;
};

export const handleError: HandleServerError = ({ error: thrown, event, status }) => {
	const { requestId } = event.locals;
	event.locals.failed = status >= 500;
	if (status === 404) return { message: m.users_stop_not_found(), requestId };
	const log = createLog({ process: 'web', requestId });
	log.error('request.failed', {
		route: event.route.id,
		method: event.request.method,
		error: thrown
	});
	return { message: m.users_stop_bug(), requestId };
};

/** A form in other people's pages. */
const PUBLIC_FORM = '/(public)/form/[token]';

/** Where no cookie counts and nobody's name is acted in: other sites may post there. */
const TAKES_FROM_ANYWHERE: readonly (string | null)[] = ['/capture', PUBLIC_FORM];

/** The API knows callers without a cookie, looks at them before it reads a body, and answers in its own form. */
const judgesItself = (event: Event) => event.route.id === '/api/v1/[...path]';

const ANONYMOUS_BYTES = 64 * 1024;

/** Nobody who is not signed in has anything large to say; uploads need their own, larger limit. */
function isTooLarge({ method, headers }: Request): boolean {
	if (['GET', 'HEAD', 'OPTIONS'].includes(method)) return false;
	const length = headers.get('content-length');
	return length === null || Number(length) > ANONYMOUS_BYTES;
}

type Event = Parameters<Handle>[0]['event'];

const isJson = ({ headers }: Request) =>
	headers.get('content-type')?.startsWith('application/json') ?? false;

/** What a page can send with a form, without asking the server first; browsers name its origin. */
const FORM = /^(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b|^$/i;

/** A page of another site acts in nobody's name. */
function isForeign({ request, url, route }: Event): boolean {
	if (request.method === 'GET' || request.method === 'HEAD') return false;
	if (TAKES_FROM_ANYWHERE.includes(route.id)) return false;
	const origin = request.headers.get('origin');
	if (origin !== null) return origin !== url.origin;
	return FORM.test(request.headers.get('content-type') ?? '');
}

async function sessionOf(event: Event) {
	const cookies = event.request.headers.get('cookie');
	if (!cookies) return null;
	const now = new Date();
	const { db } = pool();
	const signedIn = await signedInByCookie(db, cookies, { now });
	if (signedIn && (await noteUse(db, signedIn, now))) renewSessionCookie(event);
	if (signedIn?.rotationDue && isPage(event)) {
		const token = await rotateIfDue(db, signedIn.sessionId, now);
		if (token) setSessionCookie(event, token);
	}
	return signedIn;
}

/** A browser goes to a page, and nothing else is under way that would miss the new cookie. */
const isPage = ({ request }: Event) =>
	request.method === 'GET' && request.headers.get('sec-fetch-dest') === 'document';

/** Language and colour scheme are on <html> before the first paint. */
function page({ locale, session }: App.Locals) {
	const scheme = session?.colorScheme ?? 'system';
	const facts = { '%lang%': locale, '%dir%': 'ltr', '%scheme%': scheme };
	return (chunk: string) => {
		// Only the first tag has them: replacing in all of a long list would copy it each time.
		const end = chunk.indexOf('<head>');
		if (end === -1) return chunk;
		const tag = Object.entries(facts).reduce(
			(html, [mark, fact]) => html.replace(mark, fact),
			chunk.slice(0, end)
		);
		return tag + chunk.slice(end);
	};
}
