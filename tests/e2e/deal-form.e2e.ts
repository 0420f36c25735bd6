import {
	createDeal,
	currentStage,
	field,
	input,
	openDatabase,
	pageOf,
	saveField,
	unique
} from './deal-page.ts';
import { expect, test, type Page } from './test.ts';

const sql = openDatabase();
test.afterAll(() => sql.end());

const WITHOUT_SCRIPTS = { javaScriptEnabled: false };

const save = (page: Page) => page.locator('.save').getByRole('button', { name: 'Save' }).click();

test('the page of a deal is a form that saves', async ({ browser }) => {
	const { page } = await pageOf(browser, 'ann', WITHOUT_SCRIPTS);
	const id = await createDeal(page, sql, { name: unique('By form') });
	await page.goto(`/deals/${id}`);
	await input(page, 'nextStep').fill('Posted');
	await input(page, 'amount').fill('99.90');
	await input(page, 'important').check();
	await field(page, 'stage').getByRole('radio', { name: 'Analysis' }).check();
	await field(page, 'coOwners').locator('select').selectOption({ label: 'Bob Okafor' });
	await save(page);
	await expect(input(page, 'nextStep')).toHaveValue('Posted');
	await expect(currentStage(page)).toHaveText('Analysis');
	await expect(input(page, 'important')).toBeChecked();
	await expect(input(page, 'amount')).toHaveValue('99.90');
	const [row] = await sql`select next_step, amount_minor, important from deals where id = ${id}`;
	expect({ ...row }).toEqual({ next_step: 'Posted', amount_minor: '9990', important: true });
	const owners = await sql`select name from users join deal_co_owners on user_id = users.id
		where deal_id = ${id}`;
	expect(owners.map(({ name }) => name)).toEqual(['Bob Okafor']);
	await page.context().close();
});

test('a field that somebody else changed meanwhile answers 409 with both values; the rest is saved', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'ann', WITHOUT_SCRIPTS);
	const { page: bob } = await pageOf(browser, 'bob', WITHOUT_SCRIPTS);
	const id = await createDeal(page, sql, { name: unique('Stale'), coOwner: 'bob' });
	await page.goto(`/deals/${id}`);
	await bob.goto(`/deals/${id}`);
	const before = await input(page, 'nextStep').inputValue();
	await saveField(bob, id, 'nextStep', before || null, 'What Bob wants');
	await input(page, 'nextStep').fill('What Ann wants');
	await input(page, 'amount').fill('10');
	const answered = page.waitForResponse((answer) => answer.request().method() === 'POST');
	await save(page);
	expect((await answered).status()).toBe(409);
	await expect(input(page, 'nextStep')).toHaveValue('What Ann wants');
	const fault = field(page, 'nextStep').getByRole('alert');
	await expect(fault).toContainText('Somebody changed this while you were typing.');
	await expect(fault).toContainText('What Bob wants');
	const [kept] = await sql`select next_step, amount_minor from deals where id = ${id}`;
	expect({ ...kept }).toEqual({ next_step: 'What Bob wants', amount_minor: '1000' });

	// Now Ann has seen it: the same button says that hers is to be taken.
	await save(page);
	await expect(field(page, 'nextStep').getByRole('alert')).toHaveCount(0);
	const [row] = await sql`select next_step, amount_minor from deals where id = ${id}`;
	expect({ ...row }).toEqual({ next_step: 'What Ann wants', amount_minor: '1000' });
	await Promise.all([page.context().close(), bob.context().close()]);
});

test('refused values keep what was typed and say why', async ({ browser }) => {
	const { page } = await pageOf(browser, 'ann', WITHOUT_SCRIPTS);
	const id = await createDeal(page, sql, { name: unique('Refused') });
	await page.goto(`/deals/${id}`);
	const long = 'too long '.repeat(34).trim();
	await input(page, 'nextStep').fill(long);
	await input(page, 'nextStepOn').fill('2024-02-29');
	await input(page, 'amount').fill('a lot');
	await save(page);
	await expect(field(page, 'nextStep').getByRole('alert')).toContainText('at most 250 characters');
	await expect(field(page, 'nextStepOn').getByRole('alert')).toContainText('This day has passed');
	await expect(field(page, 'amount').getByRole('alert')).toContainText('This is not an amount.');
	await expect(input(page, 'nextStep')).toHaveValue(long);
	await expect(input(page, 'nextStepOn')).toHaveValue('2024-02-29');
	await expect(input(page, 'amount')).toHaveValue('a lot');
	await page.context().close();
});

test('a deal is made, put in the trash, taken back and found again', async ({ browser }) => {
	const { page } = await pageOf(browser, 'ann', WITHOUT_SCRIPTS);
	const name = unique('From the form');
	await page.goto('/deals/new');
	await page.getByLabel('Name').fill('x'.repeat(250));
	await page.getByLabel('Amount').fill('a lot');
	await page.getByRole('button', { name: 'Create deal' }).click();
	await expect(page.getByText('This is not an amount.')).toBeVisible();
	await expect(page.getByLabel('Name')).toHaveValue('x'.repeat(250));
	await expect(page.getByLabel('Amount')).toHaveValue('a lot');
	await page.getByLabel('Name').fill(name);
	await page.getByLabel('Amount').fill('1,500');
	await page.getByRole('button', { name: 'Create deal' }).click();
	await expect(page).toHaveURL(/\/deals\/[0-9a-f-]{36}$/);
	await expect(input(page, 'name')).toHaveValue(name);
	const address = page.url();

	await page.getByLabel('More actions').click();
	await page.getByRole('button', { name: 'Move to trash' }).click();
	await expect(page.getByText('The deal is in the trash.')).toBeVisible();
	expect((await page.request.get(address)).status()).toBe(404);
	await page.getByRole('button', { name: 'Undo' }).click();
	await page.goto(`/deals?q=${encodeURIComponent(name)}`);
	await page.getByRole('link', { name }).first().click();
	await expect(page).toHaveURL(address);

	await page.getByLabel('More actions').click();
	await page.getByRole('button', { name: 'Move to trash' }).click();
	await page.goto('/deals?trash=1');
	await page.getByRole('row', { name }).getByRole('button', { name: 'Restore' }).click();
	await page.goto(address);
	await expect(input(page, 'name')).toHaveValue(name);
	await page.context().close();
});

test('a colleague gets the values without inputs to change them, and is refused when he posts', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'ann', WITHOUT_SCRIPTS);
	const { page: cleo } = await pageOf(browser, 'cleo', WITHOUT_SCRIPTS);
	const id = await createDeal(page, sql, { name: unique('Not yours') });
	await cleo.goto(`/deals/${id}`);
	await expect(input(cleo, 'nextStep')).toHaveAttribute('readonly');
	await expect(cleo.locator('.save')).toHaveCount(0);
	const answer = await cleo.request.post(`/deals/${id}?/save`, {
		form: { 'nextStep.base': 'null', nextStep: 'Slipped in' },
		headers: { origin: new URL(cleo.url()).origin, accept: 'text/html' }
	});
	expect(answer.status()).toBe(403);
	const [row] = await sql`select next_step from deals where id = ${id}`;
	expect(row?.next_step).not.toBe('Slipped in');
	await Promise.all([page.context().close(), cleo.context().close()]);
});
