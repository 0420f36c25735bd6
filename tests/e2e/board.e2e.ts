import { createDeal, openDatabase, pageOf, unique } from './deal-page.ts';
import { expect, test, type Browser, type Locator, type Page } from './test.ts';

const sql = openDatabase();
test.afterAll(() => sql.end());

const lane = (page: Page, stage: string): Locator =>
	page.locator('section.lane', { has: page.getByRole('heading', { name: stage, exact: true }) });

const cards = (page: Page, stage: string): Locator => lane(page, stage).getByRole('article');

const card = (page: Page, name: string): Locator =>
	page.getByRole('article').filter({ hasText: name });

/** Three deals of Ann in the first stage, alone on a board that is searched for them. */
async function threeDeals(page: Page) {
	const run = unique('Board');
	const names = ['One', 'Two', 'Three'].map((name) => `${name} of ${run}`);
	for (const [index, name] of names.entries()) {
		const fields = { amount: String((index + 1) * 1000), currency: 'EUR' };
		await createDeal(page, sql, { name, fields });
	}
	const [one = '', two = '', three = ''] = names;
	return { one, two, three, address: `/deals/board?q=${encodeURIComponent(run)}` };
}

async function openBoards(browser: Browser, ...people: ('ann' | 'bob')[]) {
	const opened = await Promise.all(people.map((person) => pageOf(browser, person)));
	const [first] = opened;
	if (!first) throw new Error('nobody looks at the board');
	const deals = await threeDeals(first.page);
	await Promise.all(opened.map(({ page }) => page.goto(deals.address)));
	return { ...deals, pages: opened.map(({ page }) => page), all: opened };
}

/** Takes a card and lets it go over another place, in steps as a hand does. */
async function drag(page: Page, what: Locator, where: Locator) {
	await what.scrollIntoViewIfNeeded();
	const from = await what.boundingBox();
	const to = await where.boundingBox();
	if (!from || !to) throw new Error('nothing to drag');
	await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
	await page.mouse.down();
	const [x, y] = [to.x + to.width / 2, to.y + to.height / 2];
	await page.mouse.move(from.x + from.width / 2 + 12, from.y + from.height / 2 + 4, { steps: 4 });
	await page.mouse.move(x, y, { steps: 20 });
	await page.mouse.move(x, y + 4, { steps: 4 });
	await expect(page.locator('#dnd-action-dragged-el')).toBeVisible();
	// Its place among the others is kept free, unseen.
	await expect(where.locator('article')).not.toHaveCount(0);
	await page.mouse.up();
	await expect(page.locator('#dnd-action-dragged-el')).toHaveCount(0);
}

test('a dragged card lies in its new stage on every screen, with counts and sums', async ({
	browser
}) => {
	const { pages, all, one, two } = await openBoards(browser, 'ann', 'bob');
	const [ann, bob] = pages;
	if (!ann || !bob) throw new Error('two are needed');
	await expect(lane(ann, 'Request').locator('.count')).toHaveText('3');
	await expect(lane(ann, 'Request').locator('.totals')).toHaveText('€6,000');
	await drag(ann, card(ann, two), lane(ann, 'Analysis').locator('ul'));
	for (const page of [ann, bob]) {
		await expect(cards(page, 'Analysis')).toHaveText([new RegExp(two)]);
		await expect(lane(page, 'Analysis').locator('.count')).toHaveText('1');
		await expect(lane(page, 'Analysis').locator('.totals')).toHaveText('€2,000');
		await expect(lane(page, 'Request').locator('.count')).toHaveText('2');
		await expect(lane(page, 'Request').locator('.totals')).toHaveText('€4,000');
	}
	const [row] = await sql`select stages.name from deals join stages on stages.id = stage_id
		where deals.name = ${two}`;
	expect(row?.name).toBe('Analysis');
	// Bob only works with Ann on none of these: the hand does not get hold of the card.
	const fixed = card(bob, one);
	await expect(fixed).toHaveAttribute('data-fixed', '');
	await expect(fixed.getByRole('button')).toHaveCount(0);
	expect(all.flatMap(({ problems }) => problems)).toEqual([]);
	await Promise.all(pages.map((page) => page.context().close()));
});

test('"Move to…" moves a card with the keyboard alone', async ({ browser }) => {
	const { pages, three } = await openBoards(browser, 'ann', 'bob');
	const [ann, bob] = pages;
	if (!ann || !bob) throw new Error('two are needed');
	await card(ann, three).getByRole('link').focus();
	await ann.keyboard.press('Tab');
	await expect(ann.getByRole('button', { name: `Move ${three} to…` })).toBeFocused();
	await ann.keyboard.press('Enter');
	await expect(entry(ann, 'Analysis')).toBeVisible();
	while (!(await isFocused(entry(ann, 'Clarification')))) {
		await ann.keyboard.press('ArrowDown');
	}
	await ann.keyboard.press('Enter');
	for (const page of [ann, bob]) {
		await expect(cards(page, 'Clarification')).toHaveText([new RegExp(three)]);
		await expect(lane(page, 'Clarification').locator('.totals')).toHaveText('€3,000');
	}
	await Promise.all(pages.map((page) => page.context().close()));
});

test('[core 5.12] a card dropped on the lost stage asks why, and comes back', async ({
	browser
}) => {
	const { pages, all, one, two } = await openBoards(browser, 'ann', 'bob');
	const [ann, bob] = pages;
	if (!ann || !bob) throw new Error('two are needed');
	// So wide that every lane is in sight.
	await ann.setViewportSize({ width: 3600, height: 900 });
	const drop = () => drag(ann, card(ann, two), lane(ann, 'Closed lost').locator('ul'));
	await drop();
	const dialog = ann.getByRole('dialog');
	await dialog.getByRole('button', { name: 'Close' }).click();
	await expect(cards(ann, 'Request').filter({ hasText: two })).toHaveCount(1);
	await drop();
	await dialog.getByLabel('Why was it lost?').selectOption({ label: 'Price' });
	await dialog.getByRole('button', { name: 'Lost' }).click();
	for (const page of [ann, bob]) await expect(card(page, two)).toHaveCount(0);
	await ann.locator('.toast').getByRole('button', { name: 'Undo' }).click();
	for (const page of [ann, bob]) {
		await expect(cards(page, 'Request').filter({ hasText: two })).toHaveCount(1);
	}
	// Won by its menu, and found where ended deals are asked for.
	await card(ann, one).hover();
	await card(ann, one).getByRole('button').click();
	await entry(ann, 'Won').click();
	await expect(card(ann, one)).toHaveCount(0);
	await ann.getByLabel('Status', { exact: true }).selectOption({ label: 'Won' });
	await expect(cards(ann, 'Closed won')).toHaveText([new RegExp(one)]);
	expect(all.flatMap(({ problems }) => problems)).toEqual([]);
	await Promise.all(pages.map((page) => page.context().close()));
});

/** Of the open menu of a card. */
const entry = (page: Page, stage: string): Locator =>
	page.locator('[role^=menuitem]').filter({ hasText: stage });

const isFocused = (item: Locator) => item.evaluate((node) => node === document.activeElement);

test('without JavaScript each card has a form that moves it', async ({ browser }) => {
	const { page } = await pageOf(browser, 'ann', { javaScriptEnabled: false });
	const { one, address } = await threeDeals(page);
	await page.goto(address);
	const form = card(page, one).locator('form');
	await form.getByRole('combobox').selectOption({ label: 'Proposal' });
	await form.getByRole('button', { name: 'Move' }).click();
	await expect(cards(page, 'Proposal')).toHaveText([new RegExp(one)]);
	await expect(lane(page, 'Proposal').locator('.totals')).toHaveText('€1,000');
	// On the stage of lost deals the reason is asked for; the board shows open deals only.
	await form.getByRole('combobox').selectOption({ label: 'Closed lost' });
	await form.getByRole('button', { name: 'Move' }).click();
	await page.getByLabel('Why was it lost?').selectOption({ label: 'Price' });
	await page.getByRole('button', { name: 'Lost' }).click();
	await expect(card(page, one)).toHaveCount(0);
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(cards(page, 'Proposal')).toHaveText([new RegExp(one)]);
	await page.context().close();
});

test('on a phone one stage fills the screen, and a card is moved by tapping', async ({
	browser
}) => {
	const { page, problems } = await pageOf(browser, 'ann', {
		viewport: { width: 390, height: 844 },
		hasTouch: true,
		isMobile: true
	});
	const { two, address } = await threeDeals(page);
	await page.goto(address);
	const box = await lane(page, 'Request').boundingBox();
	expect(box?.width).toBeGreaterThan(340);
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
	await card(page, two).getByRole('button').tap();
	await entry(page, 'Analysis').tap();
	await expect(cards(page, 'Analysis')).toHaveText([new RegExp(two)]);
	await expect(card(page, two)).not.toBeInViewport();
	await page.getByRole('navigation', { name: 'Stages' }).getByText('Analysis').tap();
	await expect(card(page, two)).toBeInViewport();
	await card(page, two).getByRole('button').tap();
	await entry(page, 'Lost').tap();
	await page.getByRole('dialog').getByRole('button', { name: 'Lost' }).tap();
	await expect(card(page, two)).toHaveCount(0);
	expect(problems).toEqual([]);
	await page.context().close();
});
