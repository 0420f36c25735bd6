import { chromium, type Page } from '@playwright/test';
import { CHROMIUM_FLAGS, findChromium } from '../tests/support/chromium.ts';
import { ms, summarise, type Summary } from './measure.ts';
import type { Row } from './report.ts';
import type { Site } from './site.ts';

const KEYS = 200;
const BETWEEN_MS = 60;
const GOAL_MS = 16;

/** From a key to the frame that shows it, in the notes of a deal: with the server, and with it stopped. */
export async function measurePaint(site: Site): Promise<Row[]> {
	const { executablePath, env = {} } = findChromium();
	const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS, env });
	try {
		const context = await browser.newContext({ baseURL: site.url });
		const [name = '', value = ''] = (await site.signIn('ann')).split('=');
		await context.addCookies([{ name, value, url: site.url }]);
		const [deal] = await site.sql`
			select d.id from deals d join users u on u.id = d.owner_id
			where u.name like 'Ann%' and d.deleted_at is null limit 1`;
		const page = await context.newPage();
		await page.goto(`/deals/${deal?.id}`);
		await page.locator('.ProseMirror').click();
		await page.locator('[role=status][data-state=saved]').waitFor();
		const bare = await context.newPage();
		await bare.setContent('<p class="ProseMirror" contenteditable>Nothing but the browser</p>');
		await bare.locator('.ProseMirror').click();
		await typing(bare, 30);
		const limit = await typing(bare, KEYS);
		await page.bringToFront();
		await typing(page, 30);
		const running = await typing(page, KEYS);
		process.kill(site.webPid, 'SIGSTOP');
		let stopped: Summary;
		try {
			stopped = await typing(page, KEYS);
		} finally {
			process.kill(site.webPid, 'SIGCONT');
		}
		return [
			{
				what: `Own edit to the screen (${KEYS} keys in notes): p50 / p95 with the server running; stopped (limit: an empty page of one editable paragraph)`,
				goal: `p95 ≤ ${GOAL_MS} ms, stopped`,
				figure: `${ms(running.p50)} / ${ms(running.p95)}; ${ms(stopped.p50)} / ${ms(stopped.p95)} (limit ${ms(limit.p50)} / ${ms(limit.p95)})`,
				holds: stopped.p95 <= GOAL_MS
			}
		];
	} finally {
		await browser.close();
	}
}

/** Counts from the key's own time stamp to the moment at which the frame with the letter is drawn. */
async function typing(page: Page, keys: number): Promise<Summary> {
	await page.evaluate(() => {
		const times: number[] = [];
		Object.assign(window, { paintTimes: times });
		const typed = (event: Event) =>
			// A message that is posted in a frame comes after it was drawn.
			requestAnimationFrame(() => {
				const { port1, port2 } = new MessageChannel();
				port1.onmessage = () => times.push(performance.now() - event.timeStamp);
				port2.postMessage(null);
			});
		document.querySelector('.ProseMirror')?.addEventListener('keydown', typed);
	});
	for (let key = 0; key < keys; key++) {
		await page.keyboard.press('abcdefghij'.charAt(key % 10));
		await page.waitForTimeout(BETWEEN_MS);
	}
	const times = await page.evaluate(
		() => Object.getOwnPropertyDescriptor(window, 'paintTimes')?.value as number[]
	);
	// Listeners of earlier rounds write into lists of their own.
	return summarise(times);
}
