import { openDatabase, pageOf, stateLine, unique } from './deal-page.ts';
import { expect, test, type Browser, type Page } from './test.ts';

const sql = openDatabase();
test.afterAll(() => sql.end());

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };

interface Asked {
	readonly requestFor: string;
	readonly name: string;
	readonly email?: string;
	readonly company?: string;
}

/** Writes down by the form what somebody asks for; answers the request's address. */
async function takeIn(page: Page, { requestFor, name, email, company }: Asked): Promise<string> {
	await page.goto('/requests/new');
	await page.locator('[name=requestFor]').fill(requestFor);
	await page.locator('[name=name]').fill(name);
	if (email) await page.locator('[name="emails.new.value"]').fill(email);
	if (company) await page.locator('[name=companyName]').fill(company);
	await choose(page);
	await page.getByRole('button', { name: 'Add request' }).click();
	await expect(page).toHaveURL(/\/requests\/[0-9a-f-]{36}$/);
	return new URL(page.url()).pathname;
}

/** What it is about, from a list with and without scripts: only then is there a deal [C86]. */
async function choose(page: Page): Promise<void> {
	const plain = page.locator('select[name=products]');
	if (await plain.isVisible()) {
		await plain.selectOption({ label: 'Pallet rack R4' });
		return;
	}
	await page.getByRole('combobox', { name: 'Products' }).fill('Pallet rack');
	await page.getByRole('option', { name: 'Pallet rack R4' }).click();
}

const idIn = (address: string) => address.split('/').at(-1) ?? '';

async function frontDesk(browser: Browser, options: Parameters<typeof pageOf>[2] = {}) {
	const [{ page: olga, problems }, { page: adam }] = await Promise.all([
		pageOf(browser, 'olga', options),
		pageOf(browser, 'adam')
	]);
	const done = async () => {
		expect(problems).toEqual([]);
		await Promise.all([olga.context().close(), adam.context().close()]);
	};
	return { olga, adam, done };
}

// On a desktop: request-to-won.e2e.ts.
test('[C50] on a phone, a request appears at the front desk by itself, is matched, assigned and made a deal', async ({
	browser
}) => {
	const { olga, adam, done } = await frontDesk(browser, PHONE);
	const requestFor = unique('Shelving for the annex');
	await olga.goto('/requests');
	await expect(olga.getByRole('heading', { level: 1, name: 'Requests' })).toBeVisible();
	const address = await takeIn(adam, {
		requestFor,
		name: 'Jonas Lindemann',
		company: 'Nordlicht Logistik GmbH'
	});
	// Without a reload, in her inbox.
	const row = olga.getByRole('link', { name: requestFor });
	await expect(row).toBeVisible();
	await row.click();
	await expect(olga).toHaveURL(new RegExp(`${address}$`));
	await expect(stateLine(olga)).toHaveAttribute('data-state', 'saved');

	// Jonas at Nordlicht is the only one who can be meant: linked, and to be looked at.
	const client = olga.getByRole('region', { name: 'Client', exact: true });
	await expect(client.getByRole('link', { name: 'Jonas Lindemann' })).toBeVisible();
	await expect(client).toContainText('This client belongs to Ann Becker.');
	await client.getByRole('button', { name: 'They are right' }).click();
	await expect(client.getByRole('button', { name: 'They are right' })).toBeHidden();

	const people = olga.getByRole('region', { name: 'Owner', exact: true });
	await people.getByLabel('Owner', { exact: true }).selectOption({ label: 'Bob Okafor' });
	await people.getByRole('button', { name: 'Assign' }).click();
	await expect(people).toContainText('Shall he be handed over, too?');
	await people.getByRole('button', { name: 'Only this request' }).click();
	await expect(people.getByRole('list')).toContainText('Bob Okafor');
	await expect(client).toContainText('the request to somebody else');

	await olga.getByRole('button', { name: 'Create deal' }).click();
	await expect(olga).toHaveURL(/\/deals\/[0-9a-f-]{36}$/);
	await expect(olga.getByRole('heading', { level: 1, name: requestFor })).toBeAttached();
	await expect(olga.getByRole('main')).toContainText('Jonas Lindemann');
	const [stored] = await sql`
		select r.pending, r.to_verify, r.ticket = d.ticket as same_ticket, o.name as owner, w.name as client_owner,
			(select string_agg(p.name, ',') from line_items i join products p on p.id = i.product_id where i.deal_id = d.id) as items
		from requests r join deals d on d.id = r.deal_id join users o on o.id = d.owner_id
		join companies c on c.id = d.company_id join users w on w.id = c.owner_id
		where r.id = ${idIn(address)}`;
	expect({ ...stored }).toEqual({
		...{ pending: false, to_verify: false, same_ticket: true },
		...{ owner: 'Bob Okafor', client_owner: 'Ann Becker', items: 'Pallet rack R4' }
	});
	// [C51] What has a deal is neither a duplicate nor a case any more.
	await adam.reload();
	await expect(adam.getByRole('link', { name: 'Open deal' })).toBeVisible();
	await expect(adam.getByRole('button', { name: 'Mark as duplicate' })).toHaveCount(0);
	await done();
});

test('[T84] without JavaScript an unknown person becomes a lead with the deal, and the request is printed', async ({
	browser
}) => {
	const { page } = await pageOf(browser, 'olga', { ...PHONE, javaScriptEnabled: false });
	const requestFor = unique('Two winches');
	const email = `${unique('w').replace(/\W/g, '')}@winch.example`;
	const address = await takeIn(page, { requestFor, name: 'Wanda Winch', email });
	await page.getByRole('button', { name: 'Create deal' }).click();
	await expect(page).toHaveURL(/\/deals\/[0-9a-f-]{36}$/);
	await expect(page.getByRole('link', { name: 'Wanda Winch' })).toBeVisible();
	await page.getByRole('link', { name: 'From a request' }).click();
	await expect(page.getByRole('region', { name: 'Client', exact: true })).toContainText(
		'Wanda Winch'
	);

	await page.goto(`${address}/print`);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(requestFor);
	await expect(page.getByText(email)).toBeVisible();
	await page.context().close();
});

test('[C52, C54] a duplicate and a case are marked and taken back on the page, and found by their status', async ({
	browser
}) => {
	const { olga, done } = await frontDesk(browser);
	const requestFor = unique('Rattling door');
	await takeIn(olga, { requestFor, name: 'Rita Rattle' });
	const press = (name: string) => olga.getByRole('button', { name, exact: true }).click();
	const standing = olga.locator('[data-standing]');
	await press('Mark as duplicate');
	await expect(standing).toContainText('Duplicate');
	await expect(olga.getByRole('button', { name: 'Create deal' })).toHaveCount(0);
	await press('Not a duplicate');
	await press('Mark as case');
	await expect(standing).toContainText('Open case');
	await press('Close case');
	await expect(standing).toContainText('Closed case');
	await press('Open again');
	await expect(standing).toContainText('Open case');
	await expect(olga.getByRole('button', { name: 'Create deal' })).toHaveCount(0);
	await olga.goto(`/requests?status=case&q=${encodeURIComponent(requestFor)}`);
	await expect(olga.getByRole('link', { name: requestFor })).toBeVisible();
	await done();
});
