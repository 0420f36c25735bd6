import { expect, type Page } from '@playwright/test';

const QUIET_MS = 500;

/**
 * Waits until nothing has come from the server for a while. The browser's own "network idle" never comes on
 * a page that sends something which outlives it.
 */
export async function quiet(page: Page): Promise<void> {
	await page.waitForFunction((ms) => {
		const loads = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
		const last = Math.max(0, ...loads.map(({ responseEnd }) => responseEnd));
		return document.readyState === 'complete' && performance.now() - last > ms;
	}, QUIET_MS);
}

/** Waits until what changes its look on this page has its last one: even the shortest transition takes a frame. */
export async function still(page: Page): Promise<void> {
	await page.evaluate(async () => {
		const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
		await frame();
		await frame();
		const ending = document
			.getAnimations()
			.filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
		await Promise.all(ending.map(({ finished }) => finished.catch(() => null)));
	});
}

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
		// Svelte draws a page anew that it cannot take over, and only warns of it.
		const isFault = /content security policy|hydrat/i.test(message.text());
		if (message.type() === 'error' || isFault) note(message.text());
	});
	page.on('pageerror', (error) => note(String(error)));
	return () => expect(complaints, page.url()).toEqual([]);
}
