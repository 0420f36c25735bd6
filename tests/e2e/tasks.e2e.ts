import { field, input, notes, openDatabase, pageOf, stateLine, unique } from './deal-page.ts';
import { expect, test, type Browser, type Page } from './test.ts';

const sql = openDatabase();
test.afterAll(() => sql.end());

const saved = (page: Page) => expect(stateLine(page)).toHaveAttribute('data-state', 'saved');
const stage = (page: Page, name: string) => field(page, 'stage').getByRole('radio', { name });

const priority = (page: Page) => field(page, 'priority').locator('select');

/** Erik begins a task by the form; Tina, who heads his department, owns it with him. Answers its address. */
async function beginTask(page: Page, name: string, person?: string): Promise<string> {
	await page.goto('/tasks/new');
	await page.getByLabel('Name').fill(name);
	if (person) await choose(page, 'Responsible', person);
	await page.getByRole('button', { name: 'Create task' }).click();
	await expect(page).toHaveURL(/\/tasks\/[0-9a-f-]{36}$/);
	return new URL(page.url()).pathname;
}

/** Who gives tasks to others chooses who does them. */
async function choose(page: Page, part: string, person: string): Promise<void> {
	await page.getByRole('combobox', { name: part }).fill(person);
	await page.getByRole('option', { name: person }).click();
	await page.keyboard.press('Escape');
	await expect(page.getByRole('button', { name: `Remove ${person}` })).toBeVisible();
}

async function erikAndTina(browser: Browser) {
	const [{ page: erik, problems }, { page: tina, problems: more }] = await Promise.all([
		pageOf(browser, 'erik'),
		pageOf(browser, 'tina')
	]);
	const done = async () => {
		expect([...problems, ...more]).toEqual([]);
		await Promise.all([erik.context().close(), tina.context().close()]);
	};
	return { erik, tina, done };
}

test('[H-001] a co-worker writes down a task, and the head of his department works on it with him', async ({
	browser
}) => {
	const { erik, tina, done } = await erikAndTina(browser);
	const name = unique('Oil the doors');
	const address = await beginTask(erik, name);
	await expect(erik.getByRole('main')).toContainText('Tina Lindqvist');
	await tina.goto(address);
	await Promise.all([saved(erik), saved(tina)]);

	await input(tina, 'nextStep').fill('Buy oil');
	await tina.keyboard.press('Tab');
	await expect(input(erik, 'nextStep')).toHaveValue('Buy oil');
	await priority(erik).selectOption({ label: 'High' });
	await expect(priority(tina)).toHaveValue('high');
	await stage(erik, 'In progress').check();
	await expect(stage(tina, 'In progress')).toBeChecked();

	await notes(tina).click();
	await tina.keyboard.type('Hall 2 first.');
	await expect(notes(erik)).toContainText('Hall 2 first.');
	await expect(erik.getByRole('list', { name: 'Here now' })).toContainText('TL');

	await stage(tina, 'Completed').check();
	await expect(erik.getByRole('main')).toContainText('Closed');
	await Promise.all([saved(erik), saved(tina)]);
	const id = address.split('/').at(-1) ?? '';
	const [row] = await sql`select next_step, priority, closed_on is not null as closed, notes_text
		from tasks where id = ${id}`;
	expect({ ...row }).toEqual({
		next_step: 'Buy oil',
		priority: 'high',
		closed: true,
		notes_text: 'Hall 2 first.'
	});
	await done();
});

test('a task that I am given comes into my list without a reload, and goes when it is taken away', async ({
	browser
}) => {
	const { erik, tina, done } = await erikAndTina(browser);
	const name = unique('Sweep hall 2');
	await erik.goto('/tasks?responsible=all');
	await expect(erik.getByRole('table')).toBeVisible();
	await tina.goto('/tasks/new');
	await tina.getByLabel('Name').fill(name);
	await choose(tina, 'Responsible', 'Erik Dahl');
	await tina.getByRole('button', { name: 'Create task' }).click();
	await expect(erik.getByRole('link', { name })).toBeVisible();

	await tina.getByText('Change people').click();
	await tina.getByRole('button', { name: 'Remove Erik Dahl' }).click();
	await choose(tina, 'Responsible', 'Tina Lindqvist');
	await tina.getByRole('button', { name: 'Save people' }).click();
	await expect(erik.getByRole('link', { name })).toHaveCount(0);
	await done();
});

test('a page that somebody has open closes when he has no part in it any more', async ({
	browser
}) => {
	const { erik, tina } = await erikAndTina(browser);
	const name = unique('Mend the gate');
	const address = await beginTask(tina, name, 'Tina Lindqvist');
	await changePeople(tina);
	await choose(tina, 'Subscribers', 'Erik Dahl');
	await tina.getByRole('button', { name: 'Save people' }).click();
	await expect(
		tina.getByRole('listitem').filter({ hasText: /Erik Dahl\s*Subscribers/ })
	).toBeVisible();
	await erik.goto(address);
	await expect(erik.getByRole('heading', { level: 1 })).toHaveText(name);
	await expect(stage(erik, 'Completed')).toBeDisabled();
	await saved(erik);
	await changePeople(tina);
	await tina.getByRole('button', { name: 'Remove Erik Dahl' }).click();
	await tina.getByRole('button', { name: 'Save people' }).click();
	await expect(erik.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
	expect((await erik.request.get(address)).status()).toBe(404);
	await Promise.all([erik.context().close(), tina.context().close()]);
});

test('[H-016][H-041] a subtask keeps its main task open, also in a form without JavaScript', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'erik', { javaScriptEnabled: false });
	const name = unique('Empty the hall');
	const address = await beginTask(page, name);
	await page.getByRole('link', { name: 'Add a subtask' }).click();
	await page.getByLabel('Name').fill(unique('Boxes'));
	await page.getByRole('button', { name: 'Create task' }).click();
	await expect(page.getByRole('link', { name: `Part of ${name}` })).toBeVisible();
	await page.goto(address);
	await input(page, 'nextStep').fill('Ask for help');
	await stage(page, 'Completed').check();
	await page.locator('.save').getByRole('button', { name: 'Save' }).click();
	await expect(page.getByText('still open. Finish them first')).toBeVisible();
	await expect(input(page, 'nextStep')).toHaveValue('Ask for help');
	const id = address.split('/').at(-1) ?? '';
	const [row] = await sql`select next_step, closed_on from tasks where id = ${id}`;
	expect({ ...row }).toEqual({ next_step: 'Ask for help', closed_on: null });
	await page.context().close();
});

test('[I-001][I-006] a project holds tasks and says how many are done', async ({ browser }) => {
	const { page, problems } = await pageOf(browser, 'erik');
	await page.goto('/projects/new');
	const name = unique('New canteen');
	await page.getByLabel('Name').fill(name);
	await page.getByRole('button', { name: 'Create project' }).click();
	await expect(page).toHaveURL(/\/projects\/[0-9a-f-]{36}$/);
	const address = page.url();
	await page.getByRole('link', { name: 'Add a task' }).click();
	await expect(page.getByRole('heading', { name: 'New task' })).toBeVisible();
	await page.getByLabel('Name').fill(unique('Choose tables'));
	await page.getByRole('button', { name: 'Create task' }).click();
	await expect(page.getByRole('link', { name }).first()).toBeVisible();
	await saved(page);
	await stage(page, 'Completed').check();
	await saved(page);
	await page.goto(address);
	await expect(page.getByText('1 of 1 tasks done')).toBeVisible();
	expect(problems).toEqual([]);
	await page.context().close();
});

/** Opens the form that changes who has a part, unless it is open. */
async function changePeople(page: Page): Promise<void> {
	const form = page.locator('details', { hasText: 'Change people' });
	if ((await form.getAttribute('open')) === null) await form.locator('summary').click();
}
