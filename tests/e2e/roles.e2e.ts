import type { Sql } from 'postgres';
import { demoEmail, type DemoPerson } from '#lib/features/demo/model.ts';
import type { RunningSystem } from '#tests/support/system.ts';
import { openDatabase, stateLine } from './deal-page.ts';
import { openOwnSystem } from './own-system.ts';
import { signInByForm } from './support.ts';
import { expect, test, type Browser, type Page } from './test.ts';

// Rights of its own: taking some away would stop the other journeys.
let system: RunningSystem;
let sql: Sql;

test.beforeAll(async () => {
	test.setTimeout(240_000);
	system = await openOwnSystem('roles');
	sql = openDatabase(system.databaseUrl);
});

test.afterAll(async () => {
	await sql.end();
	await system.stop();
});

async function person(browser: Browser, name: DemoPerson, javaScriptEnabled = true): Promise<Page> {
	const context = await browser.newContext({ baseURL: system.url, javaScriptEnabled });
	const page = await context.newPage();
	await signInByForm(page, name);
	return page;
}

async function openRole(page: Page, name: string): Promise<void> {
	await page.goto('/settings/roles');
	await page.getByRole('main').getByRole('link', { name, exact: true }).click();
	await expect(page.getByRole('heading', { level: 2, name })).toBeVisible();
}

const right = (page: Page, name: string) => page.locator(`select[name="${name}"]`);

async function save(page: Page): Promise<void> {
	const answered = page.waitForResponse((response) => response.request().method() === 'POST');
	await page.getByRole('button', { name: 'Save rights' }).click();
	await answered;
}

const history = async () =>
	(
		await sql`select u.email, c.field, c.old, c.new from changes c join users u on u.id = c.actor_id
			where c.kind = 'role' order by c.at desc, c.id desc`
	).map((row) => ({ ...row }));

test('a right that is taken from a role is gone at once from open pages and sockets, one that is given is there [§9]', async ({
	browser
}) => {
	const [adam, ann] = await Promise.all([person(browser, 'adam'), person(browser, 'ann')]);
	const list = await ann.context().newPage();
	await list.goto('/companies');
	await expect(list.locator('tbody tr').first()).toBeVisible();
	const href = await list.locator('a[data-row-link]').first().getAttribute('href');
	await ann.goto(href ?? '');
	await expect(stateLine(ann)).toHaveAttribute('data-state', 'saved');

	await openRole(adam, 'Sales manager');
	await expect(right(adam, 'company.read')).toHaveValue('department');
	await right(adam, 'company.read').selectOption('');
	await save(adam);
	await expect(adam.getByText('Saved. It counts from now on')).toBeVisible();

	await expect(stateLine(ann)).toHaveText('No longer shared with you');
	await expect(ann.locator('input[name=name]')).toHaveAttribute('readonly');
	expect((await ann.request.get(href ?? '')).status()).toBe(404);
	await list.reload();
	await expect(list.getByRole('link', { name: 'Companies' })).toHaveCount(0);
	expect(await history()).toEqual([
		{ email: demoEmail('adam'), field: 'company.read', old: 'department', new: null },
		...(await history()).slice(1)
	]);

	await right(adam, 'company.read').selectOption('department');
	await save(adam);
	await expect(right(adam, 'company.read')).toHaveValue('department');
	await list.goto('/companies');
	await expect(list.locator('tbody tr').first()).toBeVisible();
	await Promise.all([adam.context().close(), ann.context().close()]);
});

test('nobody can lock everybody out: somebody stays who may manage people and roles', async ({
	browser
}) => {
	const adam = await person(browser, 'adam');
	await openRole(adam, 'Administrator');
	await right(adam, 'user.create').selectOption('');
	await save(adam);
	await expect(adam.getByRole('alert')).toHaveText('Somebody must stay who may manage people.');
	// What he chose is still there, beside what is true.
	await expect(right(adam, 'user.create')).toHaveValue('');
	await expect(adam.getByText('Now: Yes')).toBeVisible();
	expect((await adam.request.get('/settings/roles')).status()).toBe(200);
	expect(
		await sql`select from role_permissions where entity = 'user' and verb = 'create'`
	).toHaveLength(1);
	await adam.context().close();
});

test('without JavaScript rights are changed too, and nobody is overwritten', async ({
	browser
}) => {
	const early = await person(browser, 'adam', false);
	const late = await person(browser, 'adam', false);
	await Promise.all([openRole(early, 'Operator'), openRole(late, 'Operator')]);
	await right(early, 'deal.delete').selectOption('own');
	await save(early);
	await expect(early.getByText('Saved. It counts from now on')).toBeVisible();

	// Another right of the same role: both count.
	await right(late, 'deal.steer').selectOption('all');
	await save(late);
	await expect(late.getByText('Saved. It counts from now on')).toBeVisible();
	await expect(right(late, 'deal.delete')).toHaveValue('own');

	// The same right, as it was when the page was made.
	await openRole(late, 'Operator');
	await right(early, 'deal.delete').selectOption('all');
	await save(early);
	await right(late, 'deal.delete').selectOption('');
	await save(late);
	await expect(late.getByRole('alert')).toContainText(
		'Somebody changed these rights in the meantime.'
	);
	await expect(right(late, 'deal.delete')).toHaveValue('');
	await expect(late.getByText('Now: All')).toBeVisible();
	await save(late);
	await expect(right(late, 'deal.delete')).toHaveValue('');
	expect(
		(await history()).slice(0, 4).map(({ field, old, new: now }) => [field, old, now])
	).toEqual([
		['deal.delete', 'all', null],
		['deal.delete', 'own', 'all'],
		['deal.steer', null, 'all'],
		['deal.delete', 'department', 'own']
	]);
	await Promise.all([early.context().close(), late.context().close()]);
});

test('a scope that no rule knows is refused by its name', async ({ browser }) => {
	const adam = await person(browser, 'adam');
	await openRole(adam, 'Chief');
	await right(adam, 'deal.create').evaluate((select) => {
		if (select instanceof HTMLSelectElement) select.add(new Option('Own', 'own'));
	});
	await right(adam, 'deal.create').selectOption('own');
	await save(adam);
	await expect(adam.getByText('Choose one of the entries.')).toBeVisible();
	expect(
		await sql`select from role_permissions where entity = 'deal' and verb = 'create' and scope = 'own'`
	).toHaveLength(0);
	await adam.context().close();
});
