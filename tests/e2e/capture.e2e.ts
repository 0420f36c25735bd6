import { openDatabase, pageOf, unique } from './deal-page.ts';
import { expect, test, type Page } from './test.ts';

const sql = openDatabase();
test.afterAll(() => sql.end());

const open = (page: Page, address: string) => page.goto(address);

/** The form of a source of Sales Hamburg that no other journey uses. */
async function aSource(name: string): Promise<{ id: string; token: string }> {
	const [source] = await sql<{ id: string; token: string }[]>`
		insert into lead_sources (id, department_id, name)
		select gen_random_uuid(), id, ${name} from departments where name = 'Sales Hamburg'
		returning id, token`;
	if (!source) throw new Error('no department');
	return source;
}

/** Whoever is quicker than a person is asked to press once more. */
async function send(form: Page): Promise<void> {
	await expect(async () => {
		await form.getByRole('button', { name: 'Send' }).click();
		await expect(form.getByText('We have received your message')).toBeVisible({ timeout: 2_000 });
	}).toPass();
}

test('[T100, B109] what a visitor writes into the form stands before the operator without a reload, as plain text', async ({
	browser
}) => {
	const { token } = await aSource(unique('Shop form'));
	const { page: olga } = await pageOf(browser, 'olga');
	await open(olga, '/requests');
	const subject = `${unique('Shelves')} <img src=x onerror=alert(1)>`;

	const visitor = await browser.newContext({
		javaScriptEnabled: false,
		viewport: { width: 390, height: 844 }
	});
	const form = await visitor.newPage();
	await form.goto(`/form/${token}`);
	await form.getByLabel('Your name').fill('Ada <b>Lovelace</b>');
	await form.getByLabel('What is it about?').fill(subject);
	await form.getByLabel('Your message').fill('Two aisles, please.');
	await form.getByRole('button', { name: 'Send' }).click();
	await expect(form.getByText(/Press “Send” once more|Tell us an e-mail address/)).toBeVisible();
	await expect(form.getByLabel('What is it about?')).toHaveValue(subject);
	await form.getByLabel('Your e-mail address').fill('ada@lovelace.example');
	await send(form);
	await expect(form.getByRole('heading', { level: 1 })).toHaveText(
		'Thank you, Ada <b>Lovelace</b>'
	);
	await form.reload();
	await visitor.close();

	const row = olga.getByRole('link', { name: subject, exact: true });
	await expect(row).toBeVisible();
	await row.click();
	await expect(olga.getByText('ada@lovelace.example').first()).toBeVisible();
	expect(await olga.locator('main img[src=x]').count()).toBe(0);
	const [stored] =
		await sql`select count(*)::int as count from requests where request_for = ${subject}`;
	expect(stored?.['count']).toBe(1);
	await olga.context().close();
});

test('[C111] the form stands in frames of any site; it is gone when it is closed or was never there', async ({
	browser,
	request
}) => {
	const { token } = await aSource(unique('Framed form'));
	const shown = await request.get(`/form/${token}`);
	expect(shown.status()).toBe(200);
	expect(shown.headers()['content-security-policy']).toContain('frame-ancestors *');
	expect(shown.headers()['x-frame-options']).toBeUndefined();
	const other = await request.get('/sign-in');
	expect(other.headers()['content-security-policy']).toContain("frame-ancestors 'none'");
	expect(other.headers()['x-frame-options']).toBe('DENY');
	expect((await request.get('/form/nonsense')).status()).toBe(404);

	const { page: adam } = await pageOf(browser, 'adam');
	await open(adam, '/settings/lists?list=lead_sources');
	const entry = adam
		.getByRole('listitem')
		.filter({ has: adam.locator(`a[href$="/form/${token}"]`) });
	await entry.getByText('Form and code to paste').click();
	await expect(entry.getByLabel('Code for your website')).toHaveValue(
		new RegExp(`/form/${token}"`)
	);
	await entry.getByLabel('The form may be used').uncheck();
	await entry.getByRole('button', { name: 'Save', exact: true }).click();
	await expect.poll(async () => (await request.get(`/form/${token}`)).status()).toBe(404);
	await adam.context().close();
});

test('[T92] the endpoint answers programs of any site, each with the status of what happened', async ({
	request
}) => {
	const { token } = await aSource(unique('Endpoint'));
	const headers = { origin: 'https://shop.example' };
	const subject = unique('From a program');
	const data = { sourceToken: token, name: 'Bo Ek', email: 'bo@ek.example', subject };
	expect((await request.get('/capture')).status()).toBe(405);
	const asked = await request.fetch('/capture', { method: 'OPTIONS', headers });
	expect([asked.status(), asked.headers()['access-control-allow-origin']]).toEqual([204, '*']);
	const unknown = await request.post('/capture', { headers, data: { ...data, sourceToken: 'x' } });
	expect([unknown.status(), unknown.headers()['content-type']]).toEqual([
		401,
		'application/problem+json'
	]);
	const wrong = await request.post('/capture', { headers, data: { ...data, email: 'nobody' } });
	expect(wrong.status()).toBe(409);
	expect(await wrong.json()).toMatchObject({
		status: 409,
		errors: [{ field: 'email', code: 'not_an_email' }]
	});
	const broken = await request.post('/capture', {
		headers: { ...headers, 'content-type': 'application/json' },
		data: '{'
	});
	expect(broken.status()).toBe(400);
	const strange = await request.post('/capture', {
		headers: { ...headers, 'content-type': 'application/xml' },
		data: '<a/>'
	});
	expect(strange.status()).toBe(415);

	const keyed = { ...headers, 'idempotency-key': subject };
	for (let time = 0; time < 2; time++) {
		const taken = await request.post('/capture', { headers: keyed, data });
		expect([taken.status(), taken.headers()['access-control-allow-origin']]).toEqual([200, '*']);
	}
	// The same from a plain form, of a program that names no origin.
	const form = { ...data, subject: `${subject} by form` };
	expect((await request.post('/capture', { form })).status()).toBe(200);
	const stored = await sql`
		select request_for from requests where request_for like ${`${subject}%`} order by request_for`;
	expect(stored.map((row) => row['request_for'])).toEqual([subject, `${subject} by form`]);
});

test('[core 4.22] an operator adds a stop phrase and what holds it leaves nothing', async ({
	browser,
	request
}) => {
	const { token } = await aSource(unique('Spammed form'));
	const phrase = unique('Miracle pills');
	const { page: olga } = await pageOf(browser, 'olga', { javaScriptEnabled: false });
	await olga.goto('/settings/web-form');
	await olga.getByLabel('New entry').first().fill(phrase);
	await olga.getByRole('button', { name: 'Add' }).first().click();
	const entry = olga.getByRole('listitem').filter({ hasText: phrase });
	await expect(entry).toContainText('Never of use yet');
	const subject = `Buy ${phrase.toUpperCase()} today`;
	const data = { sourceToken: token, name: 'Bot', email: 'bot@spam.example', subject };
	expect((await request.post('/capture', { data })).status()).toBe(200);
	expect(await sql`select from requests where request_for = ${subject}`).toHaveLength(0);
	await olga.reload();
	await expect(entry).toContainText('Last of use');
	await entry.getByRole('button', { name: `Remove ${phrase}` }).click();
	await expect(entry).toBeHidden();
	await olga.context().close();
});
