import { newId } from '#lib/shared/ids.ts';
import { field, input, openDatabase, pageOf, unique } from './deal-page.ts';
import { expect, test, type Page } from './test.ts';

const sql = openDatabase();
test.afterAll(() => sql.end());

const WITHOUT_SCRIPTS = { javaScriptEnabled: false };

const save = (page: Page) => page.locator('.save').getByRole('button', { name: 'Save' }).click();

/** Changes a record as a program of the same person does, while his page shows what was before. */
async function change(page: Page, path: string, id: string, fields: object): Promise<void> {
	const { origin } = new URL(page.url());
	const told = await page.request.patch(`${origin}/api/v1/${path}/${id}`, {
		headers: { origin, 'if-match': '*' },
		data: { fields }
	});
	expect(told.status(), await told.text()).toBe(200);
}

async function create(page: Page, path: string, fields: object): Promise<string> {
	await page.goto('/profile');
	const { origin } = new URL(page.url());
	const id = newId();
	const told = await page.request.post(`${origin}/api/v1/${path}`, {
		headers: { origin },
		data: { id, fields }
	});
	expect(told.status(), await told.text()).toBe(201);
	return id;
}

async function posted(page: Page): Promise<number> {
	const answered = page.waitForResponse((answer) => answer.request().method() === 'POST');
	await save(page);
	return (await answered).status();
}

/** A text of each kind that stands on its page. */
const TEXTS = [
	['deals', { name: 'Stale' }, 'nextStep'],
	['companies', { name: 'Stale' }, 'registrationNumber'],
	['contacts', { firstName: 'Stale' }, 'title'],
	['tasks', { name: 'Stale' }, 'nextStep'],
	['projects', { name: 'Stale' }, 'nextStep']
] as const;

for (const [path, named, text] of TEXTS) {
	test(`${path}: a form posted against a changed record answers with both values, and saves the rest`, async ({
		browser
	}) => {
		const { page } = await pageOf(browser, 'ann', WITHOUT_SCRIPTS);
		const [[name = '', first = '']] = Object.entries(named) as [[string, string]];
		const id = await create(page, path, { [name]: unique(first), [text]: 'Shown' });
		await page.goto(`/${path}/${id}`);
		await change(page, path, id, { [text]: 'Theirs' });
		await input(page, text).fill('Mine');
		await page.locator('textarea[name="notes.more"]').fill('Typed without scripts');
		expect(await posted(page)).toBe(409);
		await expect(input(page, text)).toHaveValue('Mine');
		const fault = field(page, text).getByRole('alert');
		await expect(fault).toContainText('Somebody changed this while you were typing.');
		await expect(fault).toContainText('Theirs');
		await expect(field(page, 'notes')).toContainText('Typed without scripts');
		await expect(page.locator('textarea[name="notes.more"]')).toHaveValue('');

		expect(await posted(page)).toBeLessThan(400);
		await expect(input(page, text)).toHaveValue('Mine');
		await expect(field(page, text).getByRole('alert')).toHaveCount(0);
		await page.context().close();
	});
}

test('notes: what two people add without scripts stands one below the other', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'ann', WITHOUT_SCRIPTS);
	const id = await create(page, 'contacts', { firstName: unique('Notes'), notes: 'First' });
	await page.goto(`/contacts/${id}`);
	await change(page, 'contacts', id, { notes: { append: 'By a program' } });
	await page.locator('textarea[name="notes.more"]').fill('By Ann\nin two lines');
	expect(await posted(page)).toBeLessThan(400);
	await expect(field(page, 'notes').locator('p')).toHaveText([
		'First',
		'By a program',
		'By Ann',
		'in two lines'
	]);
	await page.context().close();
});

test('lists: an entry that both changed answers with both, what else was changed in the list stays', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'ann', WITHOUT_SCRIPTS);
	const mail = (address: string, position: number) => ({ address, label: 'work', position });
	const id = await create(page, 'contacts', {
		firstName: unique('Lists'),
		emails: { one: mail('one@old.example', 0), two: mail('two@old.example', 1) }
	});
	const entry = (key: string) => page.locator(`input[name="emails.${key}.value"]`);
	await page.goto(`/contacts/${id}`);
	const [one, two] = [mail('one@theirs.example', 0), mail('two@theirs.example', 1)];
	const base = { emails: { one: mail('one@old.example', 0), two: mail('two@old.example', 1) } };
	const { origin } = new URL(page.url());
	const told = await page.request.patch(`${origin}/api/v1/contacts/${id}`, {
		headers: { origin },
		data: { fields: { emails: { put: { one, two } } }, base }
	});
	expect(told.status()).toBe(200);

	await entry('one').fill('one@mine.example');
	await entry('new').fill('three@mine.example');
	expect(await posted(page)).toBe(409);
	const fault = field(page, 'emails').getByRole('alert').first();
	await expect(fault).toContainText('one@theirs.example');
	await expect(entry('one')).toHaveValue('one@mine.example');
	await expect(entry('new')).toHaveValue('three@mine.example');
	// Nobody here has touched it: the page shows what the other wrote, so that the next press leaves it.
	await expect(entry('two')).toHaveValue('two@theirs.example');

	expect(await posted(page)).toBeLessThan(400);
	const rows =
		await sql`select address from contact_emails where contact_id = ${id} order by address`;
	expect(rows.map(({ address }) => address)).toEqual([
		'one@mine.example',
		'three@mine.example',
		'two@theirs.example'
	]);
	await page.context().close();
});

test('sets: what both added is there, without a question', async ({ browser }) => {
	const { page } = await pageOf(browser, 'ann', WITHOUT_SCRIPTS);
	const tags = await sql`select t.id, t.name from tags t
		join departments d on d.id = t.department_id
		where d.name = 'Sales Hamburg' and t.name not like 'Smuggled%' order by t.name limit 2`;
	const [mine, theirs] = tags;
	const id = await create(page, 'contacts', { firstName: unique('Sets') });
	await page.goto(`/contacts/${id}`);
	await change(page, 'contacts', id, { tags: { add: [theirs?.id] } });
	await field(page, 'tags').locator('select').selectOption(String(mine?.id));
	expect(await posted(page)).toBeLessThan(400);
	const kept = await sql`select tag_id from contact_tags where contact_id = ${id}`;
	expect(kept.map(({ tag_id }) => tag_id).sort()).toEqual([mine?.id, theirs?.id].sort());
	await page.context().close();
});
