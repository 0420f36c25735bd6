import type { BrowserContext, Page } from '@playwright/test';
import { DEMO_PASSWORD, demoEmail, type DemoPerson } from '#lib/features/demo/model.ts';

type Cookies = Parameters<BrowserContext['addCookies']>[0];

const known = new Map<DemoPerson, Cookies>();

/**
 * Makes the page's browser that of a demo person. The form is filled in once per person; later calls
 * in the same worker reuse the session, so do not end it: use `signInByForm` for that.
 */
export async function signIn(page: Page, person: DemoPerson): Promise<void> {
	const cookies = known.get(person);
	if (cookies) return page.context().addCookies(cookies);
	await signInByForm(page, person);
	known.set(person, await page.context().cookies());
}

/** Signs in as a person would, in a session of its own. */
export async function signInByForm(page: Page, person: DemoPerson): Promise<void> {
	await page.goto('/sign-in');
	await page.locator('input[name=email]').fill(demoEmail(person));
	await page.locator('input[name=password]').fill(DEMO_PASSWORD);
	await page.locator('form button[type=submit]').click();
	await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}
