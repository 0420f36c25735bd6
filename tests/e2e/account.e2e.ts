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

test('an administrator invites a person, who comes in with the link, gets another password, and is shut out', async ({
	page,
	browser
}) => {
	await signIn(page, 'adam');
	await page.goto('/settings/people');
	await page.getByText('Invite a person').first().click();
	const invite = page.locator('form[action="?/invite"]');
	await invite.getByLabel('E-mail').fill('ann@tandem.example');
	await invite.getByRole('button').click();
	await expect(invite.getByText('Somebody already has this e-mail address.')).toBeVisible();
	await invite.getByLabel('E-mail').fill('nina@tandem.example');
	await invite.getByLabel('Sales Hamburg').check();
	await invite.getByRole('button').click();
	const link = page.getByLabel('One-time link');
	await expect(link).toHaveValue(/\/invite\?token=/);
	await expect(page.getByText('valid until')).toBeVisible();

	// Hers works without JavaScript, as for anybody who has just been given a link.
	const theirs = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
	const address = await link.inputValue();
	await theirs.goto(address);
	await theirs.getByLabel('Name').fill('Nina New');
	await theirs.getByLabel('Password').fill('password123');
	await theirs.getByRole('button').click();
	await expect(theirs.getByText('Attackers try this password')).toBeVisible();
	await expect(theirs.getByLabel('Name')).toHaveValue('Nina New');
	await theirs.getByLabel('Password').fill('long enough now');
	await theirs.getByRole('button').click();
	await expect(theirs).toHaveURL(/\/$/);
	await theirs.goto('/profile');
	await expect(theirs.getByText('nina@tandem.example').first()).toBeVisible();
	await theirs.goto(address);
	await expect(theirs.getByText('This link was used')).toBeVisible();

	await page.goto('/settings/people');
	const row = page.getByRole('listitem').filter({ hasText: 'nina@tandem.example' });
	await row.getByText('Nina New').click();
	await row.getByRole('button', { name: 'Link for another password' }).click();
	await expect(link).toHaveValue(/\/reset\?token=/);
	await theirs.goto(await link.inputValue());
	await theirs.locator('input[name=newPassword]').fill('another long one');
	await theirs.locator('input[name=repeatedPassword]').fill('another longer one');
	await theirs.getByRole('button').click();
	await expect(theirs.getByText('The two passwords differ.')).toBeVisible();
	await theirs.locator('input[name=newPassword]').fill('another long one');
	await theirs.locator('input[name=repeatedPassword]').fill('another long one');
	await theirs.getByRole('button').click();
	await expect(theirs.getByText('Your password is changed.')).toBeVisible();
	await theirs.locator('input[name=email]').fill('nina@tandem.example');
	await theirs.locator('input[name=password]').fill('another long one');
	await theirs.locator('form button[type=submit]').click();
	await expect(theirs).toHaveURL(/\/$/);

	// Her row may have closed when the link came.
	const shutOut = row.getByRole('button', { name: 'Deactivate Nina New' });
	if (!(await shutOut.isVisible())) await row.getByText('Nina New').first().click();
	await shutOut.click();
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
