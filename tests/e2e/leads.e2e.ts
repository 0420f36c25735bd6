import { openDatabase, pageOf, unique } from './deal-page.ts';
import { expect, test, type Browser, type Page } from './test.ts';

const sql = openDatabase();
test.afterAll(() => sql.end());

const open = (page: Page, address: string) => page.goto(address);

/** A lead of Ann's with a company's name; answers the address of his page. */
async function aLead(page: Page, name: string, company: string): Promise<string> {
	await open(page, '/leads/new');
	await page.getByLabel('Full name').fill(name);
	await page.getByLabel('E-mail address').fill('somebody@zeta-werke.example');
	await page.getByLabel('Company name').fill(company);
	await page.getByRole('button', { name: 'Add lead' }).click();
	await expect(page).toHaveURL(/\/leads\/[0-9a-f-]{36}$/);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
	return new URL(page.url()).pathname;
}

const PHONE = { viewport: { width: 390, height: 844 } };

async function annAndBob(browser: Browser) {
	const { page } = await pageOf(browser, 'ann');
	const { page: bob } = await pageOf(browser, 'bob');
	return { page, bob };
}

test('[T121, T122] a lead is added, is in the list, and is edited in place', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'ann');
	const name = unique('Lina Zeta');
	const address = await aLead(page, name, 'Zeta Werke');
	await expect(page.locator('.ProseMirror')).toBeVisible();
	const city = page.locator('[data-field=place] input[name="place.city"]');
	await page.locator('[data-field=place] select').selectOption('DE');
	await city.fill('Kiel');
	await city.blur();
	await expect(page.locator('[role=status][data-state=saved]')).toBeVisible();
	await expect
		.poll(async () => (await sql`select city from leads where full_name = ${name}`)[0]?.['city'])
		.toBe('Kiel');
	await open(page, `/leads?q=${encodeURIComponent(name)}`);
	await expect(page.getByRole('link', { name, exact: true })).toHaveAttribute('href', address);
	await page.context().close();
});

test('[core 5.9] a lead becomes a contact before a colleague’s eyes, and a lead again', async ({
	browser
}) => {
	const { page, bob } = await annAndBob(browser);
	const name = unique('Otto Zeta');
	const company = unique('Zeta Werke');
	const address = await aLead(page, name, company);
	await page.getByRole('link', { name: 'New deal' }).click();
	await expect(page).toHaveURL(/\/deals\/new\?/);
	await page.locator('input[name=name]').fill(unique('Crates for Zeta'));
	await page.locator('main form button[type=submit]').click();
	await expect(page).toHaveURL(/\/deals\/[0-9a-f-]{36}$/);
	const deal = new URL(page.url()).pathname;
	await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
	await open(bob, address);

	await open(page, address);
	await page.getByRole('link', { name: 'Convert lead' }).click();
	await expect(page.getByRole('radio', { name: `New company “${company}”` })).toBeChecked();
	await expect(page.getByRole('radio', { name: `New contact “${name}”` })).toBeChecked();
	await page.getByRole('button', { name: 'Convert lead' }).click();
	await expect(page).toHaveURL(/\/contacts\/[0-9a-f-]{36}$/);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
	await expect(page.getByText('Was a lead:')).toBeVisible();
	await expect(bob.getByRole('heading', { name: 'Converted' })).toBeVisible();

	await open(page, deal);
	await expect(page.getByRole('link', { name: company, exact: true })).toBeVisible();
	await open(page, `/leads?q=${encodeURIComponent(name)}`);
	await expect(page.getByText('Nothing matches')).toBeVisible();

	await open(page, address);
	await page.getByRole('button', { name: 'Undo the conversion' }).click();
	await expect(page.getByText('The conversion is undone.')).toBeVisible();
	await expect(bob.getByRole('heading', { name: 'Converted' })).toBeHidden();
	await open(page, deal);
	await expect(page.locator(`a[href="${address}"]`)).toBeVisible();
	const [made] = await sql`select deleted_at from contacts where full_name = ${name}`;
	expect(made?.['deleted_at']).not.toBeNull();
	await page.context().close();
	await bob.context().close();
});

test('[core 5.9] on a phone and without JavaScript the company that is known is proposed with its reasons', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'ann', { ...PHONE, javaScriptEnabled: false });
	const name = unique('Petra Zeta');
	const address = await aLead(page, name, 'NORDLICHT LOGISTIK');
	await page.goto(`${address}/convert`);
	const found = page.getByRole('radio', { name: /Nordlicht Logistik GmbH/ });
	await expect(found).toBeChecked();
	await expect(page.getByText('same name').first()).toBeVisible();
	const { overflow } = await page.evaluate(() => ({
		overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth
	}));
	expect(overflow).toBeLessThanOrEqual(0);
	await page.getByRole('button', { name: 'Convert lead' }).click();
	await expect(page).toHaveURL(/\/contacts\/[0-9a-f-]{36}$/);
	await expect(page.getByRole('link', { name: 'Nordlicht Logistik GmbH' }).first()).toBeVisible();
	await page.goto(address);
	await page.getByRole('button', { name: 'Undo the conversion' }).click();
	await expect(page.getByText('The conversion is undone.')).toBeVisible();
	await page.context().close();
});
