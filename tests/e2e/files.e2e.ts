import { readFileSync } from 'node:fs';
import { createDeal, openDatabase, openDeal, pageOf, unique } from './deal-page.ts';
import { expect, test, type Page } from './test.ts';

const sql = openDatabase();
test.afterAll(() => sql.end());

const PIXEL = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64'
);
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };

const files = (page: Page) => page.locator('[data-files]');
const fileNamed = (page: Page, name: string) => files(page).locator('li', { hasText: name });
const chooser = (page: Page) => files(page).locator('input[type=file]');
const text = (name: string, content: string) => ({
	...{ name, mimeType: 'text/plain', buffer: Buffer.from(content) }
});

test('a file is on the colleague’s screen at once, is downloaded by him, and is not there for a stranger', async ({
	browser
}) => {
	const { page: ann, problems } = await pageOf(browser, 'ann');
	const { page: bob } = await pageOf(browser, 'bob');
	const id = await createDeal(ann, sql, { name: unique('With files'), coOwner: 'bob' });
	await openDeal(ann, id);
	await openDeal(bob, id);

	const content = unique('An offer');
	await chooser(ann).setInputFiles([text('Angebot März.txt', content), text('terms.txt', 'Terms')]);
	for (const screen of [ann, bob]) {
		await expect(fileNamed(screen, 'Angebot März.txt')).toBeVisible();
		await expect(fileNamed(screen, 'terms.txt')).toBeVisible();
		await expect(screen.locator('#history')).toContainText('added the file terms.txt');
	}

	const downloading = bob.waitForEvent('download');
	await fileNamed(bob, 'Angebot März.txt').getByRole('link').click();
	const download = await downloading;
	expect(download.suggestedFilename()).toBe('Angebot März.txt');
	expect(readFileSync(await download.path(), 'utf8')).toBe(content);

	const address = await fileNamed(bob, 'terms.txt').getByRole('link').getAttribute('href');
	const { page: tina } = await pageOf(browser, 'tina');
	expect((await tina.request.get(address ?? '')).status()).toBe(404);

	// The same content under another name lies on the disk once.
	await chooser(bob).setInputFiles(text('copy.txt', content));
	await expect(fileNamed(ann, 'copy.txt')).toBeVisible();
	const rows = await sql`
		select count(*)::int as files, count(distinct blob)::int as contents from attachments
		where record_id = ${id} and name in ('Angebot März.txt', 'copy.txt')`;
	expect(rows[0]).toEqual({ files: 2, contents: 1 });

	await fileNamed(ann, 'terms.txt').getByRole('button', { name: 'Remove terms.txt' }).click();
	await expect(fileNamed(bob, 'terms.txt')).toBeHidden();
	await ann.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).click();
	await expect(fileNamed(bob, 'terms.txt')).toBeVisible();
	expect(problems).toEqual([]);
	for (const page of [ann, bob, tina]) await page.context().close();
});

test('files are dropped and pasted anywhere on the page; what is refused says why and can be put away', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'ann');
	const id = await createDeal(page, sql, { name: unique('To drop on') });
	await openDeal(page, id);

	const transfer = await page.evaluateHandle((base64) => {
		const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
		const data = new DataTransfer();
		data.items.add(new File([bytes], 'dropped.png', { type: 'image/png' }));
		return data;
	}, PIXEL.toString('base64'));
	await page.dispatchEvent('main', 'dragover', { dataTransfer: transfer });
	await expect(page.getByText('Drop to add these files')).toBeVisible();
	await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
	await expect(fileNamed(page, 'dropped.png')).toBeVisible();
	await expect(page.getByText('Drop to add these files')).toBeHidden();
	await expect(fileNamed(page, 'dropped.png').locator('img')).toHaveJSProperty('naturalWidth', 1);

	await page.evaluate(() => {
		const data = new DataTransfer();
		data.items.add(new File(['<p>no picture</p>'], 'pasted.png', { type: 'image/png' }));
		document.body.dispatchEvent(
			new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
		);
	});
	await expect(files(page).getByRole('alert')).toContainText('not what the end of its name says');
	await files(page)
		.getByRole('button', { name: /message about pasted.png/ })
		.click();
	await expect(files(page).getByRole('alert')).toBeHidden();
	await page.context().close();
});

test('an upload that is called off leaves nothing, and one that the line broke is sent again', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'ann');
	const id = await createDeal(page, sql, { name: unique('On a bad line') });
	await openDeal(page, id);
	const held = Promise.withResolvers<void>();
	await page.route('**/files/upload?*', async (route) => {
		await held.promise;
		await route.abort('connectionreset').catch(() => {});
	});
	await chooser(page).setInputFiles(text('slow.txt', 'Slow'));
	await files(page).getByRole('button', { name: 'Do not send slow.txt' }).click();
	await expect(page.locator('[data-upload]')).toHaveCount(0);
	await chooser(page).setInputFiles(text('again.txt', 'Again'));
	held.resolve();
	await expect(page.locator('[data-upload=lost]')).toContainText('again.txt');
	await page.unroute('**/files/upload?*');
	await files(page).getByRole('button', { name: 'Send again' }).click();
	await expect(fileNamed(page, 'again.txt')).toBeVisible();
	const rows = await sql`select name from attachments where record_id = ${id}`;
	expect(rows.map(({ name }) => name)).toEqual(['again.txt']);
	await page.context().close();
});

test('without JavaScript, on a phone, files are uploaded, refused by name, removed and brought back', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'ann', { ...PHONE, javaScriptEnabled: false });
	const id = await createDeal(page, sql, { name: unique('By plain form') });
	await page.goto(`/deals/${id}`);
	await chooser(page).setInputFiles([text('one.txt', 'One'), text('two.txt', 'Two')]);
	await files(page).getByRole('button', { name: 'Upload' }).click();
	await expect(fileNamed(page, 'one.txt')).toBeVisible();
	await expect(fileNamed(page, 'two.txt')).toBeVisible();

	await chooser(page).setInputFiles([text('three.txt', 'Three'), text('four.pdf', 'No PDF')]);
	await files(page).getByRole('button', { name: 'Upload' }).click();
	await expect(page.getByRole('alert')).toContainText('four.pdf');
	await expect(page.getByRole('alert')).toContainText('not what the end of its name says');
	await expect(page.getByRole('link', { name: 'three.txt' })).toBeVisible();

	const line = page.locator('li', { hasText: 'one.txt' });
	await line.getByRole('button', { name: 'Remove' }).click();
	await expect(page.getByRole('link', { name: 'one.txt' })).toBeHidden();
	await page.getByRole('button', { name: 'Bring back' }).click();
	await expect(page.getByRole('link', { name: 'one.txt' })).toBeVisible();
	await page.context().close();
});

test('a person’s picture stands for him on his colleagues’ screens, a company’s logo on its page', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'cleo');
	const picture = { name: 'me.png', mimeType: 'image/png', buffer: PIXEL };
	await page.goto('/profile');
	const choice = page.locator('[data-picture=user]');
	await choice.locator('input[type=file]').setInputFiles(text('me.png', 'no picture'));
	// Cleo reads German, or will: another journey has her choose it.
	await expect(choice.getByRole('alert')).toContainText(
		/no picture that can be read|kein lesbares Bild/
	);
	await choice.locator('input[type=file]').setInputFiles(picture);
	await expect(choice.getByRole('img')).toHaveJSProperty('naturalWidth', 1);

	const { page: bob, problems } = await pageOf(browser, 'bob');
	const id = await createDeal(bob, sql, { name: unique('With a face'), owner: 'cleo' });
	await bob.goto(`/deals/${id}`);
	const [cleo] = await sql`select id from users where name like 'Cleo%'`;
	await expect(bob.locator(`img[src^="/pictures/user/${cleo?.id}"]`).first()).toBeVisible();

	await page.getByRole('button', { name: /Remove picture|Bild entfernen/ }).click();
	await expect(choice.getByRole('img')).toBeHidden();
	// It is gone from the page that is open, too.
	await expect(bob.locator(`img[src^="/pictures/user/${cleo?.id}"]`)).toHaveCount(0);
	expect(problems).toEqual([]);
	for (const one of [page, bob]) await one.context().close();
});
