import { pageOf, unique } from './deal-page.ts';
import { expect, test, type Page } from './test.ts';

const PHONE = { viewport: { width: 390, height: 844 } };

/** Fills the form of a new company and saves it; answers the address of its page. */
async function addCompany(page: Page, name: string, email: string): Promise<string> {
	await page.goto('/companies/new');
	await page.locator('input[name=name]').fill(name);
	await page.locator('input[name="emails.new.value"]').fill(email);
	await page.getByRole('button', { name: 'Add company' }).click();
	await expect(page).toHaveURL(/\/companies\/[0-9a-f-]{36}$/);
	return new URL(page.url()).pathname;
}

const overflowOf = (page: Page) =>
	page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test('[core 5.17, 5.18] what is like a new company shows while it is typed; two become one before a colleague’s eyes, and two again', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'ann');
	const { page: bob } = await pageOf(browser, 'bob');
	const name = unique('Zwilling Werke');
	const domain = `z${Date.now().toString(36)}.example`;
	const first = await addCompany(page, name, `office@${domain}`);

	await page.goto('/companies/new');
	await page.locator('input[name=name]').fill(`${name} GmbH`);
	await page.locator('input[name="emails.new.value"]').fill(`info@${domain}`);
	const similar = page.getByRole('region', { name: 'Is it already here?' });
	await expect(similar.getByRole('link', { name })).toHaveAttribute('href', first);
	await expect(similar.getByText('same mail domain')).toBeVisible();
	// It has been seen: saving does not ask again.
	await page.getByRole('button', { name: 'Add company' }).click();
	await expect(page).toHaveURL(/\/companies\/[0-9a-f-]{36}$/);
	const second = new URL(page.url()).pathname;
	expect(second).not.toBe(first);
	await bob.goto(second);
	await expect(bob.getByRole('heading', { level: 1, name: `${name} GmbH` })).toBeAttached();

	await page.goto(first);
	await page.getByRole('link', { name: 'Merge …' }).click();
	await page.getByLabel('Name of the other record').fill(name);
	await page.getByRole('button', { name: 'Find' }).click();
	await page.getByRole('link', { name: `${name} GmbH` }).click();
	await expect(page.getByText('Goes into the trash', { exact: true })).toBeVisible();
	const emails = page.getByRole('group', { name: 'E-mail' });
	await expect(emails.getByRole('radio', { name: /both together/ })).toBeChecked();
	await page
		.getByRole('group', { name: 'Name', exact: true })
		.getByRole('radio', { name: /of the one that goes/ })
		.check();
	await expect(page).toHaveURL(/pick\.name=gone/);
	await expect(page.getByRole('group', { name: 'Also known as' })).toContainText(name);
	await page.getByRole('button', { name: 'Merge', exact: true }).click();
	await expect(page).toHaveURL(new RegExp(`${first}\\?merged=1`));
	await expect(page.getByText(`${name} GmbH was merged into this record.`)).toBeVisible();
	await expect(page.locator('input[name=name]')).toHaveValue(`${name} GmbH`);
	await expect(bob).toHaveURL(new RegExp(first));

	await page.getByRole('button', { name: 'Undo the merge' }).click();
	await expect(page.getByText('The merge is undone.')).toBeVisible();
	await expect(page.locator('input[name=name]')).toHaveValue(name);
	await bob.goto(second);
	await expect(bob).toHaveURL(new RegExp(`${second}$`));
	await page.context().close();
	await bob.context().close();
});

test('[core 5.17, 5.18] on a phone and without JavaScript the warning comes with the first attempt, and merging shows what it does', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'ann', { ...PHONE, javaScriptEnabled: false });
	const last = `Zwilling${Date.now().toString(36)}`;
	const add = async (name: string, email: string) => {
		await page.goto('/contacts/new');
		await page.locator('input[name=name]').fill(name);
		await page.locator('input[name="emails.new.value"]').fill(email);
		await page.getByRole('button', { name: 'Add contact' }).click();
	};
	await add(`Petra ${last}`, `${last}@one.example`);
	await expect(page).toHaveURL(/\/contacts\/[0-9a-f-]{36}$/);
	const first = new URL(page.url()).pathname;
	await add(`Petra ${last}`, `${last}@two.example`);
	await expect(page.getByText('Not saved yet')).toBeVisible();
	await expect(page.getByRole('link', { name: `Petra ${last}` })).toHaveAttribute('href', first);
	expect(await overflowOf(page)).toBeLessThanOrEqual(0);
	await page.getByRole('button', { name: 'Save anyway' }).click();
	await expect(page).toHaveURL(/\/contacts\/[0-9a-f-]{36}$/);
	const second = new URL(page.url()).pathname;
	// The same name with the same address is nobody else.
	await add(`Petra ${last}`, `${last}@one.example`);
	await expect(page.getByText('This person is already here')).toBeVisible();
	await page.getByRole('button', { name: 'Save anyway' }).click();
	await expect(page.getByText('This person is already here')).toBeVisible();

	await page.goto(`${first}/merge?with=${second.split('/').at(-1)}`);
	await page
		.getByRole('radio', { name: /of the one that stays/ })
		.last()
		.check();
	await page.getByRole('button', { name: 'Show what these choices come to' }).click();
	await expect(page.getByRole('radio', { name: /of the one that stays/ }).last()).toBeChecked();
	expect(await overflowOf(page)).toBeLessThanOrEqual(0);
	await page.getByRole('button', { name: 'Merge', exact: true }).click();
	await expect(page.getByText(`Petra ${last} was merged into this record.`)).toBeVisible();
	// The page of the one that went leads on.
	await page.goto(second);
	await expect(page).toHaveURL(new RegExp(`${first}\\?merged=`));
	await page.getByRole('button', { name: 'Undo the merge' }).click();
	await expect(page.getByText('The merge is undone.')).toBeVisible();
	await page.context().close();
});

test('[T345, T349, T350, T352] cities are added, renamed, merged and offered', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'ann');
	const name = unique('Neustadt');
	const other = unique('Nova');
	await page.goto('/settings/cities');
	const add = async (city: string) => {
		const form = page.locator('form[action="?/add"]');
		await form.getByLabel('Name of the city').fill(city);
		await form.getByLabel('Country').selectOption('DE');
		await form.getByRole('button', { name: 'Add city' }).click();
	};
	await add(name);
	await expect(page.getByText(`${name} was added.`)).toBeVisible();
	await add(name.toUpperCase());
	await expect(page.getByText(`is already a name of ${name}`)).toBeVisible();
	await add(other);
	await expect(page.getByText(`${other} was added.`)).toBeVisible();

	await page.goto(`/settings/cities?q=${encodeURIComponent(other)}&country=DE`);
	await page.locator('summary').click();
	await page.getByLabel('Other names').first().fill(`${other} alt`);
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.locator('summary')).toContainText(`${other} alt`);
	await page.goto(`/settings/cities?q=${encodeURIComponent(other)}&country=DE`);
	await page.locator('summary').click();
	await page.getByLabel('Merge into').fill(name);
	await page.getByRole('button', { name: 'Merge', exact: true }).click();
	await expect(page.getByText(`Merged into ${name}.`)).toBeVisible();
	await expect(page.locator('summary')).toContainText(name);

	// Offered under the name that was merged into it.
	const offered = await page.request.get(
		`/api/cities?country=DE&q=${encodeURIComponent(`${other} a`)}`
	);
	expect(await offered.json()).toEqual([{ name, country: 'DE' }]);
	await page.context().close();
});
