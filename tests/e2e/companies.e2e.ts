import { signIn } from './support.ts';
import { expect, test, type Browser, type Page } from './test.ts';

const uniqueName = (words: string) => `${words} ${crypto.randomUUID().slice(0, 8)}`;

async function addCompany(page: Page, name: string, email = '') {
	await page.goto('/companies/new');
	await page.locator('input[name=name]').fill(name);
	if (email) await page.locator('input[name="emails.new.value"]').fill(email);
	await page.getByRole('button', { name: 'Add company' }).click();
	await page.waitForURL(/\/companies\/[0-9a-f-]{36}$/);
}

async function without(browser: Browser) {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();
	await signIn(page, 'ann');
	return page;
}

test('a company is stored, found, deleted and brought back', async ({ page }) => {
	await signIn(page, 'ann');
	const name = uniqueName('Öl & Söhne');
	await addCompany(page, name);
	await expect(page.getByText('No e-mail address yet')).toBeVisible();

	await page.goto('/companies');
	await page.getByRole('searchbox', { name: 'Search this list' }).fill(name.slice(-8));
	await expect(page).toHaveURL(/q=/);
	const rows = page.locator('tbody tr');
	await expect(rows).toHaveCount(1);
	await rows.getByRole('link', { name, exact: true }).click();

	await page.getByRole('button', { name: 'Delete' }).click();
	const messages = page.getByRole('region', { name: 'Messages' });
	// What is under the pointer stays until it has been read.
	await messages.getByText(`${name} is in the trash.`).hover();
	await messages.getByRole('button', { name: 'Undo' }).click();
	await page.waitForURL(/\/companies\/[0-9a-f-]{36}$/);
	await expect(page.locator('input[name=name]')).toHaveValue(name);
});

test('what cannot be stored comes back with the reason and everything typed', async ({ page }) => {
	await signIn(page, 'ann');
	await page.goto('/companies/new');
	await page.locator('input[name=name]').fill('Typed Name Ltd');
	await page.locator('input[name="emails.new.value"]').fill('not an address');
	await page.getByRole('button', { name: 'Add company' }).click();
	await expect(page.getByText('This is not an e-mail address.')).toBeVisible();
	await expect(page.locator('input[name=name]')).toHaveValue('Typed Name Ltd');
});

test('a cell is changed in the list, and a colleague sees it there', async ({ page, browser }) => {
	await signIn(page, 'ann');
	const name = uniqueName('Cellworks');
	await addCompany(page, name);
	const address = `/companies?q=${encodeURIComponent(name)}&columns=website`;
	const other = await (await browser.newContext()).newPage();
	await signIn(other, 'cleo');
	await other.goto(address);
	await page.goto(address);

	const pencil = page.getByRole('link', { name: `Change Website of ${name}` });
	await pencil.focus();
	await pencil.press('Enter');
	const input = page.getByRole('textbox', { name: 'Website' });
	await input.fill('two words');
	await input.press('Enter');
	await expect(page.getByText('This is not a web address.')).toBeVisible();
	await input.fill('cellworks.example');
	await input.press('Enter');
	await expect(page.getByRole('cell', { name: 'cellworks.example' })).toBeVisible();
	await expect(other.getByRole('cell', { name: 'cellworks.example' })).toBeVisible();
	// A colleague reads it; the company is not his to change.
	await expect(other.getByRole('link', { name: `Change Website of ${name}` })).toHaveCount(0);
	await other.context().close();
});

test('rows are walked with J and K and opened with Enter', async ({ page }) => {
	await signIn(page, 'ann');
	await page.goto('/companies');
	await expect(page.getByRole('button', { name: 'Apply' })).toHaveCount(0);
	const links = page.locator('a[data-row-link]');
	await page.keyboard.press('j');
	await expect(links.nth(0)).toBeFocused();
	await page.keyboard.press('j');
	await expect(links.nth(1)).toBeFocused();
	await page.keyboard.press('k');
	await expect(links.nth(0)).toBeFocused();
	const href = (await links.nth(0).getAttribute('href')) ?? '';
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(new RegExp(`${href}$`));
});

test('without JavaScript a page is a form: only what was touched is saved, and nobody is overwritten', async ({
	page,
	browser
}) => {
	await signIn(page, 'ann');
	const name = uniqueName('Formwerk');
	await addCompany(page, name, 'one@formwerk.example');
	const address = page.url();
	const plain = await without(browser);
	await plain.goto(address);
	const late = await without(browser);
	await late.goto(address);

	await plain.locator('input[name=website]').fill('formwerk.example');
	await plain.locator('input[name=registrationNumber]').fill('HRB 1');
	await plain.getByRole('button', { name: 'Save' }).click();
	await expect(plain.locator('input[name=website]')).toHaveValue('https://formwerk.example');

	// The late one still shows the old website: his address is saved, his website is not.
	await late.locator('textarea[name=address]').fill('Kai 7');
	await late.locator('input[name=website]').fill('late.example');
	const [answer] = await Promise.all([
		late.waitForResponse((response) => response.request().method() === 'POST'),
		late.getByRole('button', { name: 'Save' }).click()
	]);
	expect(answer.status()).toBe(409);
	await expect(late.locator('textarea[name=address]')).toHaveValue('Kai 7');
	await expect(late.locator('input[name=website]')).toHaveValue('late.example');
	await expect(late.locator('[data-field=website]')).toContainText('https://formwerk.example');
	await expect(late.locator('input[name=registrationNumber]')).toHaveValue('HRB 1');
	await plain.context().close();
	await late.context().close();
});

test('without JavaScript the list is searched, filtered and sorted', async ({ browser }) => {
	const page = await without(browser);
	await page.goto('/companies');
	await page.getByRole('searchbox', { name: 'Search this list' }).fill('nordlicht');
	await page.getByRole('button', { name: 'Apply' }).click();
	await expect(page.locator('tbody tr')).toHaveCount(1);
	await page.goto('/companies');
	await page.getByRole('link', { name: 'Name', exact: true }).click();
	await expect(page).toHaveURL(/sort=-name/);
	const names = await page.locator('a[data-row-link]').allTextContents();
	expect(names).toEqual(names.toSorted((a, b) => b.localeCompare(a, 'en')));
	await page.context().close();
});

test('handing a company over takes its contacts along', async ({ page }) => {
	await signIn(page, 'ann');
	await addCompany(page, uniqueName('Handover'));
	const company = page.url();
	await page.getByRole('link', { name: 'Add contact' }).click();
	await page.waitForURL(/\/contacts\/new/);
	await page.locator('input[name=name]').fill('dr. Greta Maria Lund');
	await page.getByRole('button', { name: 'Add contact' }).click();
	await expect(page.getByRole('heading', { name: 'Dr. Greta Maria Lund' })).toBeVisible();
	const contact = page.url();

	await page.goto(company);
	await page.getByText('Hand over').first().click();
	await page.getByRole('combobox', { name: 'Owner' }).selectOption('Bob Okafor');
	await page.getByRole('button', { name: 'Hand over' }).click();
	await expect(page.getByText('Handed over, with 1 contact.')).toBeVisible();
	await page.goto(contact);
	await expect(page.getByText('You can read this but not change it.')).toBeVisible();
	await expect(page.getByRole('complementary', { name: 'Owner and department' })).toContainText(
		'Bob Okafor'
	);
});
