import { chromium, type Browser, type Page } from '@playwright/test';
import { CHROMIUM_FLAGS, findChromium } from '../tests/support/chromium.ts';
import { ms, summarise, type Summary } from './measure.ts';
import type { Row } from './report.ts';
import type { Site } from './site.ts';

const PAINTS = 15;
const DRAGS = 12;
const PAINT_GOAL_MS = 400;
const DRAG_GOAL_MS = 50;

/** The board of one pipeline with ten thousand open deals: its first paint, and cards that are dragged. */
export async function measureBoard(site: Site): Promise<Row[]> {
	const [pipeline] = await site.sql`
		select pipeline_id as id from deals where is_open and deleted_at is null
		group by pipeline_id order by count(*) desc limit 1`;
	const [open] = await site.sql`
		select count(*)::int as n from deals where pipeline_id = ${pipeline?.id} and is_open and deleted_at is null`;
	const { executablePath, env = {} } = findChromium();
	const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS, env });
	try {
		const page = await pageOf(browser, site);
		const address = `/deals/board?pipeline=${pipeline?.id}`;
		const paint = await paints(page, address);
		const drag = await drags(page);
		return [
			{
				what: `Board with ${Number(open?.n).toLocaleString('en')} open deals, first paint (p50 / p95 of ${PAINTS})`,
				goal: `≤ ${PAINT_GOAL_MS} ms`,
				figure: `${ms(paint.p50)} / ${ms(paint.p95)}`,
				holds: paint.p50 <= PAINT_GOAL_MS
			},
			{
				what: `A card dragged on it, from pointer to picture (p50 / p95 of the slowest of each of ${DRAGS})`,
				goal: `p95 ≤ ${DRAG_GOAL_MS} ms`,
				figure: `${ms(drag.p50)} / ${ms(drag.p95)}`,
				holds: drag.p95 <= DRAG_GOAL_MS
			}
		];
	} finally {
		await browser.close();
	}
}

async function pageOf(browser: Browser, site: Site): Promise<Page> {
	const viewport = { width: 1440, height: 900 };
	const context = await browser.newContext({ baseURL: site.url, viewport });
	const [name = '', value = ''] = (await site.signIn('adam')).split('=');
	await context.addCookies([{ name, value, url: site.url }]);
	return context.newPage();
}

async function paints(page: Page, address: string): Promise<Summary> {
	const times: number[] = [];
	for (let round = 0; round <= PAINTS; round++) {
		await page.goto(address);
		await page.locator('article').first().waitFor();
		const painted = await page.evaluate(
			() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN
		);
		// The first one fills the browser's cache.
		if (round > 0) times.push(painted);
	}
	return summarise(times);
}

/** The longest that the browser took to show what one drag did. */
async function drags(page: Page): Promise<Summary> {
	await page.locator('.menu-of-card button').first().waitFor();
	await page.evaluate(() => {
		const slow: number[] = [];
		Object.assign(window, { slowEvents: slow });
		new PerformanceObserver((list) => {
			for (const { duration } of list.getEntries()) slow.push(duration);
		}).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
	});
	const worst: number[] = [];
	for (let round = 0; round < DRAGS; round++) {
		const lanes = page.locator('section.lane');
		const from = await lanes
			.nth(round % 2)
			.locator('article')
			.first()
			.boundingBox();
		const to = await lanes
			.nth((round + 1) % 2)
			.locator('article')
			.nth(2)
			.boundingBox();
		if (!from || !to) throw new Error('nothing to drag');
		await page.mouse.move(from.x + 40, from.y + 30);
		await page.mouse.down();
		await page.mouse.move(to.x + 60, to.y + 20, { steps: 25 });
		await page.mouse.up();
		await page.locator('#dnd-action-dragged-el').waitFor({ state: 'detached' });
		worst.push(
			await page.evaluate(() => {
				const slow = Object.getOwnPropertyDescriptor(window, 'slowEvents')?.value as number[];
				// Below the threshold nothing is told.
				return Math.max(16, ...slow.splice(0));
			})
		);
	}
	return summarise(worst);
}
