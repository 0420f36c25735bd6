import { signIn } from './support.ts';
import { expect, test } from './test.ts';

test('[T191, C202, B207] an accountant’s work: a currency is added, rated, and no longer needed', async ({
	page
}) => {
	await signIn(page, 'adam');
	await page.goto('/settings/currencies');
	await page.getByLabel('Currency').selectOption('CHF');
	await page.getByRole('button', { name: 'Add currency' }).click();
	const row = page.getByRole('listitem').filter({ hasText: 'CHF' });
	await expect(row).toContainText('No rate yet');

	await row.getByRole('link').click();
	await page.getByLabel('What 1 CHF is worth in EUR').fill('nothing');
	await page.getByRole('button', { name: 'Set rate' }).click();
	await expect(page.getByText('a number above zero')).toBeVisible();
	await expect(page.getByLabel('What 1 CHF is worth in EUR')).toHaveValue('nothing');
	await page.getByLabel('What 1 CHF is worth in EUR').fill('1,0431');
	await page.getByRole('button', { name: 'Set rate' }).click();
	await expect(page.getByRole('cell', { name: '1.0431' })).toBeVisible();

	await page.goto('/deals/new');
	await expect(page.locator('select[name=currency] option[value=CHF]')).toBeAttached();

	await page.goto('/settings/currencies/CHF');
	await page.getByRole('button', { name: 'Remove currency' }).click();
	await expect(page).toHaveURL(/\/settings\/currencies$/);
	await expect(page.getByRole('listitem').filter({ hasText: 'CHF' })).toHaveCount(0);
});

test('[C202] without JavaScript a role moves and is never just given up', async ({ browser }) => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const page = await context.newPage();
	await signIn(page, 'adam');
	await page.goto('/settings/currencies/EUR');
	await page.getByLabel('Bookkeeping').uncheck();
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByRole('alert')).toContainText('Give it to another currency instead');
	await context.close();
});
