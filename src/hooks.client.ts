import { navigating } from '$app/state';
import { loads } from '#lib/client/loads.svelte.ts';
import { isLocale, overwriteGetLocale, baseLocale } from '#lib/messages/runtime.js';

// The server decided the language and wrote it on <html>; the browser goes on in the same one.
overwriteGetLocale(() => {
	const { lang } = document.documentElement;
	return isLocale(lang) ? lang : baseLocale;
});

// Kit asks through it for a page's data, before the first page as after.
window.fetch = loads.guard(window.fetch.bind(window), () => navigating.to !== null);
