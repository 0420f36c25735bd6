import postgres from 'postgres';
import { signIn } from './support.ts';
import { expect, test, type Page } from './test.ts';
import { watchConsole } from './watch.ts';

const sql = postgres(process.env.TANDEM_E2E_DATABASE ?? '', { max: 1, onnotice: () => {} });
test.afterAll(() => sql.end());

const mark = Date.now().toString(36);

interface File {
	readonly name?: string;
	readonly text: string | Buffer;
}

async function upload(page: Page, { name = 'customers.csv', text }: File) {
	await page.goto('/imports/new');
	await page
		.locator('input[type=file]')
		.setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
	await page.locator('main').getByRole('button', { name: 'Upload' }).click();
}

const start = (page: Page) => page.getByRole('button', { name: 'Import', exact: true });
const tile = (page: Page, name: string) =>
	page
		.locator('dl > div')
		.filter({ has: page.getByText(name, { exact: true }) })
		.locator('dd');

test('a file goes from upload to result while one watches, and its failed rows come back as a file', async ({
	page
}) => {
	const settle = watchConsole(page);
	await signIn(page, 'olga');
	const text = [
		'Company;Mail;Country',
		`Kontor A ${mark};a@kontor.example;Germany`,
		`Kontor B ${mark};nonsense;Germany`,
		`Kontor C ${mark};;Atlantis`,
		`Kontor D ${mark};;`
	].join('\n');
	await upload(page, { text });
	await expect(page).toHaveURL(/\/imports\/[0-9a-f-]{36}$/);
	await expect(page.getByText('2 come in')).toBeVisible();
	await expect(page.getByText('2 fail')).toBeVisible();
	await start(page).click();
	await expect(page.getByText('Some rows failed')).toBeVisible({ timeout: 30_000 });
	await expect(tile(page, 'Brought in')).toHaveText('2');
	await expect(tile(page, 'Failed')).toHaveText('2');
	const download = page.waitForEvent('download');
	await page.getByRole('link', { name: 'Download failed rows' }).click();
	const file = await (await download).createReadStream();
	const pieces: Buffer[] = [];
	for await (const piece of file) pieces.push(Buffer.from(piece));
	const csv = Buffer.concat(pieces).toString();
	expect(csv).toContain(`Kontor B ${mark}`);
	expect(csv).toContain('This is not an e-mail address');
	expect(csv).not.toContain(`Kontor A ${mark}`);
	const [row] =
		await sql`select count(*)::int as n from companies where name like ${`Kontor % ${mark}`}`;
	expect(row?.['n']).toBe(2);
	settle();
});

test('a long import shows its progress in numbers and stops when asked; what is in stays', async ({
	page
}) => {
	await signIn(page, 'olga');
	const rows = Array.from({ length: 30_000 }, (_, n) => `Bulk ${mark} ${n}`);
	await upload(page, { text: ['Name', ...rows].join('\n') });
	await start(page).click();
	await expect(page.getByRole('progressbar')).toBeVisible();
	await expect(page.getByText(/[1-9][\d,]* of 30,001 rows/)).toBeVisible({ timeout: 30_000 });
	await page.getByRole('button', { name: 'Stop the import' }).click();
	await expect(
		page.getByText('The import was cancelled. What was brought in by then stays.')
	).toBeVisible({ timeout: 30_000 });
	const shown = Number((await tile(page, 'Brought in').textContent())?.replace(/\D/g, ''));
	const [row] =
		await sql`select count(*)::int as n from companies where name like ${`Bulk ${mark} %`}`;
	expect(row?.['n']).toBe(shown);
	expect(shown).toBeLessThan(30_000);
	await sql`update companies set deleted_at = now() where name like ${`Bulk ${mark} %`}`;
});

test('on a phone a delimiter that was guessed wrong is put right by hand', async ({ page }) => {
	await page.setViewportSize({ width: 390, height: 844 });
	await signIn(page, 'olga');
	const text = [
		`Name|City`,
		`Pipe, Sons & Co ${mark}|Hull`,
		`Pipe, Daughters & Co ${mark}|Leeds`
	].join('\n');
	await upload(page, { text });
	await page.getByLabel('Columns end at').selectOption({ label: 'Comma' });
	await expect(page.locator('#column-0')).toHaveText('Name|City');
	await page.getByLabel('Columns end at').selectOption({ label: 'Vertical bar' });
	await expect(page.locator('#column-1')).toHaveText('City');
	await expect(page.getByText('2 fail')).toBeHidden();
	await expect(start(page)).toBeVisible();
	await page.getByRole('button', { name: 'Discard' }).click();
	await expect(page).toHaveURL(/\/imports$/);
});

test('a broken workbook that is called csv is refused in one sentence', async ({ page }) => {
	await signIn(page, 'olga');
	const zip = Buffer.concat([Buffer.from('504b0304140006000800', 'hex'), Buffer.alloc(4000, 0x91)]);
	await upload(page, { name: 'workbook.csv', text: zip });
	await expect(
		page.getByText(
			'This file could not be read as a workbook. Open it in your spreadsheet and save it as XLSX or CSV, then upload that.'
		)
	).toBeVisible();
	await expect(page).toHaveURL(/\/imports\/new/);
});

test('without JavaScript the same file comes in', async ({ browser, page }) => {
	await signIn(page, 'olga');
	const context = await browser.newContext({ javaScriptEnabled: false });
	await context.addCookies(await page.context().cookies());
	const plain = await context.newPage();
	await plain.goto('/imports/new');
	await plain.locator('input[type=file]').setInputFiles({
		name: 'plain.csv',
		mimeType: 'text/csv',
		buffer: Buffer.from(`Name\nPlain Paper ${mark}\n`)
	});
	await plain.locator('main').getByRole('button', { name: 'Upload' }).click();
	await expect(plain).toHaveURL(/\/imports\/[0-9a-f-]{36}$/);
	await start(plain).click();
	await expect(async () => {
		await plain.reload();
		await expect(plain.getByText('The import is done.')).toBeVisible({ timeout: 500 });
	}).toPass({ timeout: 30_000 });
	const [row] =
		await sql`select count(*)::int as n from companies where name = ${`Plain Paper ${mark}`}`;
	expect(row?.['n']).toBe(1);
	await context.close();
});

test('an import that the database refuses in the middle ends with a sentence and keeps what is in', async ({
	page
}) => {
	await sql.unsafe(
		`alter table companies add constraint e2e_refused check (name <> 'Refused ${mark}')`
	);
	await signIn(page, 'olga');
	const rows = Array.from({ length: 520 }, (_, n) =>
		n === 510 ? `Refused ${mark}` : `Taken ${mark} ${n}`
	);
	await upload(page, { text: ['Name', ...rows].join('\n') });
	await start(page).click();
	await expect(
		page.getByText('The import stopped at a row that the database does not take.')
	).toBeVisible({ timeout: 30_000 });
	await expect(tile(page, 'Brought in')).toHaveText('500');
	await sql.unsafe('alter table companies drop constraint e2e_refused');
	await sql`update companies set deleted_at = now() where name like ${`Taken ${mark} %`}`;
});
