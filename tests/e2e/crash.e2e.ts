import { expect, test, type Browser, type Page } from '@playwright/test';
import type { Sql } from 'postgres';
import type { RunningSystem } from '#tests/support/system.ts';
import { createDeal, input, notes, openDatabase, openDeal, stateLine } from './deal-page.ts';
import { openOwnSystem } from './own-system.ts';
import { signInByForm } from './support.ts';

/** Connections come back after a wait that grows to some seconds. */
const PATIENCE = { timeout: 20_000 };

// Processes of its own: they are killed while others go on with theirs.
let system: RunningSystem;
let sql: Sql;

test.beforeAll(async () => {
	test.setTimeout(240_000);
	system = await openOwnSystem('crash');
	sql = openDatabase(system.databaseUrl);
});

test.afterAll(async () => {
	await sql.end();
	await system.stop();
});

async function person(
	browser: Browser,
	name: 'ann' | 'bob',
	serviceWorkers: 'allow' | 'block' = 'allow'
): Promise<Page> {
	const context = await browser.newContext({ baseURL: system.url, serviceWorkers });
	const page = await context.newPage();
	await page.addInitScript(rememberCloseCodes);
	await signInByForm(page, name);
	return page;
}

/** kill -9; resolves when its successor on the same port can serve. */
async function crashWeb(): Promise<void> {
	const { pid } = system.web;
	if (pid === undefined) throw new Error('the web process is not running');
	process.kill(pid, 'SIGKILL');
	const ready = () =>
		fetch(`${system.url}/readyz`).then(
			({ ok }) => ok,
			() => false
		);
	await expect.poll(async () => system.web.pid !== pid && (await ready())).toBe(true);
}

/** Playwright tells that a socket closed, not with which code. */
function rememberCloseCodes() {
	const codes: number[] = [];
	Object.assign(window, { closeCodes: codes });
	window.WebSocket = class extends WebSocket {
		constructor(...order: ConstructorParameters<typeof WebSocket>) {
			super(...order);
			this.addEventListener('close', ({ code }) => codes.push(code));
		}
	};
}

const closeCodes = (page: Page) =>
	page.evaluate(() => JSON.stringify(Object.getOwnPropertyDescriptor(window, 'closeCodes')?.value));

/** Keeps the last text that the page called saved, as it stood at that moment. */
async function rememberSaved(page: Page, selector: string) {
	await page.evaluate((where) => {
		const line = document.querySelector('[role=status][data-state]');
		const place = document.querySelector(where);
		if (!line || !place) throw new Error('the page is not what it was');
		const read = () => (place instanceof HTMLInputElement ? place.value : place.textContent);
		new MutationObserver(() => {
			if (line.getAttribute('data-state') === 'saved') {
				document.body.dataset.saved = read();
				document.body.dataset.times = String(Number(document.body.dataset.times ?? 0) + 1);
			}
		}).observe(line, { attributes: true, attributeFilter: ['data-state'] });
	}, selector);
}

const lastSaved = (page: Page) => page.evaluate(() => document.body.dataset.saved ?? '');
const timesSaved = (page: Page) => page.evaluate(() => Number(document.body.dataset.times ?? 0));

test('kill -9 while two people type: nothing that was called saved is gone, both go on by themselves', async ({
	browser
}) => {
	const [ann, bob] = await Promise.all([person(browser, 'ann'), person(browser, 'bob')]);
	const id = await createDeal(ann, sql, { name: 'Outlives the server', coOwner: 'bob' });
	await Promise.all([openDeal(ann, id), openDeal(bob, id)]);
	await input(ann, 'nextStep').fill('');
	await notes(bob).click();
	await Promise.all([
		rememberSaved(ann, '[data-field=nextStep] input'),
		rememberSaved(bob, '.ProseMirror')
	]);
	const held = async () => {
		const [row] = await sql`select next_step, notes_text from deals where id = ${id}`;
		return { step: String(row?.next_step ?? ''), notes: String(row?.notes_text ?? '') };
	};
	let word = 0;
	let typing = true;
	const written: string[] = [];
	const type = async (page: Page, pause: number) => {
		while (typing) {
			const text = `w${++word} `;
			written.push(text.trim());
			await page.keyboard.type(text, { delay: 25 });
			// Long enough to hand the text on and to hear of it.
			await new Promise((resolve) => setTimeout(resolve, pause));
		}
	};
	await input(ann, 'nextStep').click();
	const both = Promise.all([type(ann, 1_200), type(bob, 400)]);

	for (let round = 0; round < 2; round++) {
		const before = await Promise.all([timesSaved(ann), timesSaved(bob)]);
		const heard = async (page: Page, times: number) => (await timesSaved(page)) > times;
		await expect.poll(() => heard(ann, before[0]), PATIENCE).toBe(true);
		await expect.poll(() => heard(bob, before[1]), PATIENCE).toBe(true);
		const back = crashWeb();
		const saved = { step: await lastSaved(ann), notes: await lastSaved(bob) };
		await expect(stateLine(ann)).toHaveAttribute('data-state', 'offline');
		const row = await held();
		expect(row.step).toContain(saved.step.trim());
		expect(row.notes).toContain(saved.notes.trim());
		await back;
	}
	typing = false;
	await both;
	await ann.keyboard.press('Enter');
	for (const page of [ann, bob]) {
		await expect(stateLine(page)).toHaveAttribute('data-state', 'saved', PATIENCE);
	}
	const row = await held();
	const words = new Set(`${row.step} ${row.notes}`.split(/\s+/));
	expect(written.filter((text) => !words.has(text))).toEqual([]);
	await expect(input(bob, 'nextStep')).toHaveValue(row.step);
	// Bob's caret stands in the text with his name.
	await expect(notes(ann)).toContainText(row.notes.trim());
	await Promise.all([ann.context().close(), bob.context().close()]);
});

test('a server that fails while an open page looks again: the page stays with what is typed, says so, and catches up by itself', async ({
	browser
}) => {
	// The test stands in for the server, which it cannot for what a service worker asks.
	const [ann, bob] = await Promise.all([person(browser, 'ann', 'block'), person(browser, 'bob')]);
	const id = await createDeal(ann, sql, { name: 'Outlives an error', coOwner: 'bob' });
	await Promise.all([openDeal(ann, id), openDeal(bob, id)]);
	await ann.evaluate(() => (document.body.dataset.same = 'yes'));
	const step = input(ann, 'nextStep');
	await step.click();
	await ann.keyboard.type('half a sen');

	let name = 'Outlives an error';
	const isSame = () => ann.evaluate(() => document.body.dataset.same === 'yes');
	const failsThenRecovers = async (
		break_: () => Promise<unknown>,
		mend: () => Promise<unknown>,
		text: string
	) => {
		await break_();
		const before = await step.inputValue();
		name += '!';
		await input(bob, 'name').fill(name);
		await input(bob, 'name').press('Enter');
		await expect(stateLine(ann)).toHaveAttribute('data-state', 'behind', PATIENCE);
		await expect(stateLine(ann)).toHaveText('Not up to date, trying again');
		// Still the same page, the same field, the same caret.
		await expect(step).toHaveValue(before);
		await expect(step).toBeFocused();
		await ann.keyboard.type(text);
		await expect(step).toHaveValue(before + text);
		await mend();
		await expect(stateLine(ann)).toHaveAttribute('data-state', 'saved', PATIENCE);
		// What Bob did is history, which only a load brings.
		await expect(ann.locator('#history')).toContainText(name);
		expect(await isSame()).toBe(true);
	};

	await test.step('a load that breaks off', () =>
		failsThenRecovers(
			() => sql`alter table pipelines rename to pipelines_away`,
			() => sql`alter table pipelines_away rename to pipelines`,
			'tence'
		));
	await test.step('a proxy that finds nobody behind it', () =>
		failsThenRecovers(
			() =>
				ann.route(/__data\.json/, (route) => route.fulfill({ status: 502, body: 'Bad gateway' })),
			() => ann.unroute(/__data\.json/),
			', and on'
		));
	await test.step('an answer that breaks off', () =>
		failsThenRecovers(
			() => ann.route(/__data\.json/, (route) => route.abort('connectionreset')),
			() => ann.unroute(/__data\.json/),
			'.'
		));
	await Promise.all([ann.context().close(), bob.context().close()]);
});

test('going to a page that the server cannot make shows the error page', async ({ browser }) => {
	const ann = await person(browser, 'ann');
	await ann.goto('/companies');
	await ann.route(/deals\/__data\.json/, (route) => route.fulfill({ status: 502, body: '' }));
	await ann.getByRole('navigation').getByRole('link', { name: 'Deals' }).first().click();
	await expect(ann.getByRole('heading', { name: 'Something broke on our side' })).toBeVisible();
	await ann.context().close();
});

test('a session that is ended closes the sockets with 4401, and the page says what to do', async ({
	browser
}) => {
	const [ann, elsewhere] = await Promise.all([person(browser, 'ann'), person(browser, 'ann')]);
	const id = await createDeal(ann, sql, { name: 'Not without a session' });
	await openDeal(ann, id);
	await elsewhere.goto('/profile/sessions');
	await elsewhere.getByRole('button', { name: 'Sign out everywhere else' }).click();
	await expect(stateLine(ann)).toHaveText(/Signed out. Sign in again to go on./);
	await expect(stateLine(ann).getByRole('link', { name: 'Sign in' })).toBeVisible();
	expect(JSON.parse(await closeCodes(ann))).toEqual([4401, 4401]);
	await expect(input(ann, 'nextStep')).toHaveAttribute('readonly');
	await Promise.all([ann.context().close(), elsewhere.context().close()]);
});

test('a session that expires is refused at the next connection with 4401', async ({ browser }) => {
	const ann = await person(browser, 'ann');
	const id = await createDeal(ann, sql, { name: 'Too late' });
	await openDeal(ann, id);
	await sql`update sessions set expires_at = now() - interval '1 minute'`;
	await crashWeb();
	await expect(stateLine(ann)).toHaveText(/Signed out. Sign in again to go on./, PATIENCE);
	expect(JSON.parse(await closeCodes(ann))).toContain(4401);
	await ann.context().close();
});
