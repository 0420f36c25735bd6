import AxeBuilder from '@axe-core/playwright';
import type { Sql } from 'postgres';
import type { RunningSystem } from '#tests/support/system.ts';
import { openDatabase } from './deal-page.ts';
import { openOwnSystem } from './own-system.ts';
import { expect, test, type Browser, type Page } from './test.ts';

let system: RunningSystem;
let sql: Sql;

const PASSWORD = 'long enough now';

test.beforeEach(async () => {
	test.setTimeout(240_000);
	// An installation that nobody has claimed, where strangers could reach a demo.
	system = await openOwnSystem('set_up', { demo: false });
	sql = openDatabase(system.databaseUrl);
});

test.afterEach(async () => {
	await sql.end();
	await system.stop();
});

const field = (page: Page, name: string) => page.locator(`input[name=${name}]`);

const TYPED = {
	workspaceName: 'Öl & Söhne',
	departmentName: 'Vertrieb Süd',
	name: 'Ida Førstegård',
	email: 'ida@oel.example'
};

/** Sends the form and waits for the page that answers, whichever way it comes. */
async function send(page: Page): Promise<void> {
	const answered = page.waitForResponse((response) => response.request().method() === 'POST');
	await page.getByRole('button', { name: 'Start working' }).click();
	await answered;
}

async function expectTyped(page: Page): Promise<void> {
	for (const [name, text] of Object.entries(TYPED)) {
		await expect(field(page, name)).toHaveValue(text);
	}
	await expect(page.getByLabel('Country')).toHaveValue('NO');
	await expect(page.getByLabel('Currency')).toHaveValue('NOK');
	await expect(page.getByLabel('Time zone')).toHaveValue('Europe/Oslo');
}

const people = async () => (await sql`select name, email from users`).map((row) => ({ ...row }));

async function visitor(browser: Browser, javaScriptEnabled: boolean): Promise<Page> {
	const context = await browser.newContext({ baseURL: system.url, javaScriptEnabled });
	return context.newPage();
}

for (const javaScript of [true, false]) {
	test(`whoever read the console makes the first administrator, once, ${javaScript ? 'with' : 'without'} JavaScript [line 1]`, async ({
		browser
	}) => {
		const page = await visitor(browser, javaScript);
		const token = system.setupToken ?? '';
		expect(token).toMatch(/^[\w-]{32}$/);
		await page.goto('/set-up');
		await expect(page.getByRole('heading', { name: 'Set up Tandem' })).toBeVisible();

		await field(page, 'token').fill('guessed-by-somebody');
		for (const [name, text] of Object.entries(TYPED)) await field(page, name).fill(text);
		await page.getByLabel('Country').selectOption('NO');
		await page.getByLabel('Currency').selectOption('NOK');
		await page.getByLabel('Time zone').selectOption('Europe/Oslo');

		await test.step('a mistake is named and what was typed stays', async () => {
			await field(page, 'password').fill('short');
			await send(page);
			await expect(page.getByText('Use at least 10 characters.')).toBeVisible();
			await expectTyped(page);
			await expect(field(page, 'token')).toHaveValue('guessed-by-somebody');
			expect(await page.content()).not.toContain('value="short"');
		});

		await test.step('a wrong token is refused and makes nobody', async () => {
			await field(page, 'password').fill(PASSWORD);
			await send(page);
			await expect(page.getByText('This set-up code is not valid.')).toBeVisible();
			await expectTyped(page);
			expect(await people()).toEqual([]);
			expect(await sql`select from departments`).toHaveLength(0);
		});

		await test.step('the printed token makes the administrator', async () => {
			await field(page, 'token').fill(token);
			await field(page, 'password').fill(PASSWORD);
			await send(page);
			await expect(page).toHaveURL(/\/sign-in$/);
			expect(await people()).toEqual([{ name: TYPED.name, email: TYPED.email }]);
		});

		await test.step('he signs in and finds what he named', async () => {
			await field(page, 'email').fill(TYPED.email);
			await field(page, 'password').fill(PASSWORD);
			await page.locator('form button[type=submit]').click();
			await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
			await page.goto('/settings/people');
			await expect(page.getByText(TYPED.email)).toBeVisible();
			await expect(page.getByText('Öl & Söhne').first()).toBeVisible();
			await page.goto('/settings/departments');
			await expect(page.getByLabel('Name')).toHaveCount(2);
			await expect(page.getByLabel('Name').first()).toHaveValue('Vertrieb Süd');
			await expect(page.getByLabel('Currency').first()).toHaveValue('NOK');
		});

		await test.step('the token is dead and the page gone', async () => {
			const stranger = await visitor(browser, javaScript);
			await stranger.goto(`/set-up?token=${token}`);
			await expect(stranger).toHaveURL(/\/sign-in$/);
			const again = await stranger.request.post('/set-up', {
				headers: { origin: system.url, accept: 'text/html' },
				form: {
					...TYPED,
					token,
					email: 'second@oel.example',
					password: PASSWORD,
					departmentName: 'Another',
					country: 'NO',
					currency: 'NOK',
					language: 'en',
					timeZone: 'Europe/Oslo'
				}
			});
			expect(new URL(again.url()).pathname).toBe('/sign-in');
			expect(await people()).toHaveLength(1);
			await stranger.context().close();
		});
		await page.context().close();
	});
}

test('the link that the console prints fills the code in, on a phone and in the browser’s language', async ({
	browser
}) => {
	const context = await browser.newContext({
		baseURL: system.url,
		locale: 'de-DE',
		viewport: { width: 390, height: 844 }
	});
	const page = await context.newPage();
	await page.goto(`/set-up?token=${system.setupToken}`);
	await expect(page.getByRole('heading', { name: 'Tandem einrichten' })).toBeVisible();
	await expect(field(page, 'token')).toHaveValue(system.setupToken ?? '');
	// The device knows its time zone.
	await expect(page.locator('select[name=timeZone]')).toHaveValue('Europe/Berlin');
	await expect(page.locator('select[name=language]')).toHaveValue('de');
	const overflow = await page.evaluate(
		() => document.documentElement.scrollWidth - document.documentElement.clientWidth
	);
	expect(overflow).toBeLessThanOrEqual(0);
	for (const colorScheme of ['light', 'dark'] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
		const serious = violations.filter(
			({ impact }) => impact === 'serious' || impact === 'critical'
		);
		expect(serious.map(({ id }) => id)).toEqual([]);
	}
	await context.close();
});
