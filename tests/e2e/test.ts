import { test as plain, type Page } from '@playwright/test';

export { expect, type Browser, type Locator, type Page } from '@playwright/test';

const LIMIT_MS = 20_000;
const patient = new WeakSet<object>();

/**
 * The `test` of every journey: an address counts as opened once the scripts have taken its page over. What a
 * journey typed before would be drawn anew with what the server sent.
 */
export const test = plain.extend<object, { patience: void }>({
	patience: [
		async ({ browser }, use) => {
			const page = await browser.newPage();
			makePatient(Object.getPrototypeOf(page) as Page);
			await page.close();
			await use();
		},
		{ scope: 'worker', auto: true }
	]
});

function makePatient(pages: Page): void {
	if (patient.has(pages)) return;
	patient.add(pages);
	const { goto, reload } = pages;
	pages.goto = async function (this: Page, ...where) {
		const answer = await goto.apply(this, where);
		if (where[1]?.waitUntil !== 'commit') await takenOver(this);
		return answer;
	};
	pages.reload = async function (this: Page, ...how) {
		const answer = await reload.apply(this, how);
		await takenOver(this);
		return answer;
	};
}

/** Waits for the scripts, where a page has some and its browser runs them; a journey that waits in vain says itself for what. */
async function takenOver(page: Page): Promise<void> {
	await page
		.waitForFunction(
			() => {
				const trial = document.createElement('div');
				trial.innerHTML = '<noscript><i></i></noscript>';
				const runsScripts = trial.firstElementChild?.childElementCount === 0;
				const hasScripts = [...document.scripts].some(({ text }) => text.includes('/_app/'));
				return !runsScripts || !hasScripts || document.documentElement.dataset['scripts'] === 'on';
			},
			undefined,
			{ timeout: LIMIT_MS }
		)
		.catch(() => {});
}
