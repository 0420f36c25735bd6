import { createDeal, inDays, openDatabase, pageOf, saveField, unique } from './deal-page.ts';
import { expect, test, type Page } from './test.ts';
import { newId } from '#lib/shared/ids.ts';

const sql = openDatabase();
test.afterAll(() => sql.end());

const PHONE = { viewport: { width: 390, height: 844 } };

const important = async (prefix: string) =>
	(await sql`select important from deals where name like ${`${prefix}%`} order by name`).map(
		(row) => row['important'] as boolean
	);

/** A form has led to another page: what is chosen before its scripts have come is not kept. */
async function alive(page: Page): Promise<void> {
	await expect(page.getByRole('heading', { name: /^Change fields/ })).toBeVisible();
	await expect(page.locator('html')).toHaveAttribute('data-scripts', 'on');
}

test('many deals are changed at once, without the one that is not mine, and a colleague sees it; then it is undone', async ({
	browser
}) => {
	const { page, problems } = await pageOf(browser, 'ann');
	const { page: bob } = await pageOf(browser, 'bob');
	const prefix = unique('Together');
	await createDeal(page, sql, { name: `${prefix} A` });
	await createDeal(page, sql, { name: `${prefix} B` });
	await createDeal(page, sql, { name: `${prefix} C`, owner: 'cleo' });
	const list = `/deals?q=${encodeURIComponent(prefix)}&sort=name`;
	await bob.goto(list);
	await page.goto(list);
	await expect(page.getByRole('rowheader')).toHaveCount(3);

	// The keyboard reaches the first row, shift and a press the last one.
	await page.keyboard.press('j');
	await page.keyboard.press('x');
	await expect(page.getByRole('status').filter({ hasText: '1 selected' })).toBeVisible();
	await page.getByLabel(`Select ${prefix} C`).click({ modifiers: ['Shift'] });
	await expect(page.getByRole('status').filter({ hasText: '3 selected' })).toBeVisible();
	await page.getByRole('button', { name: 'Change fields…' }).click();
	await alive(page);
	await page.getByLabel('Important').selectOption({ label: 'Yes' });
	await page.getByRole('button', { name: 'Look at it first' }).click();
	await expect(page.getByText('2 will be changed')).toBeVisible();
	await expect(page.getByText('1 you may not edit')).toBeVisible();
	await expect(page.getByRole('link', { name: `${prefix} C` })).toBeVisible();
	expect(await important(prefix)).toEqual([false, false, false]);
	await page.getByRole('button', { name: 'Change 2' }).click();
	await expect(page.getByText('You may not change this one.')).toBeVisible();
	await expect.poll(() => important(prefix)).toEqual([true, true, false]);
	await expect(bob.getByRole('rowheader').locator('.star')).toHaveCount(2);

	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(bob.getByRole('rowheader').locator('.star')).toHaveCount(0);
	expect(await important(prefix)).toEqual([false, false, false]);
	await page.getByRole('link', { name: 'Back to the list' }).click();
	// A record that is opened from the list knows its place there, and J leads on.
	await page.getByRole('link', { name: `${prefix} A` }).click();
	await expect(page.getByRole('link', { name: '1 of 3' })).toBeVisible();
	await page.keyboard.press('j');
	await expect(page.getByRole('heading', { level: 1 })).toContainText(`${prefix} B`);
	await expect(page.getByRole('link', { name: '2 of 3' })).toBeVisible();
	await page.getByRole('link', { name: 'Next record of the list' }).click();
	await expect(page.getByRole('link', { name: '3 of 3' })).toBeVisible();
	expect(problems).toEqual([]);
	await Promise.all([page.context().close(), bob.context().close()]);
});

test('a view that is shared and pinned stands in a colleague’s rail, and on his phone', async ({
	browser
}) => {
	const { page, problems } = await pageOf(browser, 'ann');
	const { page: cleo } = await pageOf(browser, 'cleo');
	const { page: phone } = await pageOf(browser, 'cleo', PHONE);
	const { page: bob } = await pageOf(browser, 'bob');
	const name = unique('Late ones');
	const late = unique('Long overdue');
	const step = { nextStep: 'Call', nextStepOn: await inDays(page, 0) };
	const id = await createDeal(page, sql, { name: late, coOwner: 'bob', fields: step });
	await sql`update deals set next_step_on = next_step_on - 3 where id = ${id}`;
	await cleo.goto('/companies');
	await phone.goto('/deals');
	await page.goto(`/deals?step=late&sort=-name&q=${encodeURIComponent(late)}`);
	await page.getByText('Save this view').click();
	await page.locator('details[open] input[name=name]').fill(name);
	await page.getByLabel('Shared with').selectOption({ label: 'Department: Sales Hamburg' });
	await page.getByLabel('Pin to the side bar').check();
	// A colleague's change loads her list anew; what she has filled in and not sent stays.
	await saveField(bob, id, 'nextStep', 'Call', 'Bob has called');
	await expect(page.getByRole('row', { name: late })).toContainText('Bob has called');
	await expect(page.locator('details[open] input[name=name]')).toHaveValue(name);
	await expect(page.getByLabel('Shared with')).not.toHaveValue('nobody');
	await expect(page.getByLabel('Pin to the side bar')).toBeChecked();
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page).toHaveURL(/view_id=/);
	// It comes without a reload.
	const pinned = cleo.locator('aside').getByRole('link', { name });
	await pinned.click();
	await expect(cleo).toHaveURL(/\/deals\?q=.*&sort=-name&step=late&view_id=/);
	await phone.locator('main nav').getByRole('link', { name }).click();
	await expect(phone).toHaveURL(/step=late/);

	await page.goto('/views');
	const mine = page.getByRole('listitem').filter({ hasText: name });
	await mine.getByText('Change', { exact: true }).click();
	await mine.getByRole('button', { name: 'Remove this view' }).click();
	await expect(pinned).toHaveCount(0);
	expect(problems).toEqual([]);
	await Promise.all([page, bob, cleo, phone].map((one) => one.context().close()));
});

/** A seller of Hamburg whom no other journey knows; answers the id. */
async function aLeaver(name: string): Promise<string> {
	const id = newId();
	await sql`insert into users (id, name, email) values (${id}, ${name}, ${`${id}@tandem.example`})`;
	await sql`insert into user_profiles (user_id) values (${id})`;
	await sql`
		insert into department_members (department_id, user_id)
		select id, ${id} from departments where name = 'Sales Hamburg'`;
	return id;
}

test('what a leaving colleague has is handed over on the phone, and taken back', async ({
	browser
}) => {
	const { page, problems } = await pageOf(browser, 'adam', PHONE);
	const name = unique('Lea Verloren');
	const id = await aLeaver(name);
	const deal = await createDeal(page, sql, {
		name: unique('Left behind'),
		fields: { ownerId: id }
	});
	const owner = async () =>
		(
			await sql`select u.name from deals d join users u on u.id = d.owner_id where d.id = ${deal}`
		)[0]?.['name'];
	await page.goto(`/settings/people/${id}`);
	await expect(page.getByRole('heading', { name })).toBeVisible();
	await page.getByLabel('Deals · Sales Hamburg (1)').selectOption({ label: 'Ann Becker' });
	await page.getByRole('button', { name: 'Hand over', exact: true }).click();
	await expect(page).toHaveURL(/\/bulk\//);
	await expect(page.getByText('Done', { exact: true })).toBeVisible();
	expect(await owner()).toBe('Ann Becker');
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(page.getByRole('heading', { level: 1, name: /^Undo/ })).toBeVisible();
	await expect.poll(owner).toBe(name);
	expect(problems).toEqual([]);
	await page.context().close();
});
