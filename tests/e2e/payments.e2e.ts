import {
	createDeal,
	currentStage,
	openDatabase,
	openDeal,
	pageOf,
	unique,
	watchConsole
} from './deal-page.ts';
import { signIn } from './support.ts';
import { expect, test, type Page } from './test.ts';

const sql = openDatabase();
test.afterAll(() => sql.end());

const PHONE = { viewport: { width: 390, height: 844 } };

const itemsOf = (page: Page) => page.locator('#items');
const paymentsOf = (page: Page) => page.locator('#payments');

test('[core 5.14, core 5.15] payments in two currencies and a shipment are seen by a colleague as they happen', async ({
	browser
}) => {
	const { page, problems } = await pageOf(browser, 'ann');
	const { page: bob } = await pageOf(browser, 'bob');
	const fields = { amount: '2000', currency: 'EUR' };
	const id = await createDeal(page, sql, { name: unique('Goods'), coOwner: 'bob', fields });
	await openDeal(page, id);
	await openDeal(bob, id);

	await page.getByRole('link', { name: 'Add line item' }).click();
	await itemsOf(page).getByLabel('Product').selectOption({ label: 'Pallet rack R4' });
	await expect(itemsOf(page).getByLabel('Unit price')).toHaveValue('425');
	await itemsOf(page).getByLabel('Quantity').fill('4');
	await page.getByLabel('Due by contract').fill('2026-01-31');
	await page.getByRole('button', { name: 'Add', exact: true }).click();
	for (const screen of [page, bob]) {
		await expect(itemsOf(screen)).toContainText('Pallet rack R4');
		await expect(itemsOf(screen)).toContainText('€1,700.00');
		await expect(itemsOf(screen)).toContainText('late since');
	}

	await page.getByRole('link', { name: 'Add payment' }).click();
	await paymentsOf(page).getByLabel('Amount').fill('500');
	await page.getByLabel('Invoice number').fill('R-1');
	await page.getByRole('button', { name: 'Book payment' }).click();
	await expect(paymentsOf(bob).locator('[data-balance=expected]')).toHaveText('€1,500.00');

	await bob.getByRole('link', { name: 'Add payment' }).click();
	// The deal's last payment is proposed.
	await expect(bob.getByLabel('Invoice number')).toHaveValue('R-1');
	await paymentsOf(bob).locator('select[name=currency]').selectOption('USD');
	await bob.getByLabel('Invoice number').press('Enter');
	for (const screen of [page, bob]) {
		// 500 € and 500 $ at 0.9215.
		await expect(paymentsOf(screen).locator('[data-balance=received]')).toContainText('€960.75');
		await expect(paymentsOf(screen)).toContainText('Approximate rates');
	}

	await bob.getByRole('button', { name: 'Ship Pallet rack R4' }).click();
	for (const screen of [page, bob]) {
		await expect(itemsOf(screen)).toContainText('Shipped');
		await expect(currentStage(screen)).toHaveText('Shipment');
	}
	await page.goto('/payments');
	await expect(page.locator('[data-total=EUR]')).toBeVisible();
	await page.goto('/shipments?state=shipped');
	await expect(page.getByRole('row').filter({ hasText: 'Pallet rack R4' }).first()).toBeVisible();
	expect(problems).toEqual([]);
	await page.context().close();
	await bob.context().close();
});

test('[T164, B165] a lost deal sets what was expected aside once that is said, without JavaScript and on a phone', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'ann', { ...PHONE, javaScriptEnabled: false });
	const fields = { amount: '100', currency: 'EUR' };
	const id = await createDeal(page, sql, { name: unique('Hopes'), fields });
	await page.goto(`/deals/${id}`);
	await page.getByRole('link', { name: 'Add payment' }).click();
	await paymentsOf(page).getByLabel('Amount').fill('nothing');
	await paymentsOf(page).getByLabel('Status').selectOption({ label: 'Guaranteed' });
	await page.getByRole('button', { name: 'Book payment' }).click();
	// What was typed stays, beside the reason.
	await expect(paymentsOf(page).getByLabel('Amount')).toHaveValue('nothing');
	await paymentsOf(page).getByLabel('Amount').fill('60');
	await page.getByRole('button', { name: 'Book payment' }).click();
	await expect(paymentsOf(page)).toContainText('Guaranteed');

	await page.getByText('Lost', { exact: true }).first().click();
	await page.getByLabel('Why was it lost?').selectOption({ label: 'Price' });
	await page.getByRole('button', { name: 'Lost' }).click();
	await expect(page.getByText('Payments are still expected of this deal')).toBeVisible();
	await page.getByRole('button', { name: 'End it and set them aside' }).click();
	await expect(page.locator('[data-outcome=lost][role=status]')).toContainText('Price');
	await expect(paymentsOf(page)).toContainText('Set aside');
	await page.getByRole('button', { name: 'Reopen' }).click();
	await expect(paymentsOf(page)).toContainText('Guaranteed');
	await page.context().close();
});

test('on a phone a product is made, put into a deal and cannot be thrown away then', async ({
	browser
}) => {
	const page = await browser.newPage(PHONE);
	const problems = watchConsole(page);
	await signIn(page, 'ann');
	const name = unique('Crane hook');
	await page.goto('/products/new');
	await page.getByLabel('Name').fill(name);
	await page.getByLabel('Price', { exact: true }).fill('12,50');
	await page.getByRole('button', { name: 'Create product' }).click();
	await expect(page.getByRole('heading', { name, level: 1 })).toBeAttached();
	const id = await createDeal(page, sql, { name: unique('Hooks') });
	const address = page.url();
	await openDeal(page, id);
	await page.getByRole('link', { name: 'Add line item' }).click();
	await itemsOf(page).getByLabel('Product').selectOption({ label: name });
	await itemsOf(page).getByLabel('Quantity').fill('0');
	await itemsOf(page).getByLabel('Quantity').press('Enter');
	await expect(page.getByText('The quantity is at least 1')).toBeVisible();
	await itemsOf(page).getByLabel('Quantity').fill('2');
	await itemsOf(page).getByLabel('Quantity').press('Enter');
	await expect(itemsOf(page)).toContainText('€25.00');
	await page.goto(address);
	await page.getByRole('button', { name: 'Delete' }).click();
	await expect(page.getByText('Deals have this product')).toBeVisible();
	expect(problems.filter((problem) => !/40[09]/.test(problem))).toEqual([]);
	await page.close();
});
