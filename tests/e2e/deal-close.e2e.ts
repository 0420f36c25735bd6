import { createDeal, currentStage, openDatabase, openDeal, pageOf, unique } from './deal-page.ts';
import { expect, test } from './test.ts';

const sql = openDatabase();
test.afterAll(() => sql.end());

test('[C169, B171] a deal is won before a colleague’s eyes, and opened again where it was', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'ann');
	const { page: bob } = await pageOf(browser, 'bob');
	const id = await createDeal(page, sql, { name: unique('To be won'), coOwner: 'bob' });
	await openDeal(page, id);
	await openDeal(bob, id);

	await page.getByRole('button', { name: 'Won' }).click();
	await expect(page.getByText('Enter the amount first')).toBeVisible();
	await page.locator('[data-field=amount] input').first().fill('1250');
	await page.keyboard.press('Enter');
	await expect(page.locator('[role=status][data-state=saved]')).toBeVisible();
	await page.getByRole('button', { name: 'Won' }).click();

	for (const screen of [page, bob]) {
		await expect(screen.locator('[data-outcome=won][role=status]')).toContainText('Ann Becker');
		await expect(currentStage(screen)).toHaveText('Closed won');
	}
	// The message offers the way back; another end does, too.
	await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
	await expect(currentStage(bob)).toHaveText('Request');
	await page.getByRole('button', { name: 'Won' }).click();
	await expect(currentStage(bob)).toHaveText('Closed won');
	await bob.locator('[data-outcome=won]').getByText('Change').click();
	await bob.getByLabel('Why was it lost?').selectOption({ label: 'Price' });
	await bob.getByRole('button', { name: 'Lost' }).click();
	for (const screen of [page, bob]) {
		await expect(screen.locator('[data-outcome=lost][role=status]')).toContainText('Price');
		await expect(currentStage(screen)).toHaveText('Closed lost');
	}
	await bob.getByRole('button', { name: 'Reopen' }).click();
	for (const screen of [page, bob]) {
		await expect(screen.getByRole('button', { name: 'Won' })).toBeVisible();
		await expect(currentStage(screen)).toHaveText('Request');
	}
	await page.context().close();
	await bob.context().close();
});

test('[core 5.12] without JavaScript a deal is lost for a reason', async ({ browser }) => {
	const options = { javaScriptEnabled: false, viewport: { width: 390, height: 844 } };
	const { page } = await pageOf(browser, 'ann', options);
	const id = await createDeal(page, sql, { name: unique('To be lost') });
	await page.goto(`/deals/${id}`);
	await page.getByText('Lost', { exact: true }).first().click();
	await page.getByLabel('Why was it lost?').selectOption({ label: 'Price' });
	await page.getByRole('button', { name: 'Lost' }).click();
	await expect(page.locator('[data-outcome=lost][role=status]')).toContainText('Price');
	const [closure] = await sql`select outcome from deal_closures where deal_id = ${id}`;
	expect(closure?.outcome).toBe('lost');
	await page.context().close();
});
