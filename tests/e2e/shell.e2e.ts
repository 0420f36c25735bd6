import { signIn, signInByForm } from './support.ts';
import { expect, test, type Page } from './test.ts';
import { quiet, watchConsole } from './watch.ts';

const open = async (page: Page, address: string) => {
	await page.goto(address);
	await quiet(page);
};

test('the content policy names no inline source for scripts or style sheets', async ({
	request
}) => {
	const answer = await request.get('/sign-in');
	const policy = answer.headers()['content-security-policy'] ?? '';
	expect(policy).toContain("style-src 'self'");
	expect(policy).not.toContain('unsafe-inline');
	expect(policy).not.toContain('unsafe-eval');
});

test('the headers of the fullest page are small enough for any proxy', async ({ page }) => {
	await signIn(page, 'ann');
	await page.goto('/deals');
	const deal = await page.locator('main tbody a').first().getAttribute('href');
	const answer = await page.request.get(deal ?? '');
	const bytes = answer
		.headersArray()
		.reduce((sum, { name, value }) => sum + name.length + value.length + 4, 0);
	// What nginx reads of an answer when nobody says otherwise.
	expect(bytes).toBeLessThan(4096);
	expect(answer.status()).toBe(200);
});

test('moving between pages, menus and editors violates nothing either', async ({ page }) => {
	const settle = watchConsole(page);
	await signIn(page, 'ann');
	await open(page, '/companies');
	await page.getByRole('link', { name: 'Nordlicht Logistik GmbH', exact: true }).click();
	await expect(page.getByRole('textbox', { name: 'Notes' })).toBeVisible();
	await page.getByRole('navigation').getByRole('link', { name: 'Deals' }).first().click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Deals');
	await page.getByRole('link', { name: 'Shelving for hall 4' }).click();
	await expect(page.getByRole('textbox', { name: 'Notes' })).toBeVisible();
	await page.keyboard.press('ControlOrMeta+k');
	await expect(page.getByRole('dialog')).toBeVisible();
	await page.keyboard.press('Escape');
	await page.goBack();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Deals');
	settle();
});

test('the search box finds by name, e-mail and number, by keyboard alone', async ({ page }) => {
	await signIn(page, 'ann');
	await open(page, '/profile');
	const box = page.getByRole('combobox', { name: 'Search everything' });
	const results = page.getByRole('listbox', { name: 'Search results' });
	for (const [text, name, address] of [
		['hafenw', 'Hafenwerk Automation', /\/companies\//],
		['katrin.hoffmann@nord', 'Katrin Hoffmann', /\/contacts\//],
		['ID 1', 'Shelving for hall 4', /\/deals\//]
	] as const) {
		await page.keyboard.press('/');
		await expect(box).toBeFocused();
		await page.keyboard.type(text);
		// Contacts and requests of a company say its name, too.
		const hit = results.getByRole('option', { name }).first();
		await expect(hit).toBeVisible();
		await expect(async () => {
			await page.keyboard.press('ArrowDown');
			await expect(hit).toHaveAttribute('aria-selected', 'true', { timeout: 300 });
		}).toPass();
		await page.keyboard.press('Enter');
		await expect(page).toHaveURL(address);
		await expect(page.locator('h1, [data-field=name] input').first()).toBeVisible();
		await page.locator('body').click({ position: { x: 5, y: 400 } });
	}
});

test('the palette goes, creates, finds and acts on the open record', async ({ page }) => {
	await signIn(page, 'ann');
	await open(page, '/deals');
	const palette = page.getByRole('dialog');
	const choose = async (text: string, label: string) => {
		await page.keyboard.press('ControlOrMeta+k');
		await expect(palette).toBeVisible();
		await page.keyboard.type(text);
		await expect(palette.getByRole('option', { name: label }).first()).toBeVisible();
		await page.keyboard.press('Enter');
		await expect(palette).toBeHidden();
	};
	await choose('contacts', 'Contacts');
	await expect(page).toHaveURL(/\/contacts$/);
	await choose('new comp', 'New company');
	await expect(page).toHaveURL(/\/companies\/new$/);
	await choose('Training day', 'Training day for fitters');
	await expect(page).toHaveURL(/\/deals\/[0-9a-f-]{36}$/);
	await page.keyboard.press('ControlOrMeta+k');
	await expect(palette.getByText('This record')).toBeVisible();
	await expect(palette.getByRole('option', { name: 'Move to trash' })).toBeVisible();
	await page.keyboard.type('move to invoice');
	await page.keyboard.press('Enter');
	await expect(page.getByRole('radio', { name: 'Invoice' })).toBeChecked();
});

test('the question mark lists the keys, and they work', async ({ page }) => {
	await signIn(page, 'ann');
	await open(page, '/deals');
	await page.keyboard.press('?');
	const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
	await expect(dialog.getByText('Open the command palette')).toBeVisible();
	await page.keyboard.press('Escape');
	await expect(dialog).toBeHidden();
	await page.keyboard.press('g');
	await page.keyboard.press('p');
	await expect(page).not.toHaveURL(/\/deals$/);
});

test('light, dark or as the device: chosen in the rail, kept for the next page', async ({
	page
}) => {
	// Somebody whose row no other journey compares.
	await signInByForm(page, 'carl');
	await page.emulateMedia({ colorScheme: 'light' });
	await open(page, '/deals');
	const html = page.locator('html');
	const colour = () => page.evaluate(() => getComputedStyle(document.body).color);
	const bright = await colour();
	await page.emulateMedia({ colorScheme: 'dark' });
	await expect.poll(colour).not.toBe(bright);
	await page.getByRole('button', { name: 'Switch to light' }).click();
	await expect(html).toHaveAttribute('data-color-scheme', 'light');
	await expect.poll(colour).toBe(bright);
	// The answer to the first choice may still be on its way.
	const kept = page.waitForResponse((answer) => /\bdark\b/.test(answer.request().postData() ?? ''));
	await page.getByRole('button', { name: 'Switch to dark' }).click();
	await kept;
	await open(page, '/companies');
	await expect(html).toHaveAttribute('data-color-scheme', 'dark');
});

test('whoever has chosen German reads German, numbers and days too', async ({ page }) => {
	await signInByForm(page, 'cleo');
	await open(page, '/deals?sort=name');
	await expect(page.locator('html')).toHaveAttribute('lang', 'de');
	await expect(page.getByRole('link', { name: 'Neuer Deal' })).toBeVisible();
	await expect(page.getByRole('cell', { name: '11.400 €' })).toBeVisible();
});

test('on a phone the sections are at the bottom, the rest is in a sheet, and everything is found', async ({
	page
}) => {
	await page.setViewportSize({ width: 390, height: 844 });
	await signIn(page, 'ann');
	await open(page, '/deals');
	const bar = page.getByRole('navigation', { name: 'Main' }).filter({ visible: true });
	await bar.getByRole('link', { name: 'Leads' }).click();
	await expect(page).toHaveURL(/\/leads$/);
	await bar.getByRole('button', { name: 'More' }).click();
	const sheet = page.getByRole('dialog', { name: 'More' });
	await sheet.getByRole('link', { name: 'Imports' }).click();
	await expect(page).toHaveURL(/\/imports$/);
	await expect(sheet).toBeHidden();
	await page.getByRole('combobox', { name: 'Search everything' }).fill('hafenw');
	await page.getByRole('option', { name: 'Hafenwerk Automation' }).first().click();
	await expect(page).toHaveURL(/\/companies\//);
});

test('an address that leads nowhere says so, inside the shell and with its status', async ({
	page
}) => {
	await signIn(page, 'ann');
	const answer = await page.goto('/no/such/place');
	expect(answer?.status()).toBe(404);
	await expect(page.getByText('There is nothing here').first()).toBeVisible();
	const record = await page.goto('/deals/01890000-0000-7000-8000-000000000000');
	expect(record?.status()).toBe(404);
	await expect(page.getByRole('link', { name: 'Go to deals' })).toBeVisible();
});

test('without a connection a page says so, and it opens again once there is one', async ({
	browser
}) => {
	const context = await browser.newContext({ serviceWorkers: 'allow' });
	const page = await context.newPage();
	// Nobody is signed in: nothing of anybody's is on this device.
	await page.goto('/sign-in');
	await page.evaluate(() => navigator.serviceWorker.ready);
	await page.reload();
	await context.setOffline(true);
	await page.goto('/companies').catch(() => null);
	await expect(page.getByRole('heading', { name: 'You are offline' })).toBeVisible();
	await context.setOffline(false);
	await signIn(page, 'ann');
	await page.goto('/companies');
	await expect(page.getByRole('heading', { name: 'Companies', level: 1 })).toBeVisible();
	await context.close();
});

test('signing out ends the session in every tab', async ({ page, context }) => {
	await signInByForm(page, 'erik');
	const other = await context.newPage();
	await open(other, '/profile');
	await open(page, '/profile');
	await page.getByRole('main').getByRole('button', { name: 'Sign out', exact: true }).click();
	await expect(page).toHaveURL(/\/sign-in/);
	await other.reload();
	await expect(other).toHaveURL(/\/sign-in/);
});
