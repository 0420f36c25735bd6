import type { DemoPerson } from '#lib/features/demo/model.ts';
import { signIn } from './support.ts';
import { expect, test, type Locator, type Page } from './test.ts';

/** Longer than any text in a form may be. */
const PASTED = 'Überlänge '.repeat(2_100).trim();

/** What one can type a line into; dates and choices take only what they know. */
const TYPED = 'input:is([type=text], [type=tel], [type=email], [type=url], :not([type])), textarea';

interface Form {
	readonly person: DemoPerson;
	readonly address: string;
	/** Within the page; the form of a new record by default. */
	readonly form?: string;
	/** Opens what the form is folded into. */
	readonly unfold?: string;
	/** Scripts treat it as they treat another one here. */
	readonly like?: string;
}

const FORMS: readonly Form[] = [
	{ person: 'ann', address: '/companies/new' },
	{ person: 'ann', address: '/deals/new' },
	{ person: 'ann', address: '/tasks/new' },
	{ person: 'ann', address: '/contacts/new', like: '/companies/new' },
	{ person: 'ann', address: '/projects/new', like: '/tasks/new' },
	{ person: 'ann', address: '/profile', form: 'form[action="/profile?/save"]' },
	{ person: 'adam', address: '/settings/departments', form: 'form[action="?/add"]' },
	{
		person: 'adam',
		address: '/settings/departments',
		form: 'form[action="?/change"]',
		like: 'add'
	},
	{ person: 'adam', address: '/settings/lists', form: 'form[action^="?/add"]' },
	{ person: 'adam', address: '/settings/lists', form: 'form[action^="?/rename"]' },
	{ person: 'adam', address: '/settings/pipelines', form: 'form[action="?/add"]', like: 'lists' },
	{
		person: 'adam',
		address: '/settings/pipelines',
		form: 'form[action="?/rename"]',
		like: 'lists'
	},
	{
		person: 'adam',
		address: '/settings/people',
		form: 'form[action="?/invite"]',
		unfold: 'Invite a person'
	}
];

async function openForm(page: Page, { address, form, unfold }: Form): Promise<Locator> {
	await page.goto(address);
	if (unfold) await page.getByText(unfold).first().click();
	return page.locator(`main ${form ?? 'form[method=post]:not([action])'}`).first();
}

/** Fills in what the form cannot do without and what is not tried here, such as a password. */
async function fillRequired(form: Locator): Promise<void> {
	for (const input of await form.locator('input[type=password]').all()) {
		await input.fill('long enough now');
	}
}

/** Sends the form, also what the browser would hold back, and waits for the answer. */
async function send(page: Page, form: Locator): Promise<void> {
	const answered = page.waitForResponse((response) => response.request().method() === 'POST');
	await form.evaluate((element: HTMLFormElement) => {
		element.noValidate = true;
		element.requestSubmit();
	});
	await answered;
}

const named = (form: Locator, name: string) => form.locator(`[name="${name}"]`).first();

/** Which of these fields say that they cannot be taken; some form has to. */
async function refused(form: Locator, names: readonly string[]): Promise<readonly string[]> {
	const look = async () => {
		const states = names.map((name) => named(form, name).getAttribute('aria-invalid'));
		const said = await Promise.all(states);
		return names.filter((_, index) => said[index] === 'true');
	};
	await expect.poll(async () => (await look()).length, names.join()).toBeGreaterThan(0);
	return look();
}

for (const javaScriptEnabled of [true, false]) {
	test(`a text that is too long is refused by its field and kept whole, ${javaScriptEnabled ? 'with' : 'without'} JavaScript: nothing is cut`, async ({
		browser
	}) => {
		const context = await browser.newContext({ javaScriptEnabled });
		const page = await context.newPage();
		let person: DemoPerson | null = null;
		for (const wanted of FORMS.filter(({ like }) => !javaScriptEnabled || like === undefined)) {
			if (wanted.person !== person) {
				person = wanted.person;
				await context.clearCookies();
				await signIn(page, person);
			}
			const form = await openForm(page, wanted);
			let open: readonly string[] = await form
				.locator(`:is(${TYPED}):visible:not([role=combobox])`)
				.evaluateAll((inputs) => inputs.map((input) => input.getAttribute('name') ?? ''));
			expect(open, wanted.address).not.toEqual([]);
			await fillRequired(form);
			for (const name of open) {
				await named(form, name).click();
				await page.keyboard.press('ControlOrMeta+a');
				// As pasting does it: an attribute of the input may cut what comes in.
				await page.keyboard.insertText(PASTED);
			}
			// Some are judged before others; what was not judged yet stays, too.
			while (open.length > 0) {
				await send(page, form);
				const told = await refused(form, open);
				for (const name of open) {
					await expect(named(form, name), `${name} of ${wanted.address}`).toHaveValue(PASTED);
				}
				for (const name of told) {
					const described = await named(form, name).getAttribute('aria-describedby');
					expect(described, `${name} of ${wanted.address}`).toContain('-error');
					await named(form, name).fill(name.includes('email') ? 'x@tandem.example' : '1234567');
				}
				open = open.filter((name) => !told.includes(name));
			}
		}
		await context.close();
	});
}
