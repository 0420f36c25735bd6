import { expect, test, type Locator, type Page } from '@playwright/test';
import type { DemoPerson } from '#lib/features/demo/model.ts';
import { signIn } from './support.ts';

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
}

const FORMS: readonly Form[] = [
	...['/companies/new', '/contacts/new', '/deals/new', '/tasks/new', '/projects/new'].map(
		(address) => ({ person: 'ann' as const, address })
	),
	{ person: 'ann', address: '/profile', form: 'form[action="/profile?/save"]' },
	{ person: 'adam', address: '/settings/departments', form: 'form[action="?/add"]' },
	{ person: 'adam', address: '/settings/departments', form: 'form[action="?/change"]' },
	{ person: 'adam', address: '/settings/lists', form: 'form[action^="?/add"]' },
	{ person: 'adam', address: '/settings/lists', form: 'form[action^="?/rename"]' },
	{ person: 'adam', address: '/settings/pipelines', form: 'form[action="?/add"]' },
	{ person: 'adam', address: '/settings/pipelines', form: 'form[action="?/rename"]' },
	{
		person: 'adam',
		address: '/settings/people',
		form: 'form[action="?/add"]',
		unfold: 'Add a person'
	}
];

async function openForm(page: Page, { address, form, unfold }: Form): Promise<Locator> {
	await page.goto(address);
	if (unfold) await page.getByText(unfold).first().click();
	return page.locator(`main ${form ?? 'form[method=post]:not([action])'}`).first();
}

/** Fills in what the browser would ask for before it sends anything. */
async function fillRequired(form: Locator): Promise<void> {
	for (const input of await form.locator('input[required]').all()) {
		if ((await input.inputValue()) !== '') continue;
		const type = await input.getAttribute('type');
		await input.fill(type === 'email' ? 'x@tandem.example' : 'long enough now');
	}
}

for (const javaScriptEnabled of [true, false]) {
	test(`a text that is too long is refused by its field and kept whole, ${javaScriptEnabled ? 'with' : 'without'} JavaScript: nothing is cut`, async ({
		browser
	}) => {
		test.setTimeout(360_000);
		const context = await browser.newContext({ javaScriptEnabled });
		const page = await context.newPage();
		let person: DemoPerson | null = null;
		for (const wanted of FORMS) {
			if (wanted.person !== person) await signIn(page, wanted.person);
			person = wanted.person;
			const names = await (
				await openForm(page, wanted)
			)
				.locator(`:is(${TYPED}):visible:not([role=combobox])`)
				.evaluateAll((inputs) => inputs.map((input) => input.getAttribute('name')));
			expect(names, wanted.address).not.toEqual([]);
			for (const name of names) {
				const form = await openForm(page, wanted);
				const input = form.locator(`[name="${name}"]`);
				await fillRequired(form);
				await input.click();
				await page.keyboard.press('ControlOrMeta+a');
				// As pasting does it: an attribute of the input may cut what comes in.
				await page.keyboard.insertText(PASTED);
				const where = `${name} of ${wanted.address}`;
				// What the browser itself refuses, and says so, is not sent.
				const isSent = await input.evaluate((element: HTMLInputElement) => element.validity.valid);
				await input.evaluate((element: HTMLInputElement) => element.form?.requestSubmit());
				if (!isSent) {
					await expect.soft(input, where).toHaveValue(PASTED);
					continue;
				}
				await expect
					.soft(page.locator(`[name="${name}"][aria-invalid=true]`).first(), where)
					.toHaveValue(PASTED, { timeout: 3_000 });
				const described = await page
					.locator(`[name="${name}"][aria-invalid=true]`)
					.first()
					.getAttribute('aria-describedby', { timeout: 1_000 })
					.catch(() => null);
				expect.soft(described, where).toContain('-error');
			}
		}
		await context.close();
	});
}
