import { expect, type Page } from '@playwright/test';

/**
 * Collects what a browser would complain about on this page: errors, refused requests of our own, and
 * every violation of the content policy. Call the answer at the end; it fails when there was anything.
 */
export function watchConsole(page: Page, { expected = [] }: { expected?: readonly RegExp[] } = {}) {
	const complaints: string[] = [];
	const note = (text: string) => {
		if (!expected.some((pattern) => pattern.test(text))) complaints.push(text);
	};
	page.on('console', (message) => {
		const isViolation = /content security policy/i.test(message.text());
		if (message.type() === 'error' || isViolation) note(message.text());
	});
	page.on('pageerror', (error) => note(String(error)));
	return () => expect(complaints, page.url()).toEqual([]);
}
