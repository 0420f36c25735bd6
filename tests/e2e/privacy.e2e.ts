import { newId } from '#lib/shared/ids.ts';
import { pageOf, unique } from './deal-page.ts';
import { expect, test, type Page } from './test.ts';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, javaScriptEnabled: false };

/** Looks again until the worker has done its part. */
async function until(page: Page, text: string | RegExp): Promise<void> {
	await expect(async () => {
		// Not again what was posted, where there are no scripts.
		await page.goto(page.url().replace(/\?.*/, ''));
		await expect(page.getByRole('main').getByText(text).first()).toBeVisible({ timeout: 1_000 });
	}).toPass({ timeout: 60_000 });
}

for (const [format, options] of Object.entries({ desktop: {}, 'phone without scripts': PHONE })) {
	test(`[R12] on a ${format}, everything about a contact is collected and fetched, and then he is erased under his name`, async ({
		browser,
		baseURL
	}) => {
		const { page, problems } = await pageOf(browser, 'adam', options);
		const [id, own] = [newId(), unique('Erasable').replace(/\W+/g, '-')];
		const name = `Quill ${own}`;
		await page.request.post('/contacts/new', {
			form: { id, name, 'emails.new.value': `${own}@erasable.example` },
			headers: { origin: baseURL ?? '' }
		});
		await page.goto(`/contacts/${id}`);
		await page.getByRole('link', { name: 'Privacy' }).first().click();
		await expect(page.getByRole('heading', { level: 2, name })).toBeVisible();

		await page.getByRole('button', { name: 'Collect everything' }).click();
		await expect(page.getByText(/^(Asked for on|Fetch what)/).first()).toBeVisible();
		await until(page, /^Fetch what was collected/);
		const href = await page.getByRole('link', { name: /^Fetch what was/ }).getAttribute('href');
		const file = await page.request.get(href ?? '');
		expect(file.headers()['content-disposition']).toContain('person-');
		expect([...(await file.body()).subarray(0, 2)]).toEqual([0x1f, 0x8b]);

		const typed = page.getByLabel(`Type “${name}” to confirm`);
		await typed.fill('Somebody Else');
		await page.getByRole('button', { name: 'Erase for ever' }).click();
		await expect(page.getByText('Type the name exactly as it is shown.')).toBeVisible();
		await expect(typed).toHaveValue('Somebody Else');
		await typed.fill(name);
		await page.getByRole('button', { name: 'Erase for ever' }).click();
		await expect(page).toHaveURL(/\/settings\/privacy$/);
		const entry = page.getByRole('listitem').filter({ hasText: id });
		await expect(entry).toBeVisible();
		await expect(async () => {
			await page.goto('/settings/privacy');
			await expect(entry).toContainText('Contacts: 1', { timeout: 1_000 });
		}).toPass({ timeout: 60_000 });
		await page.goto(`/search?q=${encodeURIComponent(name)}`);
		await expect(page.getByRole('link', { name })).toHaveCount(0);
		// The name that was refused is the one answer of its kind.
		expect(problems.filter((problem) => !problem.includes('409'))).toEqual([]);
		await page.context().close();
	});
}
