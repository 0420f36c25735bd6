import { request as requests } from '@playwright/test';
import { createDeal, input, openDatabase, openDeal, pageOf, unique } from './deal-page.ts';
import { expect, test, type Page } from './test.ts';

const sql = openDatabase();
test.afterAll(() => sql.end());

/** Makes a key on its page and answers what is shown there once. */
async function aKey(page: Page, name: string, access: 'read' | 'write'): Promise<string> {
	await page.goto('/profile/keys');
	await page.getByRole('textbox', { name: 'Name' }).fill(name);
	await page.getByLabel('It may').selectOption(access);
	await page.getByRole('button', { name: 'Create key' }).click();
	const shown = page.getByLabel('The key', { exact: true });
	await expect(shown).toHaveValue(/^tandem_/);
	return shown.inputValue();
}

const programWith = (key: string, baseURL: string | undefined) =>
	requests.newContext({
		...(baseURL ? { baseURL } : {}),
		extraHTTPHeaders: { authorization: `Bearer ${key}` }
	});

test('a key is made and revoked without JavaScript, and its token is shown only once', async ({
	browser,
	baseURL
}) => {
	const { page } = await pageOf(browser, 'ann', { javaScriptEnabled: false });
	const name = unique('Website form with a name that is rather long, so that it has to wrap');
	await page.goto('/profile');
	await page.getByRole('link', { name: 'Manage API keys' }).click();
	await page.getByRole('textbox', { name: 'Name' }).fill('   ');
	await page.getByRole('button', { name: 'Create key' }).click();
	await expect(page.getByText('Fill this in.')).toBeVisible();
	const key = await aKey(page, name, 'read');
	const program = await programWith(key, baseURL);
	expect((await program.get('/api/v1/deals?limit=1')).status()).toBe(200);

	await page.goto('/profile/keys');
	await expect(page.getByText(key)).toHaveCount(0);
	const row = page.getByRole('listitem').filter({ hasText: name });
	await expect(row).toContainText(key.slice(0, 12));
	await row.getByRole('button', { name: `Revoke the key ${name}` }).click();
	await expect(page.getByText('The key no longer works.')).toBeVisible();
	await expect(page.getByText(name)).toHaveCount(0);
	expect((await program.get('/api/v1/deals?limit=1')).status()).toBe(401);
	await Promise.all([program.dispose(), page.context().close()]);
});

test('what a program changes stands on the open page at once, and it learns what people changed', async ({
	browser,
	baseURL
}) => {
	const { page, problems } = await pageOf(browser, 'ann');
	const key = await aKey(page, unique('Journey'), 'write');
	const id = await createDeal(page, sql, { name: unique('By program') });
	await openDeal(page, id);
	const program = await programWith(key, baseURL);
	const got = await program.get(`/api/v1/deals/${id}`);
	const { fields } = await got.json();
	const patched = await program.patch(`/api/v1/deals/${id}`, {
		headers: { 'if-match': got.headers()['etag'] ?? '' },
		data: {
			fields: { nextStep: 'Sent by a program', amount: { minor: '129900', currency: 'EUR' } }
		}
	});
	expect(patched.status()).toBe(200);
	await expect(input(page, 'nextStep')).toHaveValue('Sent by a program');
	await expect(input(page, 'amount')).toHaveValue('1299');

	await input(page, 'nextStep').fill('Typed by Ann');
	await input(page, 'nextStep').blur();
	await expect
		.poll(async () => (await (await program.get(`/api/v1/deals/${id}`)).json()).fields.nextStep)
		.toBe('Typed by Ann');
	const late = await program.patch(`/api/v1/deals/${id}`, {
		data: { fields: { nextStep: 'Too late' }, base: { nextStep: fields.nextStep } }
	});
	expect(late.status()).toBe(409);
	expect((await late.json()).errors).toMatchObject([
		{ field: 'nextStep', current: 'Typed by Ann' }
	]);
	await expect(input(page, 'nextStep')).toHaveValue('Typed by Ann');
	expect(problems).toEqual([]);
	await Promise.all([program.dispose(), page.context().close()]);
});

test('the page of the API shows what there is, and each problem leads to its words', async ({
	browser,
	baseURL
}) => {
	const { page, problems } = await pageOf(browser, 'ann');
	await page.goto('/profile/keys');
	await page.getByRole('link', { name: 'How to use the API' }).click();
	await expect(page.getByRole('heading', { name: 'Deals', exact: true })).toBeVisible();
	await expect(page.getByText('PATCH /api/v1/contacts/{id}')).toBeVisible();
	const refused = await (await requests.newContext()).get(`${baseURL}/api/v1/deals`);
	const { type } = await refused.json();
	await page.goto(type);
	await expect(page.locator('dt:target')).toHaveText('401 unauthorized');
	const description = await page.request.get('/api/v1/openapi.json');
	expect((await description.json()).openapi).toBe('3.1.0');
	expect(problems).toEqual([]);
	await page.context().close();
});
