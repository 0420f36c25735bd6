import { readFile } from 'node:fs/promises';
import { newId } from '#lib/shared/ids.ts';
import {
	createDeal,
	field,
	input,
	openDatabase,
	openDeal,
	pageOf,
	saveField,
	stateLine,
	unique
} from './deal-page.ts';
import { expect, test, type Browser, type Page } from './test.ts';

const sql = openDatabase();
test.afterAll(() => sql.end());

/** The line of one page to the record's room: it can be cut, and what the server says can be held up. */
class Line {
	#cut = false;
	#held: (() => void)[] | null = null;
	readonly #close = new Set<() => void>();

	static async of(page: Page): Promise<Line> {
		const line = new Line();
		await page.routeWebSocket(/\/ws\/record\//, (socket) => {
			if (line.#cut) return void socket.close({ code: 4500, reason: 'cut' });
			const server = socket.connectToServer();
			line.#close.add(() => socket.close({ code: 4500, reason: 'cut' }));
			server.onMessage((message) => {
				if (line.#held) line.#held.push(() => socket.send(message));
				else socket.send(message);
			});
		});
		return line;
	}

	cut(): void {
		this.#cut = true;
		for (const close of this.#close) close();
		this.#close.clear();
	}

	mend(): void {
		this.#cut = false;
	}

	hold(): void {
		this.#held = [];
	}

	release(): void {
		for (const send of this.#held ?? []) send();
		this.#held = null;
	}
}

/** Ann's deal, on which Bob works too, open in both browsers; Bob's line can be disturbed. */
async function annAndBob(browser: Browser, name: string) {
	const [{ page: ann }, { page: bob }] = await Promise.all([
		pageOf(browser, 'ann'),
		pageOf(browser, 'bob')
	]);
	const line = await Line.of(bob);
	const id = await createDeal(ann, sql, { name: unique(name), coOwner: 'bob' });
	await Promise.all([openDeal(ann, id), openDeal(bob, id)]);
	const done = () => Promise.all([ann.context().close(), bob.context().close()]);
	return { ann, bob, id, line, done };
}

async function write(page: Page, text: string): Promise<void> {
	await input(page, 'nextStep').fill(text);
	await input(page, 'nextStep').press('Enter');
}

const note = (page: Page) => field(page, 'nextStep').locator('[data-note]');
const saved = (page: Page) => expect(stateLine(page)).toHaveAttribute('data-state', 'saved');
const nextStepOf = async (id: string) =>
	(await sql`select next_step from deals where id = ${id}`)[0]?.['next_step'];

test('[SYNC-11, SYNC-33] what was written offline against a newer value is on both screens, and one press switches it', async ({
	browser
}) => {
	const { ann, bob, id, line, done } = await annAndBob(browser, 'Written in a tunnel');
	line.cut();
	await expect(stateLine(bob)).toHaveAttribute('data-state', 'offline');
	await write(bob, 'From the train');
	await write(ann, 'From the office');
	await saved(ann);
	line.mend();

	await expect(note(bob)).toContainText('Ann Becker changed this while you were away.');
	await expect(note(bob)).toContainText('From the train');
	await expect(note(bob)).toContainText('From the office');
	await expect(note(ann)).toContainText('Bob Okafor wrote this too, while away.');
	await expect(input(bob, 'nextStep')).toHaveValue('From the office');

	// Not only on the screens of that moment.
	await ann.reload();
	await expect(note(ann)).toContainText('From the train');
	await expect(bob.getByRole('link', { name: /kept for you/ }).first()).toBeVisible();

	await note(ann).getByRole('button', { name: 'Use Bob Okafor’s' }).click();
	for (const page of [ann, bob]) {
		await expect(input(page, 'nextStep')).toHaveValue('From the train');
		await expect(note(page)).toHaveCount(0);
	}
	expect(await nextStepOf(id)).toBe('From the train');
	await done();
});

test('[SYNC-33] a switch over a value that has moved on meanwhile is not made, and says so', async ({
	browser
}) => {
	const { ann, bob, id, line, done } = await annAndBob(browser, 'Moved on');
	line.cut();
	await write(bob, 'From the train');
	await write(ann, 'From the office');
	await saved(ann);
	line.mend();
	await expect(note(bob)).toBeVisible();
	line.hold();
	await saveField(ann, id, 'nextStep', 'From the office', 'Newest');
	await note(bob).getByRole('button', { name: 'Use mine' }).click();
	await expect(bob.getByText('The value in the record has changed meanwhile.')).toBeVisible();
	line.release();
	await expect(note(bob)).toContainText('Newest');
	expect(await nextStepOf(id)).toBe('Newest');
	await note(bob).getByRole('button', { name: 'Use mine' }).click();
	await expect(note(bob)).toHaveCount(0);
	await expect(input(ann, 'nextStep')).toHaveValue('From the train');
	await done();
});

test('[SYNC-31] of two who write one field in one moment both are told, and whoever lost may take his back', async ({
	browser
}) => {
	const { ann, bob, id, line, done } = await annAndBob(browser, 'In one moment');
	line.hold();
	await write(ann, 'Ann calls');
	await saved(ann);
	await write(bob, 'Bob calls');
	await expect.poll(() => nextStepOf(id)).toBe('Bob calls');
	line.release();
	for (const page of [ann, bob]) {
		await expect(note(page)).toContainText('changed this in the same moment');
		await expect(note(page)).toContainText('Ann calls');
		await expect(input(page, 'nextStep')).toHaveValue('Bob calls');
	}
	await note(ann).getByRole('button', { name: 'Use mine' }).click();
	for (const page of [ann, bob]) {
		await expect(input(page, 'nextStep')).toHaveValue('Ann calls');
		await expect(note(page)).toHaveCount(0);
	}
	// One after the other is nothing to tell.
	await write(bob, 'Bob again');
	await expect(input(ann, 'nextStep')).toHaveValue('Bob again');
	await saved(bob);
	await expect(note(ann)).toHaveCount(0);
	await done();
});

test('[SYNC-31] whoever types over a value that came while he was typing is told of it, and so is its author', async ({
	browser
}) => {
	const { ann, bob, id, done } = await annAndBob(browser, 'While he typed');
	await input(bob, 'nextStep').selectText();
	// Without a pause that would hand the text on.
	const typing = input(bob, 'nextStep').pressSequentially('Bob is typing and typing', {
		delay: 150
	});
	await expect(input(bob, 'nextStep')).toHaveValue(/^Bob/);
	await write(ann, 'Ann calls');
	await saved(ann);
	await typing;
	await expect.poll(() => nextStepOf(id)).toBe('Bob is typing and typing');
	for (const page of [ann, bob]) await expect(note(page)).toContainText('Ann calls');
	await note(bob).getByRole('button', { name: 'Keep the saved one' }).click();
	await expect(note(bob)).toHaveCount(0);
	await expect(note(ann)).toBeVisible();
	await note(ann).getByRole('button', { name: 'Keep the saved one' }).click();
	await expect(note(ann)).toHaveCount(0);
	await done();
});

const handIn = async (page: Page, recordId: string, value: string, kind = 'deal') => {
	const origin = process.env.TANDEM_E2E_URL ?? '';
	const draft = { id: newId(), kind, recordId, field: 'nextStep', value, current: null };
	const data = { key: newId(), action: 'kept.handIn', input: { drafts: [draft] } };
	const answer = await page.request.post(`${origin}/outbox`, { data, headers: { origin } });
	expect(answer.status()).toBe(200);
	return draft.id;
};

const entry = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text });

test('[SYNC-30] what a closed record left on a device is found under "Kept for you", put in, copied, downloaded, dismissed', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'tina');
	await page.goto('/kept');
	await expect(page.getByRole('heading', { name: 'Nothing is waiting' })).toBeVisible();
	await expect(page.getByRole('link', { name: /kept for you/ })).toHaveCount(0);

	const name = unique('Lift');
	const id = await createDeal(page, sql, { name, owner: 'tina' });
	await handIn(page, id, 'Typed in the lift');
	await handIn(page, newId(), 'Typed into nothing');
	const [first, second] = [entry(page, 'Typed in the lift'), entry(page, 'Typed into nothing')];
	// It comes without a reload, and the shell says so.
	await expect(first).toContainText(name);
	await expect(second).toContainText('A record that you can no longer open');
	await expect(page.getByRole('link', { name: '2 texts are kept for you' }).first()).toBeVisible();
	await expect(second.getByRole('button', { name: 'Put it in' })).toHaveCount(0);

	const download = page.waitForEvent('download');
	await page.getByRole('link', { name: /Download all/ }).click();
	const text = await readFile(await (await download).path(), 'utf8');
	expect(text).toContain('Typed in the lift');
	expect(text).toContain(name);

	await first.getByRole('button', { name: 'Put it in' }).click();
	await expect(first).toHaveCount(0);
	expect(await nextStepOf(id)).toBe('Typed in the lift');

	await second.getByRole('button', { name: 'Dismiss' }).click();
	await expect(second).toHaveCount(0);
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(second).toBeVisible();
	await second.getByRole('button', { name: 'Dismiss' }).click();
	await expect(page.getByRole('heading', { name: 'Nothing is waiting' })).toBeVisible();
	await page.getByRole('link', { name: 'Settled' }).click();
	await expect(second).toContainText('Dismissed');
	await expect(first).toContainText('Put in');
	await page.context().close();
});

test('[SYNC-30] the same works without JavaScript, and nobody reads what is kept for another', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'carl', { javaScriptEnabled: false });
	const { page: ann } = await pageOf(browser, 'ann');
	const id = await createDeal(ann, sql, { name: unique('Without script') });
	const text = unique('Call the harbour');
	const keptId = await handIn(page, id, text);
	await page.goto('/kept');
	await saveField(ann, id, 'nextStep', await nextStepOf(id), 'Somebody was faster');
	await entry(page, text).getByRole('button', { name: 'Put it in' }).click();
	await expect(page.getByRole('alert')).toContainText('has changed meanwhile');
	await expect(entry(page, text)).toContainText('Somebody was faster');
	await entry(page, text).getByRole('button', { name: 'Put it in' }).click();
	await expect(entry(page, text)).toHaveCount(0);
	expect(await nextStepOf(id)).toBe(text);

	await ann.goto('/kept?show=settled');
	await expect(entry(ann, text)).toHaveCount(0);
	const foreign = await ann.request.get(
		`${process.env.TANDEM_E2E_URL}/kept/file?format=json&id=${keptId}`
	);
	expect(await foreign.json()).toEqual([]);
	await Promise.all([page.context().close(), ann.context().close()]);
});
