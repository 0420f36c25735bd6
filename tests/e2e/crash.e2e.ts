import type { Sql } from 'postgres';
import type { RunningSystem } from '#tests/support/system.ts';
import { createDeal, input, notes, openDatabase, openDeal, stateLine } from './deal-page.ts';
import { openOwnSystem } from './own-system.ts';
import { signInByForm } from './support.ts';
import { expect, test, type Browser, type Page } from './test.ts';

/** Processes begin and connections come back when they can: on a busy machine that takes its time. */
const PATIENCE = { timeout: 60_000 };

test.describe.configure({ timeout: 240_000 });

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
	await expect.poll(async () => system.web.pid !== pid && (await ready()), PATIENCE).toBe(true);
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

interface Heard {
	/** The text at that place when the page last said "saved". */
	readonly text: string;
	/** How often it said so, and how often it said that the line is gone. */
	readonly saved: number;
	readonly offline: number;
}

/** Notes what the state line says in the moment it says it: asked later, a short word may be over. */
async function listen(page: Page, selector: string): Promise<void> {
	await page.evaluate((where) => {
		const line = document.querySelector('[role=status][data-state]');
		const place = document.querySelector(where);
		if (!line || !place) throw new Error('the page is not what it was');
		const heard = { text: '', saved: 0, offline: 0 };
		const note = () => (document.body.dataset.heard = JSON.stringify(heard));
		const read = () => (place instanceof HTMLInputElement ? place.value : place.textContent);
		new MutationObserver(() => {
			const state = line.getAttribute('data-state');
			if (state === 'saved') Object.assign(heard, { text: read(), saved: heard.saved + 1 });
			if (state === 'offline') heard.offline++;
			note();
		}).observe(line, { attributes: true, attributeFilter: ['data-state'] });
		note();
	}, selector);
}

const heardBy = async (page: Page): Promise<Heard> =>
	JSON.parse(await page.evaluate(() => document.body.dataset.heard ?? ''));

test('kill -9 while two people type: nothing that was called saved is gone, both go on by themselves', async ({
	browser
}) => {
	const [ann, bob] = await Promise.all([person(browser, 'ann'), person(browser, 'bob')]);
	const id = await createDeal(ann, sql, { name: 'Outlives the server', coOwner: 'bob' });
	await Promise.all([openDeal(ann, id), openDeal(bob, id)]);
	await input(ann, 'nextStep').fill('');
	await notes(bob).click();
	await Promise.all([listen(ann, '[data-field=nextStep] input'), listen(bob, '.ProseMirror')]);
	const held = async () => {
		const [row] = await sql`select next_step, notes_text from deals where id = ${id}`;
		return { step: String(row?.next_step ?? ''), notes: String(row?.notes_text ?? '') };
	};
	let word = 0;
	let typing = true;
	const written: string[] = [];
	const type = async (page: Page) => {
		for (let turn = 0; typing; turn++) {
			const before = await heardBy(page);
			const text = `w${++word} `;
			written.push(text.trim());
			await page.keyboard.type(text, { delay: 25 });
			// Every second word comes before the one before it is saved, however fast that is.
			if (turn % 2 === 0) continue;
			const isOver = async () => {
				const { saved, offline } = await heardBy(page);
				return saved > before.saved || offline > before.offline || !typing;
			};
			await expect.poll(isOver, PATIENCE).toBe(true);
		}
	};
	await input(ann, 'nextStep').click();
	const both = Promise.all([type(ann), type(bob)]);

	for (let round = 0; round < 2; round++) {
		const before = await Promise.all([heardBy(ann), heardBy(bob)]);
		for (const [at, page] of [ann, bob].entries()) {
			const saved = async () => (await heardBy(page)).saved;
			await expect.poll(saved, PATIENCE).toBeGreaterThan(before[at]?.saved ?? 0);
		}
		const back = crashWeb();
		const [annHeard, bobHeard] = await Promise.all([heardBy(ann), heardBy(bob)]);
		// Before the next process takes anything in: the pages would send it again.
		const row = await held();
		expect(row.step).toContain(annHeard.text.trim());
		expect(row.notes).toContain(bobHeard.text.trim());
		await back;
		for (const [at, page] of [ann, bob].entries()) {
			const offline = async () => (await heardBy(page)).offline;
			await expect.poll(offline, PATIENCE).toBeGreaterThan(before[at]?.offline ?? 0);
		}
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
			() => sql`alter table attachments rename to attachments_away`,
			() => sql`alter table attachments_away rename to attachments`,
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
	await expect.poll(async () => JSON.parse(await closeCodes(ann))).toEqual([4401, 4401]);
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
