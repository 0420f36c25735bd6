import { expect, type Browser, type Locator, type Page } from '@playwright/test';
import postgres, { type Sql } from 'postgres';
import { demoEmail, type DemoPerson } from '#lib/features/demo/model.ts';
import { signIn } from './support.ts';

/** The database of the journeys, to see what it holds while a page says something about it. */
export const openDatabase = (url = process.env.TANDEM_E2E_DATABASE ?? ''): Sql =>
	postgres(url, { max: 2, onnotice: () => {} });

/** A page of its own browser, signed in; whatever its console complains of lands in `problems`. */
export async function pageOf(
	browser: Browser,
	person: DemoPerson,
	options: Parameters<Browser['newContext']>[0] = {}
): Promise<{ page: Page; problems: string[] }> {
	const context = await browser.newContext(options);
	const page = await context.newPage();
	const problems = watchConsole(page);
	await signIn(page, person);
	return { page, problems };
}

export function watchConsole(page: Page): string[] {
	const problems: string[] = [];
	page.on('pageerror', (error) => problems.push(String(error)));
	page.on('console', (message) => {
		// What was refused is named by its address only there.
		if (message.type() === 'error') problems.push(`${message.text()} ${message.location().url}`);
	});
	return problems;
}

interface NewDeal {
	readonly name: string;
	readonly owner?: DemoPerson;
	readonly coOwner?: DemoPerson;
	readonly fields?: Readonly<Record<string, string>>;
}

/** Makes a deal as the form does, so that no journey touches the deal of another; answers its id. */
export async function createDeal(page: Page, sql: Sql, deal: NewDeal): Promise<string> {
	const { name, owner = 'ann', coOwner, fields = {} } = deal;
	const ownerId = await idOf(sql, owner);
	const id = await post(page, '/deals/new', { name, ownerId, ...fields }).then(
		(location) => location.split('/').at(-1) ?? ''
	);
	if (coOwner) {
		const coOwners = await idOf(sql, coOwner);
		await post(page, `/deals/${id}?/save`, { 'coOwners.base': '[]', coOwners });
	}
	return id;
}

/** Saves fields of a deal as the page does without JavaScript. */
export const saveField = (page: Page, id: string, field: string, base: unknown, value: string) =>
	post(page, `/deals/${id}?/save`, { [`${field}.base`]: JSON.stringify(base), [field]: value });

async function post(page: Page, path: string, form: Record<string, string>): Promise<string> {
	const origin = new URL(page.url()).origin;
	const url = new URL(path, origin === 'null' ? process.env.TANDEM_E2E_URL : origin);
	const answer = await page.request.post(url.href, {
		form,
		headers: { origin: url.origin, accept: 'text/html' },
		maxRedirects: 0
	});
	expect(answer.status(), await answer.text()).toBeLessThan(400);
	return answer.headers()['location'] ?? '';
}

async function idOf(sql: Sql, person: DemoPerson): Promise<string> {
	const [user] = await sql`select id from users where email = ${demoEmail(person)}`;
	return String(user?.id);
}

/** Opens the deal and waits until its document has come. */
export async function openDeal(page: Page, id: string): Promise<void> {
	await page.goto(`/deals/${id}`);
	await expect(page.locator('.ProseMirror')).toBeVisible();
	await expect(stateLine(page)).toHaveAttribute('data-state', 'saved');
}

export const stateLine = (page: Page): Locator => page.locator('[role=status][data-state]');

/** A field's part of the page; labels differ from language to language. */
export const field = (page: Page, name: string): Locator => page.locator(`[data-field="${name}"]`);

export const input = (page: Page, name: string): Locator =>
	field(page, name).locator('input:not([type=hidden])').first();

export const notes = (page: Page): Locator => page.locator('.ProseMirror');

export const currentStage = (page: Page): Locator =>
	field(page, 'stage').locator('label[data-state=current]');

/** Different in each run, so that journeys can be repeated on one database. */
export const unique = (name: string): string => `${name} ${Date.now().toString(36)}`;

export async function inDays(page: Page, days: number): Promise<string> {
	return page.evaluate((ahead) => {
		const day = new Date();
		day.setDate(day.getDate() + ahead);
		return day.toLocaleDateString('sv-SE');
	}, days);
}
