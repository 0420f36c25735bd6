import { signIn, signInByForm } from './support.ts';
import { expect, test } from './test.ts';

test('a language and a colour scheme take effect at once, and on the next page from the server', async ({
	page
}) => {
	await signInByForm(page, 'erik');
	await page.goto('/profile');
	const save = page.locator('form[action="/profile?/save"]');
	await save.getByLabel('Colour scheme').selectOption('dark');
	await save.getByRole('button').click();
	await expect(page.locator('html')).toHaveAttribute('data-color-scheme', 'dark');
	await save.getByLabel('Language').selectOption('de');
	await save.getByRole('button').click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Profil');
	const html = await (await page.request.get('/profile')).text();
	expect(html).toMatch(/<html lang="de"[^>]* data-color-scheme="dark"/);
	await save.getByLabel('Sprache').selectOption('en');
	await save.getByLabel('Farbschema').selectOption('system');
	await save.getByRole('button').click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText('Profile');
});

test('a session that is ended elsewhere is refused at its next step', async ({ page, browser }) => {
	const lost = await (await browser.newContext()).newPage();
	await signInByForm(lost, 'erik');
	await signInByForm(page, 'erik');
	await page.goto('/profile/sessions');
	await expect(page.getByText('This device')).toBeVisible();
	await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
	await expect(page.getByText('You are signed in only here.')).toBeVisible();
	await lost.goto('/profile');
	await expect(lost).toHaveURL(/\/sign-in\?to=%2Fprofile/);
	await lost.context().close();
});

test('too many wrong passwords for one address: one sentence with the wait', async ({ page }) => {
	await page.goto('/sign-in');
	const fault = page.getByRole('alert');
	for (let n = 0; n < 11; n++) {
		await page.locator('input[name=email]').fill('nobody@tandem.example');
		await page.locator('input[name=password]').fill(`guess ${n}`);
		const answered = page.waitForResponse((response) => response.request().method() === 'POST');
		await page.locator('form button[type=submit]').click();
		await answered;
		await expect(fault).toBeVisible();
	}
	await expect(fault).toHaveText(/Too many tries. Try again in \d+ minutes\./);
});

test('signing in and out works without JavaScript, and leads back to where one wanted to go', async ({
	browser
}) => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();
	await page.goto('/settings/lists?list=industries');
	await page.locator('input[name=email]').fill('erik@tandem.example');
	await page.locator('input[name=password]').fill('tandem-demo');
	await page.locator('form button[type=submit]').click();
	await expect(page).toHaveURL(/\/settings\/lists\?list=industries$/);
	await page.goto('/profile');
	await page.locator('form[action="/sign-out"] button').last().click();
	await expect(page).toHaveURL(/\/sign-in$/);
	await page.goto('/profile');
	await expect(page).toHaveURL(/\/sign-in\?to=/);
	await context.close();
});

test('an administrator adds a person who can then sign in, and takes it back', async ({
	page,
	browser
}) => {
	await signIn(page, 'adam');
	await page.goto('/settings/people');
	await page.getByText('Add a person').first().click();
	const add = page.locator('form[action="?/add"]');
	await add.getByLabel('Name').fill('Nina New');
	await add.getByLabel('E-mail').fill('nina@tandem.example');
	await add.getByLabel('First password').fill('short');
	await add.getByLabel('Sales Hamburg').check();
	await add.getByRole('button').click();
	await expect(add.getByText('Use at least 10 characters.')).toBeVisible();
	await expect(add.getByLabel('E-mail')).toHaveValue('nina@tandem.example');
	await add.getByLabel('First password').fill('long enough now');
	await add.getByRole('button').click();
	const row = page.getByRole('listitem').filter({ hasText: 'nina@tandem.example' });
	await expect(row).toBeVisible();

	const theirs = await (await browser.newContext()).newPage();
	await theirs.goto('/sign-in?to=/profile');
	await theirs.locator('input[name=email]').fill('nina@tandem.example');
	await theirs.locator('input[name=password]').fill('long enough now');
	await theirs.locator('form button[type=submit]').click();
	await expect(theirs).toHaveURL(/\/profile$/);

	await row.getByText('Nina New').click();
	await row.getByRole('button', { name: 'Deactivate Nina New' }).click();
	await expect(row.getByText('Deactivated')).toBeVisible();
	await theirs.goto('/profile');
	await expect(theirs).toHaveURL(/\/sign-in/);
	await theirs.context().close();
});

test('nobody but an administrator gets to the people page', async ({ page }) => {
	await signIn(page, 'ann');
	const answer = await page.goto('/settings/people');
	expect(answer?.status()).toBe(403);
});
