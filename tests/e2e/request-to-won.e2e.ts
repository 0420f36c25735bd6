import {
	currentStage,
	field,
	input,
	openDatabase,
	openDeal,
	pageOf,
	stateLine,
	unique
} from './deal-page.ts';
import { expect, test, type Browser, type Page } from './test.ts';
import { newId } from '#lib/shared/ids.ts';

test.use({ serviceWorkers: 'allow' });

const sql = openDatabase();
test.afterAll(() => sql.end());

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const RACK = 'Pallet rack R4';

/** A client whom nobody looks after yet, and a web form that no other journey knows. */
async function prepare(bob: Page, baseURL: string) {
	const own = unique('').trim();
	const [company, person] = [`Kontor ${own} GmbH`, `Rosa Kontor${own}`];
	const [companyId, headers] = [newId(), { origin: baseURL }];
	const made = [
		await bob.request.post('/companies/new', { form: { id: companyId, name: company }, headers }),
		await bob.request.post('/contacts/new', { form: { name: person, companyId }, headers })
	];
	for (const answer of made) expect(answer.ok(), await answer.text()).toBe(true);
	await sql`update companies set owner_id = null where id = ${companyId}`;
	await sql`update contacts set owner_id = null where company_id = ${companyId}`;
	const [source] = await sql<{ token: string; pipeline: string }[]>`
		insert into lead_sources (id, department_id, name)
		select gen_random_uuid(), id, ${`Form ${own}`} from departments where name = 'Sales Hamburg'
		returning token, (select id from pipelines p where p.department_id = lead_sources.department_id limit 1) as pipeline`;
	if (!source) throw new Error('no department');
	return { ...source, company, person, subject: `Racks for ${own}` };
}

async function everybody(browser: Browser, managerOn: Parameters<typeof pageOf>[2]) {
	const opened = await Promise.all([
		pageOf(browser, 'olga'),
		pageOf(browser, 'bob', managerOn),
		pageOf(browser, 'ann'),
		pageOf(browser, 'carl')
	]);
	const [{ page: olga }, { page: bob }, { page: ann }, { page: carl }] = opened;
	const done = async () => {
		expect(opened.flatMap(({ problems }) => problems)).toEqual([]);
		await Promise.all(opened.map(({ page }) => page.context().close()));
	};
	return { olga, bob, ann, carl, done };
}

/** The stages of this board with a card in them. */
const stagesInUse = (board: Page) =>
	board
		.locator('section.lane', { has: board.getByRole('article') })
		.getByRole('heading', { level: 2 });

/** In the list that opens under a field. */
const choice = (page: Page, name: string) => page.locator('.options').getByRole('option', { name });

/** He looks at the client who was found, says what it is about, and gives it to Bob. */
async function qualify(
	olga: Page,
	{ subject, person, company }: Awaited<ReturnType<typeof prepare>>
) {
	await olga.getByRole('link', { name: subject }).click();
	await expect(stateLine(olga)).toHaveAttribute('data-state', 'saved');
	const client = olga.getByRole('region', { name: 'Client', exact: true });
	await expect(client.getByRole('link', { name: person })).toBeVisible();
	await expect(client.getByRole('link', { name: company })).toBeVisible();
	await client.getByRole('button', { name: 'They are right' }).click();
	await expect(client.getByRole('button', { name: 'They are right' })).toBeHidden();
	await field(olga, 'products').getByRole('combobox').fill('Pallet rack');
	await choice(olga, RACK).click();
	await expect(stateLine(olga)).toHaveAttribute('data-state', 'saved');
	const people = olga.getByRole('region', { name: 'Owner', exact: true });
	await people.getByLabel('Owner', { exact: true }).selectOption({ label: 'Bob Okafor' });
	await people.getByRole('button', { name: 'Assign' }).click();
	await expect(people).toContainText('Shall he be handed over, too?');
	await people.getByRole('button', { name: 'Hand over the client, too' }).click();
	await expect(people.getByRole('list')).toContainText('Bob Okafor');
}

/** The manager is told, makes the deal of it, and takes a colleague in; answers the deal's id. */
async function makeDeal(bob: Page, subject: string): Promise<string> {
	const told = bob.getByRole('article').filter({ hasText: subject });
	await expect(told).toContainText('made you the owner of the request');
	await told.getByRole('link', { name: subject }).click();
	await bob.getByRole('button', { name: 'Create deal' }).click();
	await expect(bob).toHaveURL(/\/deals\/[0-9a-f-]{36}$/);
	await expect(stateLine(bob)).toHaveAttribute('data-state', 'saved');
	await field(bob, 'coOwners').getByRole('combobox').fill('Ann');
	await choice(bob, 'Ann Becker').click();
	await expect(field(bob, 'coOwners').getByText('Ann Becker')).toBeVisible();
	await expect(stateLine(bob)).toHaveAttribute('data-state', 'saved');
	return new URL(bob.url()).pathname.split('/').at(-1) ?? '';
}

/** Both write on one page, and each sees what the other writes. */
async function workTogether(bob: Page, ann: Page) {
	await input(bob, 'amount').fill('2000');
	await bob.keyboard.press('Enter');
	await expect(input(ann, 'amount')).toHaveValue('2000');
	await input(ann, 'nextStep').fill('Send the drawings');
	await ann.keyboard.press('Enter');
	await expect(input(bob, 'nextStep')).toHaveValue('Send the drawings');
}

async function bookPayments(bob: Page, ann: Page) {
	const payments = (page: Page) => page.locator('#payments');
	const received = (page: Page) => payments(page).locator('[data-balance=received]');
	for (const [currency, sum] of [
		['EUR', '€500.00'],
		// Together with 500 $ at 0.9215.
		['USD', '€960.75']
	] as const) {
		await bob.getByRole('link', { name: 'Add payment' }).click();
		await payments(bob).getByLabel('Amount').fill('500');
		await payments(bob).locator('select[name=currency]').selectOption(currency);
		await bob.getByRole('button', { name: 'Book payment' }).click();
		for (const page of [bob, ann]) await expect(received(page)).toContainText(sum);
	}
}

/** The goods go out: stage and next step follow, and who works on it is told. */
async function ship(bob: Page, ann: Page) {
	const items = (page: Page) => page.locator('#items');
	await items(bob)
		.getByRole('link', { name: `Change ${RACK}` })
		.click();
	await items(bob).getByLabel('Due by contract').fill('2026-01-31');
	await items(bob).getByRole('button', { name: 'Save' }).click();
	await bob.getByRole('button', { name: `Ship ${RACK}` }).click();
	for (const page of [bob, ann]) {
		await expect(items(page)).toContainText('Shipped');
		await expect(currentStage(page)).toHaveText('Shipment');
		await expect(input(page, 'nextStep')).toHaveValue(`${RACK} shipped (Bob Okafor)`);
	}
}

for (const [format, managerOn] of Object.entries({ desktop: {}, phone: PHONE })) {
	test(`what a visitor sends becomes a request before the operator’s eyes, then a deal that the manager works on his ${format}, ships and wins while the chief watches the board`, async ({
		browser,
		baseURL
	}) => {
		const { olga, bob, ann, carl, done } = await everybody(browser, managerOn);
		const client = await prepare(bob, baseURL ?? '');
		const { token, subject, pipeline, person: name, company } = client;
		await Promise.all([
			olga.goto('/requests'),
			bob.goto('/notifications'),
			carl.goto(`/deals/board?pipeline=${pipeline}&q=${encodeURIComponent(subject)}`)
		]);
		const asked = { sourceToken: token, name, company, subject, email: 'rosa@kontor.example' };
		const sent = await bob.request.post('/capture', { data: asked });
		expect(sent.status(), await sent.text()).toBe(200);
		await qualify(olga, client);

		const id = await makeDeal(bob, subject);
		await expect(stagesInUse(carl)).toHaveText(['Request']);
		await openDeal(ann, id);
		await workTogether(bob, ann);
		await expect(carl.locator('.totals').first()).toHaveText('€2,000');
		await bookPayments(bob, ann);
		await ship(bob, ann);
		await expect(stagesInUse(carl)).toHaveText(['Shipment']);

		await bob.getByRole('button', { name: 'Won' }).click();
		for (const page of [bob, ann]) {
			await expect(page.locator('[data-outcome=won][role=status]')).toContainText('Bob Okafor');
		}
		await expect(stagesInUse(carl)).toHaveCount(0);
		await ann.goto('/notifications?show=all');
		const told = ann.getByRole('article').filter({ hasText: subject });
		await expect(told.filter({ hasText: `has shipped ${RACK}` })).toBeVisible();
		await done();
	});
}
