import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestEvent } from '@sveltejs/kit';
import {
	baseLocale,
	cookieName,
	isLocale,
	overwriteServerAsyncLocalStorage,
	serverAsyncLocalStorage
} from '#lib/messages/runtime.js';
import type { SignedIn } from '../auth/actor.ts';

type Locale = 'en' | 'de';

/** The language of this request: the person's own, else the browser's cookie, else what it accepts. */
export function localeOf(event: RequestEvent, session: SignedIn | null): Locale {
	if (session) return session.actor.language;
	const chosen = event.cookies.get(cookieName);
	if (isLocale(chosen)) return chosen;
	return accepted(event.request.headers.get('accept-language')) ?? baseLocale;
}

/** Runs the rest of the request with its messages in `locale`. */
export function inLocale<Value>(event: RequestEvent, locale: Locale, run: () => Value): Value {
	if (!serverAsyncLocalStorage) overwriteServerAsyncLocalStorage(new AsyncLocalStorage());
	const store = { locale, origin: event.url.origin, messageCalls: new Set<string>() };
	return serverAsyncLocalStorage ? serverAsyncLocalStorage.run(store, run) : run();
}

/** First of the accepted languages, best first, that the catalogue has. */
export function accepted(header: string | null): Locale | undefined {
	const wishes = (header ?? '').split(',').map((wish) => {
		const [tag = '', ...parameters] = wish.trim().toLowerCase().split(';');
		const quality = parameters.find((parameter) => parameter.trim().startsWith('q='));
		return { language: tag.split('-')[0], quality: quality ? Number(quality.trim().slice(2)) : 1 };
	});
	return wishes
		.filter(({ quality }) => quality > 0)
		.sort((a, b) => b.quality - a.quality)
		.map(({ language }) => language)
		.find(isLocale);
}
