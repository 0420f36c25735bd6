import { isLocale, overwriteGetLocale, baseLocale } from '#lib/messages/runtime.js';

// The server decided the language and wrote it on <html>; the browser goes on in the same one.
overwriteGetLocale(() => {
	const { lang } = document.documentElement;
	return isLocale(lang) ? lang : baseLocale;
});
