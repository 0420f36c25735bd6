import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { DemoPerson } from '#lib/features/demo/model.ts';
import { signIn } from './support.ts';
import { test, type Browser, type Page } from './test.ts';

// Writes docs/screenshots/<page>-<desktop|phone>-<light|dark>.png; not part of a normal run:
// TANDEM_SCREENSHOTS=1 npx playwright test screenshots

const FOLDER = path.resolve('docs/screenshots');

const FORMATS = {
	desktop: { width: 1280, height: 800 },
	phone: { width: 390, height: 844 }
} as const;
const SCHEMES = ['light', 'dark'] as const;

interface Shot {
	readonly name: string;
	readonly person: DemoPerson | null;
	readonly address: string;
	/** What to do on the page before the picture is taken; the answer tidies up. */
	readonly then?: (page: Page, browser: Browser) => Promise<void | (() => Promise<void>)>;
}

const SHOTS: readonly Shot[] = [
	{ name: 'sign-in', person: null, address: '/sign-in' },
	{ name: 'today', person: 'ann', address: '/' },
	{ name: 'deals', person: 'ann', address: '/deals' },
	{ name: 'board', person: 'ann', address: '/deals/board' },
	{ name: 'deal', person: 'ann', address: '/deals', then: openDealWithBob },
	{ name: 'new-deal', person: 'ann', address: '/deals/new' },
	{ name: 'companies', person: 'ann', address: '/companies' },
	{ name: 'company', person: 'ann', address: '/companies', then: openFirst('Nordlicht') },
	{ name: 'contacts', person: 'ann', address: '/contacts' },
	{ name: 'contact', person: 'ann', address: '/contacts', then: openFirst('Katrin Hoffmann') },
	{ name: 'requests', person: 'olga', address: '/requests' },
	{
		name: 'request',
		person: 'olga',
		address: '/requests?view=all&q=pallet',
		then: openFirst('Pallet boxes')
	},
	{ name: 'new-request', person: 'olga', address: '/requests/new' },
	{ name: 'leads', person: 'ann', address: '/leads' },
	{ name: 'lead', person: 'ann', address: '/leads?q=vogel', then: openFirst('Henrike Vogel') },
	{ name: 'products', person: 'ann', address: '/products' },
	{
		name: 'deal-with-goods',
		person: 'ann',
		address: '/deals?q=plant',
		then: openFirst('Tool storage, plant 2')
	},
	{ name: 'payments', person: 'adam', address: '/payments' },
	{ name: 'shipments', person: 'adam', address: '/shipments' },
	{ name: 'notifications', person: 'ann', address: '/notifications?show=all' },
	{ name: 'search', person: 'ann', address: '/search?q=nord' },
	{ name: 'tasks', person: 'bob', address: '/tasks?responsible=all' },
	{ name: 'task', person: 'bob', address: '/tasks?q=stand', then: openFirst('Prepare the stand') },
	{ name: 'new-task', person: 'bob', address: '/tasks/new' },
	{ name: 'projects', person: 'carl', address: '/projects' },
	{ name: 'project', person: 'bob', address: '/projects', then: openFirst('Trade fair') },
	{ name: 'imports', person: 'ann', address: '/imports' },
	{ name: 'import-mapping', person: 'ann', address: '/imports/new', then: upload },
	{ name: 'import-result', person: 'ann', address: '/imports/new', then: importWhole },
	{ name: 'palette', person: 'ann', address: '/deals', then: openPalette },
	{ name: 'profile', person: 'ann', address: '/profile' },
	{ name: 'people', person: 'adam', address: '/settings/people' },
	{ name: 'roles', person: 'adam', address: '/settings/roles' },
	{ name: 'mail', person: 'adam', address: '/settings/mail' },
	{ name: 'audit', person: 'adam', address: '/settings/audit' },
	{ name: 'file-store', person: 'adam', address: '/settings/files' },
	{ name: 'currencies', person: 'adam', address: '/settings/currencies' },
	{ name: 'currency', person: 'adam', address: '/settings/currencies/SEK' },
	{ name: 'not-found', person: 'ann', address: '/companies/nowhere' },
	{ name: 'empty-list', person: 'ann', address: '/companies?q=zzzz' }
];

for (const [format, viewport] of Object.entries(FORMATS)) {
	for (const colorScheme of SCHEMES) {
		test.describe(`${format}, ${colorScheme}`, () => {
			test.skip(!process.env.TANDEM_SCREENSHOTS, 'only when asked for');
			test.use({ viewport, colorScheme, reducedMotion: 'reduce', hasTouch: format === 'phone' });
			for (const { name, person, address, then } of SHOTS) {
				test(`the picture of ${name}`, async ({ page, browser }) => {
					if (person) await signIn(page, person);
					await page.goto(address);
					const tidyUp = await then?.(page, browser);
					await page.evaluate(() => document.fonts.ready);
					mkdirSync(FOLDER, { recursive: true });
					const file = path.join(FOLDER, `${name}-${format}-${colorScheme}.png`);
					await page.screenshot({ path: file, caret: 'initial' });
					await tidyUp?.();
				});
			}
		});
	}
}

function openFirst(text: string) {
	return async (page: Page) => {
		const link = page.locator('main a', { hasText: text }).first();
		await page.goto((await link.getAttribute('href')) ?? '');
	};
}

async function openDealWithBob(page: Page, browser: Browser) {
	await openFirst('Shelving for hall 4')(page);
	const theirs = await (await browser.newContext()).newPage();
	await signIn(theirs, 'bob');
	await theirs.goto(page.url());
	await theirs.getByLabel('Next step', { exact: true }).first().focus();
	await page.getByText('Bob', { exact: true }).first().waitFor();
	return () => theirs.context().close();
}

const CSV = [
	'Company;Web;Country;City;Phone;Mail;Remarks',
	'Aurora Küchen GmbH;aurora-kuechen.example;Germany;Bremen;+49 40 66969 700;office@aurora-kuechen.example;Met in May',
	'Bergman & Holt;bergman-holt.example;Sweden;Uppsala;;hello@bergman-holt.example;',
	'Castelló Logística;castello.example;Spain;Reus;;;Asks for two lots',
	'Delta Vents Ltd;delta-vents.example;United Kingdom;Hull;+44 113 496 0101;not an address;',
	';nameless.example;Atlantis;;;;'
].join('\n');

async function upload(page: Page) {
	await page
		.locator('input[type=file]')
		.setInputFiles({ name: 'trade-fair.csv', mimeType: 'text/csv', buffer: Buffer.from(CSV) });
	await page.locator('main form button[type=submit]').click();
	await page.waitForURL(/\/imports\/[0-9a-f-]{36}$/);
	await page.locator('[formaction="?/start"]').waitFor();
}

async function importWhole(page: Page) {
	await upload(page);
	await page.locator('[formaction="?/start"]').click();
	await page.locator('dl').waitFor();
	await page.reload();
}

async function openPalette(page: Page) {
	await page.keyboard.press('ControlOrMeta+k');
	await page.getByRole('dialog').waitFor();
	await page.keyboard.type('nord');
	await page.getByRole('dialog').getByText('Nordlicht').first().waitFor();
}
