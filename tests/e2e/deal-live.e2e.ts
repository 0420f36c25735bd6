import {
	createDeal,
	currentStage,
	field,
	inDays,
	input,
	notes,
	openDatabase,
	openDeal,
	pageOf,
	stateLine,
	unique
} from './deal-page.ts';
import { expect, test, type Browser, type Page } from './test.ts';

test.use({ serviceWorkers: 'allow' });

const sql = openDatabase();
test.afterAll(() => sql.end());

/** Ann's deal, which Bob works on too, open in both browsers. */
async function annAndBob(browser: Browser, name = unique('Two at work')) {
	const [{ page: ann, problems }, { page: bob, problems: more }] = await Promise.all([
		pageOf(browser, 'ann'),
		pageOf(browser, 'bob')
	]);
	const id = await createDeal(ann, sql, { name, coOwner: 'bob' });
	await Promise.all([openDeal(ann, id), openDeal(bob, id)]);
	return {
		ann,
		bob,
		id,
		name,
		done: async () => {
			expect([...problems, ...more]).toEqual([]);
			await Promise.all([ann.context().close(), bob.context().close()]);
		}
	};
}

const saved = (page: Page) => expect(stateLine(page)).toHaveAttribute('data-state', 'saved');

const rowOf = async (id: string) => {
	const [row] = await sql`select * from deals where id = ${id}`;
	return row ?? {};
};

test('each sees the other and the field he is in', async ({ browser }) => {
	const { ann, bob, done } = await annAndBob(browser);
	await expect(ann.getByRole('list', { name: 'Here now' })).toContainText('BO');
	await expect(bob.getByRole('list', { name: 'Here now' })).toContainText('AB');
	await input(ann, 'nextStep').focus();
	await expect(field(bob, 'nextStep')).toContainText('Ann Becker in this field');
	await input(bob, 'amount').focus();
	await expect(field(ann, 'amount')).toContainText('Bob Okafor in this field');
	await input(ann, 'name').focus();
	await expect(field(bob, 'name')).toContainText('Ann Becker in this field');
	await expect(field(bob, 'nextStep')).not.toContainText('Ann Becker');
	await ann.close();
	await expect(bob.getByRole('list', { name: 'Here now' })).toHaveCount(0);
	await done();
});

test('what two people change in fields, sets and stage is on both screens and in Postgres', async ({
	browser
}) => {
	const { ann, bob, id, done } = await annAndBob(browser);
	const day = await inDays(ann, 3);
	await input(bob, 'nextStep').fill('Bring the samples');
	await bob.keyboard.press('Tab');
	await input(ann, 'nextStepOn').fill(day);
	await expect(input(ann, 'nextStep')).toHaveValue('Bring the samples');
	await expect(input(bob, 'nextStepOn')).toHaveValue(day);

	await Promise.all([
		input(ann, 'name')
			.fill(unique('Renamed by Ann'))
			.then(() => ann.keyboard.press('Enter')),
		input(bob, 'amount')
			.fill('1250.50')
			.then(() => bob.keyboard.press('Enter'))
	]);
	await expect(input(ann, 'amount')).toHaveValue('1250.50');
	await expect(input(bob, 'name')).toHaveValue(/^Renamed by Ann/);

	const tag = unique('Hall');
	await Promise.all([
		createTag(ann, tag),
		field(bob, 'coOwners')
			.getByRole('combobox')
			.fill('Cleo')
			.then(() => choice(bob, 'Cleo Martin').click())
	]);
	await expect(field(bob, 'tags')).toContainText(tag);
	await expect(field(ann, 'coOwners')).toContainText('Cleo Martin');
	await field(ann, 'coOwners').getByRole('button', { name: 'Remove Cleo Martin' }).click();
	await expect(field(bob, 'coOwners')).not.toContainText('Cleo Martin');

	await input(bob, 'important').check();
	await expect(input(ann, 'important')).toBeChecked();
	await field(ann, 'stage').getByRole('radio', { name: 'Clarification' }).check();
	await expect(currentStage(bob)).toHaveText('Clarification');

	await Promise.all([saved(ann), saved(bob)]);
	const row = await rowOf(id);
	expect({ ...row, amount_minor: String(row.amount_minor) }).toMatchObject({
		next_step: 'Bring the samples',
		amount_minor: '125050',
		important: true
	});
	const [stage] = await sql`select name from stages where id = ${row.stage_id}`;
	expect(stage?.name).toBe('Clarification');
	const tags = await sql`select name from tags join deal_tags on tag_id = tags.id
		where deal_id = ${id}`;
	expect(tags.map(({ name }) => name)).toEqual([tag]);
	await done();
});

async function createTag(page: Page, name: string) {
	await field(page, 'tags').getByRole('combobox').fill(name);
	await choice(page, name).click();
	await page.keyboard.press('Escape');
}

const choice = (page: Page, name: string) => page.locator('.options').getByRole('option', { name });

test('[SYNC I1] "Saved" is said only while Postgres holds what the input shows', async ({
	browser
}) => {
	const { ann, bob, id, done } = await annAndBob(browser);
	const claims: { shown: string; held: string }[] = [];
	await ann.exposeFunction('claimSaved', async (shown: string) =>
		claims.push({ shown, held: String((await rowOf(id)).next_step) })
	);
	await ann.evaluate(() => {
		const line = document.querySelector('[role=status][data-state]');
		const step = document.querySelector<HTMLInputElement>('[data-field=nextStep] input');
		const claim = Object.getOwnPropertyDescriptor(window, 'claimSaved')?.value;
		if (!line || !step) throw new Error('the page is not what it was');
		new MutationObserver(() => {
			const state = line.getAttribute('data-state');
			if (state === 'saved') claim(step.value);
			// Asked later, so short a word may be over.
			const { heardSaving = '0' } = document.body.dataset;
			if (state === 'saving') document.body.dataset.heardSaving = String(Number(heardSaving) + 1);
		}).observe(line, { attributes: true, attributeFilter: ['data-state'] });
	});
	await input(ann, 'nextStep').selectText();
	const heardSaving = () => ann.evaluate(() => Number(document.body.dataset.heardSaving ?? 0));
	for (const piece of ['Ask Katrin ', 'about the ', 'second lot']) {
		const before = await heardSaving();
		await input(ann, 'nextStep').pressSequentially(piece, { delay: 20 });
		await expect.poll(heardSaving).toBeGreaterThan(before);
		await expect(stateLine(ann)).toHaveText(/Saved/);
	}
	// The last one may still be asking the database.
	await expect.poll(() => claims.length).toBeGreaterThanOrEqual(3);
	for (const { shown, held } of claims) expect(held).toBe(shown.trim());

	// As long as the database cannot commit, nobody hears "saved", and nobody else sees the value.
	const lock = await sql.reserve();
	await lock`begin`;
	await lock`select 1 from deals where id = ${id} for update`;
	await input(ann, 'nextStep').fill('Held back');
	await ann.keyboard.press('Enter');
	await expect(stateLine(ann)).toHaveAttribute('data-state', 'saving');
	await expect
		.poll(async () => {
			const waiting = await sql`select 1 from pg_locks where not granted`;
			return waiting.length;
		})
		.toBeGreaterThan(0);
	expect(await stateLine(ann).getAttribute('data-state')).toBe('saving');
	expect(await input(bob, 'nextStep').inputValue()).toBe('Ask Katrin about the second lot');
	await lock`rollback`;
	lock.release();
	await expect(input(bob, 'nextStep')).toHaveValue('Held back');
	await saved(ann);
	await done();
});

test('both write in the notes at once; each text is whole and each caret has its name', async ({
	browser
}) => {
	const { ann, bob, id, done } = await annAndBob(browser);
	await notes(ann).click();
	await ann.keyboard.type('first line');
	await ann.keyboard.press('Enter');
	await ann.keyboard.type('last line');
	await expect(notes(bob)).toContainText('last line');
	await ann.keyboard.press('ControlOrMeta+Home');
	await notes(bob).click();
	await bob.keyboard.press('ControlOrMeta+End');
	await Promise.all([
		ann.keyboard.type('Ann writes at the top, ', { delay: 15 }),
		bob.keyboard.type(', and Bob at the end', { delay: 15 })
	]);
	const whole = ['Ann writes at the top, first line', 'last line, and Bob at the end'];
	for (const page of [ann, bob]) {
		await expect(notes(page).locator('p').first()).toContainText('first line');
		await expect(notes(page).locator('p').last()).toContainText('Bob at the end');
	}
	await expect(notes(ann).locator('.caret-name')).toHaveText('Bob Okafor');
	await expect(notes(bob).locator('.caret-name')).toHaveText('Ann Becker');
	await expect(field(ann, 'notes').getByRole('toolbar')).toBeVisible();
	await Promise.all([saved(ann), saved(bob)]);
	expect(
		String((await rowOf(id)).notes_text)
			.split('\n')
			.filter(Boolean)
	).toEqual(whole);
	await done();
});

test('a colleague follows on deal, list and board without a reload, but cannot write; another department sees nothing', async ({
	browser
}) => {
	const { ann, id, name, done } = await annAndBob(browser);
	const { page: deal, problems } = await pageOf(browser, 'cleo');
	const [list, board] = await Promise.all([deal.context().newPage(), deal.context().newPage()]);
	await Promise.all([
		openDeal(deal, id),
		list.goto(`/deals?q=${encodeURIComponent(name)}`),
		board.goto(`/deals/board?q=${encodeURIComponent(name)}`)
	]);
	const theirs = [deal, list, board];
	await Promise.all(theirs.map((page) => page.evaluate(() => (document.body.dataset.before = ''))));
	await expect(input(deal, 'nextStep')).toHaveAttribute('readonly');
	await expect(field(deal, 'stage').locator('input:enabled')).toHaveCount(0);
	await expect(notes(deal)).toHaveAttribute('contenteditable', 'false');
	await expect(input(deal, 'important')).toBeDisabled();

	await input(ann, 'nextStep').fill('Visible to everybody');
	await ann.keyboard.press('Enter');
	await field(ann, 'stage').getByRole('radio', { name: 'Analysis' }).check();
	await notes(ann).click();
	await ann.keyboard.type('For all to read');
	await expect(input(deal, 'nextStep')).toHaveValue('Visible to everybody');
	await expect(currentStage(deal)).toHaveText('Analysis');
	await expect(notes(deal)).toContainText('For all to read');
	await expect(list.getByRole('row', { name })).toContainText('Visible to everybody');
	await expect(list.getByRole('row', { name })).toContainText('Analysis');
	const lane = board.locator('section', { has: board.getByRole('heading', { name: 'Analysis' }) });
	await expect(lane.getByRole('article')).toContainText('Visible to everybody');
	for (const page of theirs) await expect(page.locator('body')).toHaveAttribute('data-before');
	expect(problems).toEqual([]);

	const { page: tina } = await pageOf(browser, 'tina');
	expect((await tina.goto(`/deals/${id}`))?.status()).toBe(404);
	await tina.goto(`/deals?q=${encodeURIComponent(name)}`);
	await expect(tina.getByRole('link', { name })).toHaveCount(0);
	await Promise.all([deal.context().close(), tina.context().close()]);
	await done();
});

test('a refused value is told in a sentence, and what was typed stays', async ({ browser }) => {
	const { ann, bob, done } = await annAndBob(browser);
	const before = await input(bob, 'nextStep').inputValue();
	const long = 'too long '.repeat(34).trim();
	await input(ann, 'nextStep').fill(long);
	await ann.keyboard.press('Tab');
	await expect(field(ann, 'nextStep').getByRole('alert')).toHaveText(/at most 250 characters/);
	await expect(input(ann, 'nextStep')).toHaveValue(long);
	await expect(stateLine(ann)).toHaveText(/Not everything was saved/);
	expect(await input(bob, 'nextStep').inputValue()).toBe(before);
	await input(ann, 'nextStep').fill('Short enough');
	await expect(input(bob, 'nextStep')).toHaveValue('Short enough');
	await expect(stateLine(ann)).toHaveText(/Saved/);

	const day = await input(bob, 'nextStepOn').inputValue();
	await input(ann, 'nextStepOn').fill('2024-02-29');
	const note = field(ann, 'nextStepOn').getByRole('alert');
	await expect(note).toContainText('This day has passed. Choose today or later.');
	await expect(note).toContainText('29');
	await expect(stateLine(ann)).toHaveText(/Not saved: This day has passed/);
	expect(await input(bob, 'nextStepOn').inputValue()).toBe(day);
	await note.getByRole('button', { name: 'Discard' }).click();
	await saved(ann);
	await expect(input(ann, 'nextStepOn')).toHaveValue(day);
	await done();
});

test('what others change moves neither focus nor caret nor the page', async ({ browser }) => {
	const { ann, bob, done } = await annAndBob(browser);
	await input(ann, 'nextStep').fill('Call Katrin about lot two');
	await saved(ann);
	const selection = () =>
		input(ann, 'nextStep').evaluate((step: HTMLInputElement) => ({
			focused: document.activeElement === step,
			from: step.selectionStart,
			to: step.selectionEnd,
			scrolled: window.scrollY
		}));
	await input(ann, 'nextStep').evaluate((step: HTMLInputElement) => step.setSelectionRange(5, 11));
	const before = await selection();
	await input(bob, 'nextStep').fill('Call Katrin about lot three');
	await bob.keyboard.press('Enter');
	await field(bob, 'stage').getByRole('radio', { name: 'Proposal' }).check();
	await notes(bob).click();
	await bob.keyboard.type('Many lines\n\n\n\n\n\nof notes');
	await expect(notes(ann)).toContainText('of notes');
	await expect(currentStage(ann)).toHaveText('Proposal');
	await expect(input(ann, 'nextStep')).toHaveValue('Call Katrin about lot three');
	expect(await selection()).toEqual(before);
	// Leaving a field that one has not changed since must not bring the old value back.
	await ann.keyboard.press('Tab');
	await expect(input(bob, 'nextStep')).toHaveValue('Call Katrin about lot three');

	await notes(ann).click();
	await ann.keyboard.press('ControlOrMeta+End');
	await bob.keyboard.press('ControlOrMeta+Home');
	await bob.keyboard.type('More above. ');
	await expect(notes(ann)).toContainText('More above.');
	await ann.keyboard.type(' by Ann');
	await expect(notes(bob).locator('p').last()).toContainText('of notes by Ann');
	await done();
});

test('what is typed before the scripts have started is taken over, not thrown away', async ({
	browser
}) => {
	const { page: ann, problems } = await pageOf(browser, 'ann');
	const id = await createDeal(ann, sql, { name: unique('Slow line') });
	let letIn = () => {};
	const scripts = new Promise<void>((resolve) => (letIn = resolve));
	await ann.route(/\/_app\/.*\.js$/, async (route) => {
		await scripts;
		await route.continue();
	});
	await ann.goto(`/deals/${id}`, { waitUntil: 'commit' });
	await input(ann, 'nextStep').fill('Typed early');
	await input(ann, 'name').fill(unique('Typed in time'));
	letIn();
	await expect(notes(ann)).toBeVisible();
	await ann.keyboard.press('Tab');
	await expect.poll(async () => (await rowOf(id)).next_step).toBe('Typed early');
	await expect.poll(async () => (await rowOf(id)).name).toMatch(/^Typed in time/);
	await expect(input(ann, 'nextStep')).toHaveValue('Typed early');
	await saved(ann);
	expect(problems).toEqual([]);
	await ann.context().close();
});
