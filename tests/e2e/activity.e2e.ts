import { readFileSync } from 'node:fs';
import {
	createDeal,
	notes,
	openDatabase,
	openDeal,
	pageOf,
	saveField,
	unique
} from './deal-page.ts';
import { expect, test } from './test.ts';

const sql = openDatabase();
test.afterAll(() => sql.end());

test('a comment that mentions a colleague is on his screen at once and is changed by its author', async ({
	browser
}) => {
	const { page: ann, problems } = await pageOf(browser, 'ann');
	const { page: bob } = await pageOf(browser, 'bob');
	const id = await createDeal(ann, sql, { name: unique('Talked about'), coOwner: 'bob' });
	await openDeal(ann, id);
	await openDeal(bob, id);

	const box = ann.getByLabel('Comment', { exact: true });
	await box.pressSequentially('Please look, @bo');
	await expect(
		ann.locator('[data-composer]').getByRole('option', { name: /Bob Okafor/ })
	).toBeVisible();
	await box.press('Enter');
	await box.pressSequentially('– they call at 9.');
	await box.press('Control+Enter');

	const comment = (page: typeof ann) => page.locator('[data-comment]');
	for (const page of [ann, bob]) {
		await expect(comment(page)).toContainText('they call at 9.');
		await expect(comment(page).locator('[data-person]')).toContainText('@Bob');
	}
	await expect(box).toHaveValue('');
	const [stored] = await sql`
		select u.name from comments c join users u on u.id = any(c.mentions) where c.record_id = ${id}`;
	expect(stored?.name).toMatch(/^Bob/);
	await expect(comment(bob).getByRole('link', { name: 'Edit' })).toBeHidden();

	await comment(ann).getByRole('link', { name: 'Edit' }).click();
	await ann.locator('[data-comment-form] textarea').fill('They call at 10.');
	await ann.locator('[data-comment-form]').getByRole('button', { name: 'Save' }).click();
	await expect(comment(bob)).toContainText('They call at 10.');
	await expect(comment(bob)).toContainText('Edited');

	// In the notes, too: what is chosen is a mention on both screens, and told once.
	await notes(ann).click();
	await notes(ann).pressSequentially('Ask @bo');
	await expect(ann.locator('.notes').getByRole('option', { name: /Bob Okafor/ })).toBeVisible();
	await ann.keyboard.press('Enter');
	await ann.keyboard.type('today');
	await expect(notes(bob)).toContainText('Ask @Bob Okafor today');
	await expect(notes(bob).locator('a[href^="mention:"]')).toHaveText('@Bob Okafor');
	const told = () => sql`
		select 1 from notifications where record_id = ${id} and act = 'record.mentioned'`;
	await expect.poll(async () => (await told()).length).toBe(2);

	await bob.getByRole('link', { name: 'Changes', exact: true }).click();
	await expect(comment(bob)).toHaveCount(0);
	await bob.getByRole('link', { name: 'Comments', exact: true }).click();
	await expect(comment(bob)).toHaveCount(1);
	expect(problems).toEqual([]);
	for (const page of [ann, bob]) await page.context().close();
});

test('without JavaScript, on a phone, a comment is refused while empty, sent and removed', async ({
	browser
}) => {
	const options = { javaScriptEnabled: false, viewport: { width: 390, height: 844 } };
	const { page } = await pageOf(browser, 'ann', options);
	const id = await createDeal(page, sql, { name: unique('Talked about by form') });
	await page.goto(`/deals/${id}`);
	await page.locator('[data-composer]').getByRole('button', { name: 'Comment' }).click();
	await expect(page.getByRole('alert')).toContainText('Write something first');
	await page.getByLabel('Comment', { exact: true }).fill('Said <b>plainly</b>');
	await page.locator('[data-comment-form]').getByRole('button', { name: 'Comment' }).click();
	await expect(page.locator('[data-comment]')).toContainText('Said <b>plainly</b>');
	await page.locator('[data-comment]').getByRole('link', { name: 'Edit' }).click();
	await page.getByRole('button', { name: 'Remove comment' }).click();
	await expect(page.locator('#history')).toContainText('This comment was removed.');
	await page.context().close();
});

test('an administrator finds in the audit what was done, with old and new value, and takes it along as CSV', async ({
	browser
}) => {
	const { page: ann } = await pageOf(browser, 'ann');
	const name = unique('Audited');
	const id = await createDeal(ann, sql, { name });
	await saveField(ann, id, 'name', name, `=SUM(A1) ${name}`);
	const { page } = await pageOf(browser, 'adam');
	await page.goto('/settings');
	await page.getByRole('link', { name: 'Audit' }).click();
	await page.getByLabel('Search', { exact: true }).fill(`ID ${id}`);
	await page.getByRole('button', { name: 'Show' }).click();
	const line = page.locator('[data-audit] li').first();
	await expect(line).toContainText('Ann Becker');
	await expect(line.locator('del')).toHaveText(name);
	await expect(line.locator('ins')).toHaveText(`=SUM(A1) ${name}`);
	await expect(line.getByRole('link')).toHaveAttribute('href', `/deals/${id}`);

	const downloading = page.waitForEvent('download');
	await page.getByRole('link', { name: 'Export CSV' }).click();
	const csv = readFileSync(await (await downloading).path(), 'utf8');
	expect(csv.split('\r\n').filter(Boolean)).toHaveLength(3);
	expect(csv).toContain(`,'=SUM(A1) ${name},`);
	await page.context().close();
	await ann.context().close();
});
