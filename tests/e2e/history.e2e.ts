import {
	createDeal,
	field,
	input,
	notes,
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

/** Ann's deal, which Bob works on too, open in both browsers. */
async function annAndBob(browser: Browser, title: string) {
	const opened = await Promise.all([pageOf(browser, 'ann'), pageOf(browser, 'bob')]);
	const [{ page: ann }, { page: bob }] = opened;
	const name = unique(title);
	const id = await createDeal(ann, sql, { name, coOwner: 'bob' });
	await Promise.all([openDeal(ann, id), openDeal(bob, id)]);
	const done = async () => {
		expect(opened.flatMap(({ problems }) => problems)).toEqual([]);
		await Promise.all([ann.context().close(), bob.context().close()]);
	};
	return { ann, bob, id, name, done };
}

const saved = (page: Page) => expect(stateLine(page)).toHaveAttribute('data-state', 'saved');
const messages = (page: Page) => page.getByRole('region', { name: 'Messages' });
const history = (page: Page) => page.locator('#history');
const undo = (page: Page) => page.getByRole('button', { name: 'Undo my last change' });

async function type(page: Page, name: string, text: string) {
	await input(page, name).fill(text);
	await page.keyboard.press('Enter');
}

async function rowOf(id: string) {
	const [row] = await sql`select * from deals where id = ${id}`;
	return row ?? {};
}

test('[SYNC-70] each takes back his own edits, by button and by key, and never the other’s', async ({
	browser
}) => {
	const { ann, bob, id, name, done } = await annAndBob(browser, 'Undone');
	await expect(undo(ann)).toBeDisabled();
	await type(ann, 'name', `${name} by Ann`);
	await type(ann, 'nextStep', 'Ann calls');
	await input(ann, 'important').check();
	await notes(ann).click();
	await ann.keyboard.type('Ann was here');
	await expect(notes(bob)).toContainText('Ann was here');
	await type(bob, 'nextStep', 'Bob calls');
	await expect(input(ann, 'nextStep')).toHaveValue('Bob calls');

	// Outside of texts the key takes back whatever was last: here the notes.
	await ann.locator('h1').evaluate(() => (document.activeElement as HTMLElement).blur());
	await ann.keyboard.press('ControlOrMeta+z');
	await expect(messages(ann)).toContainText('Taken back: Notes');
	await expect(notes(bob)).not.toContainText('Ann was here');
	await undo(ann).click();
	await expect(messages(ann)).toContainText('Taken back: Important');
	await expect(input(bob, 'important')).not.toBeChecked();
	// Her next step was overwritten by Bob: it stays his, and the name is next.
	await ann.keyboard.press('ControlOrMeta+z');
	await expect(input(bob, 'name')).toHaveValue(name);
	await expect(input(ann, 'nextStep')).toHaveValue('Bob calls');
	await expect(undo(ann)).toBeDisabled();
	await ann.keyboard.press('ControlOrMeta+Shift+z');
	await expect(input(bob, 'name')).toHaveValue(`${name} by Ann`);
	await messages(ann).getByRole('button', { name: 'Undo' }).click();
	await expect(input(bob, 'name')).toHaveValue(name);

	await undo(bob).click();
	await expect(input(ann, 'nextStep')).not.toHaveValue('Bob calls');
	await Promise.all([saved(ann), saved(bob)]);
	expect(await rowOf(id)).toMatchObject({ name, important: false, notes_text: null });
	await done();
});

test('in a text the key belongs to the text', async ({ browser }) => {
	const { page } = await pageOf(browser, 'ann');
	const id = await createDeal(page, sql, { name: unique('Texts') });
	await openDeal(page, id);
	await input(page, 'important').check();
	await notes(page).click();
	await page.keyboard.type('typed');
	await page.keyboard.press('ControlOrMeta+z');
	await expect(notes(page)).toHaveText('');
	await page.keyboard.press('ControlOrMeta+z');
	await input(page, 'nextStep').focus();
	await page.keyboard.press('ControlOrMeta+z');
	await expect(input(page, 'important')).toBeChecked();
	await page.context().close();
});

test('[SYNC-71] the menu of a field leads to its values, and from there back to any of them, on every screen', async ({
	browser
}) => {
	const { ann, bob, id, done } = await annAndBob(browser, 'Reverted');
	await input(ann, 'amount').fill('100');
	await ann.keyboard.press('Enter');
	await expect(input(bob, 'amount')).toHaveValue('100');
	await input(bob, 'amount').fill('250');
	await bob.keyboard.press('Enter');
	await expect(input(ann, 'amount')).toHaveValue('250');
	await saved(bob);

	await field(ann, 'amount').hover();
	await ann.getByRole('button', { name: 'Amount: more' }).click();
	await ann.getByRole('menuitem', { name: 'History' }).click();
	await expect(history(ann)).toContainText('Changes of Amount');
	await expect(history(ann).getByRole('listitem').first()).toContainText(
		'Bob Okafor changed Amount from €100 to €250 on the page'
	);
	await history(ann).getByRole('button', { name: 'Back to €100' }).click();
	await expect(history(ann)).toContainText('Amount is what it was then.');
	await expect(input(bob, 'amount')).toHaveValue('100');
	await expect(history(ann).getByRole('listitem').first()).toContainText('by going back');
	const [change] = await sql`select source from changes
		where record_id = ${id} and field = 'amount' order by rev desc limit 1`;
	expect(change?.source).toBe('undo');
	await history(ann).getByRole('button', { name: 'Undo' }).click();
	await expect(input(bob, 'amount')).toHaveValue('250');
	await done();
});

test('without JavaScript an earlier value comes back too, and a newer one is asked about first', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'ann', { javaScriptEnabled: false });
	const { page: bob } = await pageOf(browser, 'bob', { javaScriptEnabled: false });
	const id = await createDeal(page, sql, {
		name: unique('By form'),
		coOwner: 'bob',
		fields: { nextStep: 'Call Katrin' }
	});
	await saveField(page, id, 'nextStep', 'Call Katrin', 'Write to Katrin');
	await page.goto(`/deals/${id}?history=nextStep`);
	await bob.goto(`/deals/${id}`);
	await saveField(bob, id, 'nextStep', 'Write to Katrin', 'Visit Katrin');
	const answered = page.waitForResponse((answer) => answer.request().method() === 'POST');
	await history(page).getByRole('button', { name: 'Back to “Call Katrin”' }).click();
	expect((await answered).status()).toBe(409);
	await expect(history(page)).toContainText('it is now “Visit Katrin”');
	expect((await rowOf(id)).next_step).toBe('Visit Katrin');
	await history(page).getByRole('button', { name: 'Back to “Call Katrin”' }).first().click();
	await expect(history(page)).toContainText('Next step is what it was then.');
	await expect(input(page, 'nextStep')).toHaveValue('Call Katrin');
	await history(page).getByRole('button', { name: 'Undo' }).click();
	await expect(input(page, 'nextStep')).toHaveValue('Visit Katrin');
	await Promise.all([page.context().close(), bob.context().close()]);
});

test('[SYNC-72] an earlier version of the notes is looked at, restored while the other writes, and taken back', async ({
	browser
}) => {
	const { ann, bob, id, done } = await annAndBob(browser, 'Versions');
	await notes(ann).click();
	await ann.keyboard.type('What we agreed');
	await expect(notes(bob)).toContainText('What we agreed');
	await notes(bob).click();
	await bob.keyboard.press('ControlOrMeta+a');
	await bob.keyboard.type('Spoiled by mistake');
	await expect(notes(ann)).toContainText('Spoiled by mistake');
	await saved(bob);

	await field(ann, 'notes').getByRole('link', { name: 'Versions' }).click();
	await expect(history(ann).getByRole('listitem')).toHaveCount(3);
	await history(ann)
		.getByRole('listitem')
		.filter({ hasText: 'Ann Becker wrote in Notes' })
		.getByRole('link', { name: 'Look at it' })
		.click();
	const version = history(ann).getByRole('article');
	await expect(version.locator('[data-state=gone]').first()).toContainText('What we agreed');
	await expect(version.locator('[data-state=new]').first()).toContainText('Spoiled by mistake');
	await version.getByRole('button', { name: 'Restore this version' }).click();
	for (const page of [ann, bob]) {
		await expect(notes(page)).toContainText('What we agreed');
		await expect(notes(page)).not.toContainText('Spoiled');
	}
	await expect(version).toContainText('This is what the notes say now.');
	// Bob, who stands in the text, writes on.
	await bob.keyboard.press('ControlOrMeta+End');
	await bob.keyboard.type(' in May');
	await expect(notes(ann)).toContainText('What we agreed in May');
	await history(ann).getByRole('button', { name: 'Undo' }).click();
	for (const page of [ann, bob]) {
		await expect(notes(page)).toContainText('Spoiled by mistake');
		await expect(notes(page)).not.toContainText('agreed');
	}
	const texts = await sql`select old from changes where record_id = ${id} and field = 'notes'`;
	expect(JSON.stringify(texts)).toContain('What we agreed in May');
	await done();
});

test('[SYNC-73] rows and cards say what changed since one looked, the page says who and when, until one has', async ({
	browser
}) => {
	const { ann, bob, id, name, done } = await annAndBob(browser, 'Looked at');
	const list = `/deals?q=${encodeURIComponent(name)}`;
	const dot = (page: Page) => page.getByTitle('Changed since you looked');
	await ann.goto(list);
	await expect(ann.getByRole('row', { name })).toBeVisible();
	await expect(dot(ann)).toHaveCount(0);
	await type(bob, 'nextStep', 'Bob did this');
	await expect(ann.getByRole('row', { name })).toContainText('Bob did this');
	await expect(dot(ann)).toHaveCount(1);
	await ann.goto(`/deals/board?q=${encodeURIComponent(name)}`);
	await expect(ann.getByRole('article').getByTitle('Changed since you looked')).toHaveCount(1);

	await openDeal(ann, id);
	const mark = field(ann, 'nextStep').getByTitle(/Changed by Bob Okafor .* since you looked/);
	await expect(mark).toBeVisible();
	await expect(field(ann, 'amount').getByTitle(/Changed by/)).toHaveCount(0);
	await ann.getByRole('link', { name: '1 change since you looked' }).click();
	await expect(history(ann)).toContainText('Since you looked');
	await expect(history(ann).getByRole('listitem')).toHaveText([/Bob Okafor .*Bob did this/]);
	await ann.getByRole('button', { name: 'Seen' }).click();
	await expect(mark).toHaveCount(0);
	// What he does under her eyes is no news on the list she goes back to.
	await type(bob, 'nextStep', 'Under her eyes');
	await expect(input(ann, 'nextStep')).toHaveValue('Under her eyes');
	await expect(mark).toHaveCount(0);
	await ann.goto(list);
	await expect(ann.getByRole('row', { name })).toContainText('Under her eyes');
	await expect(dot(ann)).toHaveCount(0);
	await done();
});

test('[SYNC-74] who has a deal open is seen on page, list and board, and not while he views privately', async ({
	browser
}) => {
	const { ann, bob, id, name, done } = await annAndBob(browser, 'Watched');
	const { page: list } = await pageOf(browser, 'cleo');
	const board = await list.context().newPage();
	await list.goto(`/deals?q=${encodeURIComponent(name)}`);
	await board.goto(`/deals/board?q=${encodeURIComponent(name)}`);
	// Cleo reads German.
	const onList = list.getByRole('row', { name }).getByRole('list', { name: 'Gerade hier' });
	const onBoard = board.getByRole('group', { name: 'Gerade hier' }).getByTitle('Bob Okafor');
	const onPage = ann.getByRole('list', { name: 'Here now' });
	await expect(onList).toContainText('BO');
	await expect(onList).toContainText('AB');
	await expect(onBoard).toHaveCount(1);
	await input(bob, 'nextStep').focus();
	await expect(field(ann, 'nextStep')).toContainText('Bob Okafor in this field');

	await bob.getByRole('button', { name: 'View privately' }).click();
	await expect(bob.getByRole('button', { name: /You view privately/ })).toBeVisible();
	await expect(onList).not.toContainText('BO');
	await expect(onBoard).toHaveCount(0);
	await expect(onPage).toHaveCount(0);
	await expect(field(ann, 'nextStep')).not.toContainText('Bob Okafor in this field');
	await bob.goto('/profile');
	await expect(bob.getByRole('checkbox')).toBeChecked();
	// It hides where he looks, not what he does.
	await openDeal(bob, id);
	await type(bob, 'nextStep', 'By Bob');
	await expect(input(ann, 'nextStep')).toHaveValue('By Bob');
	await expect(onPage).toHaveCount(0);
	await expect(history(ann)).toContainText(/Bob Okafor .*“By Bob”/);

	await bob.getByRole('button', { name: /You view privately/ }).click();
	await expect(onPage).toContainText('BO');
	await expect(onList).toContainText('BO');
	await list.context().close();
	await done();
});

test('a move on the board is taken back from its message, unless somebody has moved the card again', async ({
	browser
}) => {
	const { ann, bob, id, name, done } = await annAndBob(browser, 'Moved');
	const address = `/deals/board?q=${encodeURIComponent(name)}`;
	for (const page of [ann, bob]) await page.goto(address);
	const move = async (page: Page, stage: string) => {
		await page.getByRole('article').hover();
		await page.getByRole('button', { name: `Move ${name} to…` }).click();
		await page.locator('[role^=menuitem]').filter({ hasText: stage }).click();
	};
	const lies = (page: Page, stage: string) =>
		expect(
			page
				.locator('section.lane', { has: page.getByRole('heading', { name: stage, exact: true }) })
				.getByRole('article')
		).toHaveCount(1);
	await move(ann, 'Analysis');
	await expect(messages(ann)).toContainText(`${name} moved to Analysis.`);
	await lies(bob, 'Analysis');
	await messages(ann).getByRole('button', { name: 'Undo' }).click();
	for (const page of [ann, bob]) await lies(page, 'Request');
	await expect(messages(ann)).toContainText('is back where it was');

	await move(ann, 'Analysis');
	await lies(bob, 'Analysis');
	await move(bob, 'Proposal');
	await lies(ann, 'Proposal');
	await messages(ann).getByRole('button', { name: 'Undo' }).first().click();
	await expect(messages(ann)).toContainText('Somebody has moved');
	await lies(ann, 'Proposal');
	const [stage] = await sql`select s.name from deals d join stages s on s.id = d.stage_id
		where d.id = ${id}`;
	expect(stage?.name).toBe('Proposal');
	await done();
});

test('a deleted deal comes back from its message, and without JavaScript from the page', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'ann');
	const id = await createDeal(page, sql, { name: unique('Deleted') });
	const isGone = async () => (await rowOf(id)).deleted_at !== null;
	const remove = async (page: Page) => {
		await page.goto(`/deals/${id}`);
		await page
			.getByLabel('More', { exact: true })
			.or(page.locator('details summary'))
			.first()
			.click();
		await page.getByRole('button', { name: 'Move to trash' }).click();
		await page.waitForURL(/trashed=/);
	};
	await remove(page);
	expect(await isGone()).toBe(true);
	await messages(page).getByRole('button', { name: 'Undo' }).click();
	await expect.poll(isGone).toBe(false);
	await page.context().close();

	const { page: plain } = await pageOf(browser, 'ann', { javaScriptEnabled: false });
	await remove(plain);
	expect(await isGone()).toBe(true);
	await plain.getByRole('button', { name: 'Undo' }).click();
	await expect.poll(isGone).toBe(false);
	await plain.context().close();
});
