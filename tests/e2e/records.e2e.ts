import { readFile } from 'node:fs/promises';
import postgres from 'postgres';
import { openRecord } from './page-kinds.ts';
import { signIn } from './support.ts';
import { expect, test, type Page } from './test.ts';
import { watchConsole } from './watch.ts';

const sql = postgres(process.env.TANDEM_E2E_DATABASE ?? '', { max: 1, onnotice: () => {} });
test.afterAll(() => sql.end());

const open = (page: Page, address: string) => page.goto(address);
const saved = (page: Page) => expect(page.getByText('Saved', { exact: true })).toBeVisible();
/** Names of this file's own, so that the other journeys keep their records. */
const unique = (name: string) => `${name} ${Date.now().toString(36)}`;

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };

/** What the menu of a list hands out as this kind of file. */
async function exported(page: Page, format: string): Promise<string> {
	await page.locator('summary', { hasText: 'Export' }).click();
	const download = page.waitForEvent('download');
	await page.getByRole('link', { name: format }).click();
	return readFile(await (await download).path(), 'utf8');
}

test('on a phone a company is made, edited in place, put into the trash and taken back by Undo', async ({
	browser
}) => {
	const page = await browser.newPage(PHONE);
	await signIn(page, 'olga');
	const name = unique('Zephyr Werft');
	await open(page, '/companies/new');
	await page.getByLabel('Name').fill(name);
	await page.getByLabel('E-mail').fill('post@zephyr.example');
	await page.getByRole('button', { name: 'Add company' }).click();
	await expect(page).toHaveURL(/\/companies\/[0-9a-f-]{36}$/);
	const website = page.locator('[data-field=website] input[name=website]');
	await website.fill('zephyr-werft.example');
	await website.blur();
	await saved(page);
	await expect
		.poll(
			async () => (await sql`select website from companies where name = ${name}`)[0]?.['website']
		)
		.toContain('zephyr-werft.example');

	await page.getByRole('button', { name: 'Delete' }).click();
	await expect(page).toHaveURL(/\/companies\?trashed=/);
	const messages = page.getByRole('region', { name: 'Messages' });
	await expect(messages.getByText(`${name} is in the trash`)).toBeVisible();
	await messages.getByRole('button', { name: 'Undo' }).click();
	await expect(page).toHaveURL(/\/companies\/[0-9a-f-]{36}$/);
	await expect
		.poll(
			async () =>
				(await sql`select deleted_at from companies where name = ${name}`)[0]?.['deleted_at']
		)
		.toBeNull();
	await page.close();
});

test('on a phone a contact needs only a name, waits in the trash until somebody restores it, and goes into the address book', async ({
	browser
}) => {
	const page = await browser.newPage(PHONE);
	await signIn(page, 'olga');
	const name = unique('Solo');
	await open(page, '/contacts/new');
	await page.getByLabel('Full name').fill(name);
	await page.getByRole('button', { name: 'Add contact' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
	await expect(page.getByText('No e-mail address yet')).toBeVisible();
	await page.getByRole('button', { name: 'Delete' }).click();
	await expect(page).toHaveURL(/\/contacts\?trashed=/);
	await open(page, '/contacts?trash=1');
	const row = page.getByRole('row').filter({ hasText: name });
	await row.getByRole('button', { name: 'Restore' }).click();
	await expect(page).toHaveURL(/\/contacts\/[0-9a-f-]{36}$/);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
	await open(page, `/contacts?q=${encodeURIComponent(name)}`);
	expect(await exported(page, 'vCard')).toMatch(new RegExp(`^FN:${name}`, 'm'));
	await page.close();
});

test('a missing name is named at its field, and what was typed stays', async ({ page }) => {
	await signIn(page, 'olga');
	await open(page, '/companies/new');
	await page.getByLabel('Website').fill('not a website at all');
	await page.getByLabel('Name').fill('Half a Company');
	await page.getByRole('button', { name: 'Add company' }).click();
	await expect(
		page.getByText('This is not a web address. It should look like example.com.')
	).toBeVisible();
	await expect(page.getByLabel('Name')).toHaveValue('Half a Company');
	await expect(page.getByLabel('Website')).toHaveValue('not a website at all');
});

test('markup and length in a name are only text', async ({ page }) => {
	const settle = watchConsole(page);
	await signIn(page, 'olga');
	const name = `${unique('<script>alert(1)</script><img src=x onerror=alert(2)>')} ${'Überlandtransport '.repeat(7).trim()}`;
	await open(page, '/companies/new');
	await page.getByLabel('Name').fill(name);
	await page.getByRole('button', { name: 'Add company' }).click();
	await expect(
		page.locator('[data-field=name] input, [data-field=name] textarea').first()
	).toHaveValue(name);
	await open(page, `/companies?q=${encodeURIComponent('onerror')}`);
	await expect(page.getByRole('link', { name, exact: true }).first()).toBeVisible();
	expect(await page.locator('main img[src=x]').count()).toBe(0);
	const { overflow } = await page.evaluate(() => ({
		overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth
	}));
	expect(overflow).toBeLessThanOrEqual(0);
	settle();
});

test('a form without JavaScript that somebody overtook keeps both values', async ({
	browser,
	page
}) => {
	await signIn(page, 'olga');
	const name = unique('Stale Stahl');
	await open(page, '/companies/new');
	await page.getByLabel('Name').fill(name);
	await page.getByRole('button', { name: 'Add company' }).click();
	await expect(page).toHaveURL(/\/companies\/[0-9a-f-]{36}$/);
	const plain = await browser.newContext({ javaScriptEnabled: false });
	await plain.addCookies(await page.context().cookies());
	const form = await plain.newPage();
	await form.goto(page.url());

	const address = page.locator('[data-field=address]').locator('input, textarea').first();
	await address.fill('Faster Street 1');
	await address.blur();
	await saved(page);
	await expect
		.poll(
			async () => (await sql`select address from companies where name = ${name}`)[0]?.['address']
		)
		.toBe('Faster Street 1');

	const field = form.locator('[data-field=address]');
	await field.locator('input:not([type=hidden]), textarea').first().fill('Slower Street 2');
	await form.getByRole('button', { name: 'Save', exact: true }).first().click();
	await expect(field).toContainText('Faster Street 1');
	await expect(form.locator('main')).toContainText('Somebody changed this while you were typing');
	expect(await form.locator('main').innerHTML()).toContain('Slower Street 2');
	expect((await sql`select address from companies where name = ${name}`)[0]?.['address']).toBe(
		'Faster Street 1'
	);
	await plain.close();
});

test('order, filters, search and columns of a list are in its address, and what it shows is exported', async ({
	page
}) => {
	await signIn(page, 'ann');
	await open(page, '/companies');
	const names = () => page.locator('[data-row-link]').allTextContents();
	await page
		.getByRole('link', { name: 'Sort by Name' })
		.or(page.getByRole('columnheader', { name: 'Name' }).getByRole('link'))
		.first()
		.click();
	await expect(page).toHaveURL(/sort=-name/);
	await expect.poll(async () => (await names())[0]).toMatch(/^[Z-Ö]|^[V-Z]/);
	await page.getByPlaceholder('Search this list').fill('logistik');
	await expect(page).toHaveURL(/q=logistik/);
	await expect.poll(names).toEqual(expect.arrayContaining(['Nordlicht Logistik GmbH']));
	await expect.poll(async () => (await names()).includes('Alpenblick Hotels')).toBe(false);
	const csv = await exported(page, 'CSV');
	expect(csv).toContain('Nordlicht Logistik GmbH');
	expect(csv).not.toContain('Alpenblick Hotels');
	const owner = page.locator('select[name=owner]');
	await owner.selectOption({ label: 'Bob Okafor' });
	await expect(page).toHaveURL(/owner=/);
	await expect(page.getByText('Nothing matches')).toBeVisible();
	await page.getByRole('link', { name: 'Clear filters' }).click();
	await expect(page).not.toHaveURL(/q=|owner=/);
	await page.locator('summary', { hasText: 'Columns' }).click();
	await page.getByRole('checkbox', { name: 'Website' }).check();
	await page.getByRole('button', { name: 'Show' }).click();
	await expect(page).toHaveURL(/columns=website/);
	await expect(page.getByRole('columnheader', { name: 'Website' })).toBeVisible();
	await page.reload();
	await expect(page.getByRole('columnheader', { name: 'Website' })).toBeVisible();
});

test('a long list is turned page by page, there and back, and its count is capped', async ({
	page
}) => {
	await sql`
		insert into companies (id, rev, name, department_id, created_by, modified_by)
		select gen_random_uuid(), 1, 'Paged ' || to_char(n, 'FM00000'), d.id, u.id, u.id
		from generate_series(1, 10010) n, departments d, users u
		where d.name = 'Sales Malmö' and u.email = 'tina@tandem.example'
			and not exists (select from companies where name = 'Paged 00001')`;
	await signIn(page, 'tina');
	await open(page, '/companies?q=Paged&sort=name');
	const first = page.locator('[data-row-link]').first();
	await expect(page.getByText('More than 10,000')).toBeVisible();
	await expect(first).toHaveText('Paged 00001');
	await page.getByRole('link', { name: 'Next', exact: true }).click();
	await expect(first).toHaveText('Paged 00051');
	await page.getByRole('link', { name: 'Next', exact: true }).click();
	await expect(first).toHaveText('Paged 00101');
	await page.getByRole('link', { name: 'Previous', exact: true }).click();
	await expect(first).toHaveText('Paged 00051');
	await page.getByRole('link', { name: 'Previous', exact: true }).click();
	await expect(first).toHaveText('Paged 00001');
	await sql`delete from companies where name like 'Paged %'`;
});

test('a cell of the list is edited where it stands', async ({ page }) => {
	await signIn(page, 'ann');
	await open(page, '/contacts?q=frauke');
	await page.getByRole('link', { name: 'Change Position of Frauke Petersen' }).click();
	const cell = page.getByRole('textbox', { name: 'Position' });
	await cell.fill('Head of all Labs');
	await cell.press('Enter');
	// While the field is open, its cell is named by what is typed.
	await expect(cell).toBeHidden();
	await expect(page.getByRole('cell', { name: /Head of all Labs/ })).toBeVisible();
	await open(page, '/contacts?q=frauke');
	await openRecord(page, 'Frauke Petersen');
	await expect(page.locator('[data-field=title] input').first()).toHaveValue('Head of all Labs');
});
