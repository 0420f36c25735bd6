import { createDeal, openDatabase, openDeal, pageOf, unique } from './deal-page.ts';
import { expect, test } from './test.ts';

const sql = openDatabase();
test.afterAll(() => sql.end());

const PHONE = { viewport: { width: 390, height: 844 } };

test('[core 4.18, 5.11] what is said of a deal’s quality stands on its page, on the board and in the list', async ({
	browser
}) => {
	const { page, problems } = await pageOf(browser, 'ann');
	const { page: bob } = await pageOf(browser, 'bob', PHONE);
	const name = unique('With a past');
	const id = await createDeal(page, sql, { name, coOwner: 'bob' });
	await sql`update deals set stage_since = now() - interval '40 days' where id = ${id}`;
	await openDeal(page, id);
	await openDeal(bob, id);
	await expect(page.getByText('In this stage: 40 days')).toBeVisible();
	await page.getByText('Note something', { exact: true }).first().click();
	await page.getByLabel('Signal', { exact: true }).selectOption({ label: 'Complaint (−15 %)' });
	await page.getByLabel('What happened').fill('Two racks came bent');
	await page.getByRole('button', { name: 'Note something' }).click();
	for (const screen of [page, bob]) {
		await expect(screen.getByText('Quality 85 %: good').first()).toBeVisible();
		await expect(screen.getByText('Two racks came bent')).toBeVisible();
	}
	await page.getByRole('button', { name: 'Take back “Complaint”' }).click();
	await expect(bob.getByText('Two racks came bent')).toHaveCount(0);
	await page.goto(`/deals?q=${encodeURIComponent(name)}`);
	await expect(page.getByRole('row', { name: new RegExp(name) })).toContainText(
		'In this stage for 40 days'
	);
	expect(problems).toEqual([]);
	await page.context().close();
	await bob.context().close();
});

test('[B359] an administrator says on his phone what stages mean, and why deals end', async ({
	browser
}) => {
	const { page, problems } = await pageOf(browser, 'adam', PHONE);
	await page.goto('/settings/pipelines');
	const malmo = page.getByRole('region', { name: 'Sales Malmö' });
	const stage = malmo.getByRole('listitem').filter({ has: page.getByLabel('Rename Proposal') });
	await stage.getByText('Likelihood, staleness, meaning').click();
	const days = stage.getByLabel('Mark deals after so many days here');
	const before = await days.inputValue();
	expect(before).not.toBe('');
	await stage.getByLabel('Likelihood of winning in %').fill('120');
	await stage.getByRole('button', { name: 'Save' }).click();
	await expect(stage.getByText('A whole number is wanted')).toBeVisible();
	await stage.getByLabel('Likelihood of winning in %').fill('55');
	await stage.getByRole('button', { name: 'Save' }).click();
	await expect(stage.getByText('55 %')).toBeVisible();
	// A form that was taken and stays shows what is stored, also where nothing was changed.
	await expect(days).toHaveValue(before);
	await expect(stage.getByLabel('Likelihood of winning in %')).toHaveValue('55');
	await malmo.getByLabel('New reason').fill('Too far away');
	await malmo.getByLabel('New reason').press('Enter');
	const reason = malmo.getByLabel('Rename Too far away');
	await expect(reason).toBeVisible();
	await malmo.getByRole('button', { name: 'Remove Too far away' }).click();
	await expect(reason).toHaveCount(0);
	expect(problems).toEqual([]);
	await page.context().close();
});
