import { createDeal, inDays, openDatabase, openDeal, pageOf, unique } from './deal-page.ts';
import { signIn } from './support.ts';
import { expect, test, type Page } from './test.ts';
import { goOffline, traveller, untilKept } from './tunnel.ts';

const sql = openDatabase();
test.afterAll(() => sql.end());

const PHONE = { viewport: { width: 390, height: 844 } };
const bell = (page: Page) =>
	page.getByRole('link', { name: /unread notification|^Notifications$/ });
const entry = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text });

test('who is given a deal sees it at once, on a phone, and why; the mail lies in the captured mailbox', async ({
	browser
}) => {
	const { page: ann, problems } = await pageOf(browser, 'ann');
	const { page: bob, problems: more } = await pageOf(browser, 'bob', PHONE);
	const name = unique('Given to Bob');
	const id = await createDeal(ann, sql, { name });
	await bob.goto('/notifications');
	await expect(bob.getByRole('heading', { name: 'Notifications', level: 1 })).toBeVisible();

	await openDeal(ann, id);
	await ann.getByText('Hand over').first().click();
	await ann.getByLabel('Owner', { exact: true }).selectOption({ label: 'Bob Okafor' });
	await ann.getByRole('button', { name: 'Hand over' }).click();

	const told = entry(bob, name);
	await expect(told).toContainText('made you the owner of the deal');
	await expect(told).toContainText('You own it');
	await expect(bell(bob)).toHaveAccessibleName(/unread notification/);
	// He opens it, and has read it.
	await told.getByRole('link', { name }).click();
	await expect(bob).toHaveURL(new RegExp(`/deals/${id}`));
	await bob.goto('/notifications');
	await expect(entry(bob, name)).toHaveCount(0);
	await bob.goto('/notifications?show=all');
	await expect(entry(bob, name)).toHaveCount(1);
	// Whoever did it is not told.
	await ann.goto('/notifications?show=all');
	await expect(entry(ann, name)).toHaveCount(0);

	const adam = await ann.context().browser()?.newContext();
	const mailbox = await adam?.newPage();
	if (!mailbox) throw new Error('no browser');
	await signIn(mailbox, 'adam');
	await mailbox.goto('/settings/mail');
	await expect(mailbox.getByText('No mail leaves this machine')).toBeVisible();
	await mailbox
		.getByRole('link', { name: new RegExp(name) })
		.first()
		.click();
	await expect(mailbox.getByText('This mail was captured')).toBeVisible();
	const frame = mailbox.frameLocator('iframe');
	await expect(frame.getByRole('heading')).toContainText(name);
	await expect(frame.getByRole('link', { name: 'Open in Tandem' })).toHaveAttribute(
		'href',
		new RegExp(`/deals/${id}$`)
	);
	expect([...problems, ...more]).toEqual([]);
	for (const page of [ann, bob, mailbox]) await page.context().close();
});

test('what is put aside, muted or not wanted stays away, without JavaScript too', async ({
	browser
}) => {
	const { page: bob } = await pageOf(browser, 'bob');
	const { page: cleo } = await pageOf(browser, 'cleo', { javaScriptEnabled: false });
	const [first, second] = [unique('First share'), unique('Second share')];
	await createDeal(bob, sql, { name: first, owner: 'bob', coOwner: 'cleo' });
	await expect
		.poll(
			() =>
				sql`select 1 from notifications n join deals d on d.id = n.record_id where d.name = ${first}`
		)
		.toHaveLength(1);
	// Cleo reads German.
	await cleo.goto('/notifications');
	const told = entry(cleo, first);
	await expect(told).toContainText('zum Mitverantwortlichen des Deals');
	await told.getByText('Später', { exact: true }).click();
	await told.getByRole('button', { name: 'In einer Stunde' }).click();
	await expect(entry(cleo, first)).toHaveCount(0);
	await cleo.getByRole('link', { name: 'Zurückgestellt' }).click();
	await expect(entry(cleo, first)).toContainText('kommt wieder');
	await entry(cleo, first).getByRole('button', { name: 'Stummschalten' }).click();

	await cleo.goto('/profile/notifications');
	await expect(cleo.getByRole('listitem').filter({ hasText: first })).toBeVisible();
	await cleo.getByLabel('In Tandem: Ich werde Mitverantwortlicher eines Deals').uncheck();
	await cleo.getByLabel('Per E-Mail: Ich werde Mitverantwortlicher eines Deals').uncheck();
	await cleo.getByRole('main').getByRole('button', { name: 'Speichern' }).click();
	await expect(cleo.getByText('Ihre Einstellungen sind gespeichert.')).toBeVisible();
	await expect(
		cleo.getByLabel('In Tandem: Ich werde Mitverantwortlicher eines Deals')
	).not.toBeChecked();
	const id = await createDeal(bob, sql, { name: second, owner: 'bob', coOwner: 'cleo' });
	// The job has run and told nobody.
	await expect
		.poll(async () => {
			const [row] = await sql`
				select count(*) from pgboss.job where data ->> 'job' = 'notifications.fan-out' and state < 'completed'`;
			return Number(row?.count);
		})
		.toBe(0);
	expect(await sql`select 1 from notifications where record_id = ${id}`).toHaveLength(0);
	// As it was, for whoever comes after.
	await cleo.getByLabel('In Tandem: Ich werde Mitverantwortlicher eines Deals').check();
	await cleo.getByLabel('Per E-Mail: Ich werde Mitverantwortlicher eines Deals').check();
	await cleo.getByRole('main').getByRole('button', { name: 'Speichern' }).click();
	await expect(cleo.getByText('Ihre Einstellungen sind gespeichert.')).toBeVisible();
	for (const page of [bob, cleo]) await page.context().close();
});

test('a reminder fires at its time into the inbox of whoever made it, and is put off and settled there', async ({
	browser
}) => {
	const { page: ann, problems } = await pageOf(browser, 'ann');
	const name = unique('Remind me here');
	const id = await createDeal(ann, sql, { name });
	await openDeal(ann, id);
	await ann.getByRole('link', { name: 'Remind me…' }).click();
	await expect(ann.getByLabel('Remind me of')).toHaveValue(name);
	await ann.getByLabel('Note').fill('Before noon');
	await ann.getByLabel('Remind me of').fill('   ');
	await ann.getByRole('button', { name: 'Save' }).click();
	await expect(ann.getByText('Fill this in.')).toBeVisible();
	await expect(ann.getByLabel('Note')).toHaveValue('Before noon');
	await ann.getByLabel('Remind me of').fill(`Ask about ${name}`);
	// A time that has passed is due at once.
	await ann.getByLabel('Day').fill(await inDays(ann, 0));
	await ann.getByLabel('Time').fill('00:00');
	await ann.getByRole('button', { name: 'Save' }).click();
	await expect(ann).toHaveURL(new RegExp(`/deals/${id}`));
	await expect(bell(ann)).toHaveAccessibleName(/unread notification/);
	await expect(ann.getByRole('link', { name: '1 reminder' })).toBeVisible();

	await ann.goto('/notifications');
	const told = entry(ann, `Ask about ${name}`);
	await told.getByText('Snooze', { exact: true }).click();
	await told.getByRole('button', { name: 'Tomorrow morning' }).click();
	await expect(told).toHaveCount(0);
	await ann.goto('/reminders');
	const reminder = entry(ann, `Ask about ${name}`);
	await expect(reminder).toBeVisible();
	await reminder.getByRole('button', { name: 'Done' }).click();
	await expect(reminder).toHaveCount(0);
	await ann.getByRole('link', { name: 'Done' }).click();
	await expect(entry(ann, `Ask about ${name}`)).toBeVisible();
	expect(problems).toEqual([]);
	await ann.context().close();
});

test('a next step is reminded of on its day, and the reminder moves with it', async ({
	browser
}) => {
	const { page: ann } = await pageOf(browser, 'ann');
	const { page: plain } = await pageOf(browser, 'ann', { javaScriptEnabled: false });
	const name = unique('Step to follow');
	const nextStepOn = await inDays(ann, 2);
	const id = await createDeal(ann, sql, { name, fields: { nextStep: 'Call them', nextStepOn } });
	await openDeal(ann, id);
	await ann.getByRole('button', { name: 'Remind me of the next step' }).click();
	await expect(ann.getByText('You will be reminded of the next step on its day.')).toBeVisible();
	await plain.goto('/reminders');
	await expect(entry(plain, name)).toContainText('Call them');
	await plain.goto(`/deals/${id}`);
	await plain.getByRole('button', { name: 'Do not remind me' }).click();
	await expect(plain).toHaveURL(new RegExp(`/deals/${id}`));
	await expect(plain.getByRole('button', { name: 'Remind me of the next step' })).toBeVisible();
	// The other page heard of it.
	await expect(ann.getByRole('button', { name: 'Remind me of the next step' })).toBeVisible();
	for (const page of [ann, plain]) await page.context().close();
});

test('the home page has what one is to do by its day, and what others changed, live', async ({
	browser
}) => {
	const { page: ann, problems } = await pageOf(browser, 'ann', PHONE);
	const { page: bob } = await pageOf(browser, 'bob');
	const name = unique('Seen today');
	const nextStepOn = await inDays(ann, 0);
	const id = await createDeal(ann, sql, {
		name,
		coOwner: 'bob',
		fields: { nextStep: 'Send the offer', nextStepOn }
	});
	await openDeal(ann, id);
	await ann.getByRole('navigation').getByRole('link', { name: 'Today', exact: true }).click();
	await expect(ann.getByRole('heading', { name: 'Today', level: 1 })).toBeVisible();
	const steps = ann.getByRole('region', { name: 'My next steps' });
	const today = steps.getByRole('region', { name: /^Today/ });
	await expect(today.getByRole('link', { name })).toBeVisible();
	await expect(today).toContainText('Send the offer');
	// What stood there long ago comes first.
	await expect(steps.getByRole('heading', { level: 3 }).first()).toContainText('Overdue');

	await openDeal(bob, id);
	const changed = ann.getByRole('region', { name: 'Changed since you looked' });
	await expect(changed.getByRole('link', { name })).toHaveCount(0);
	await bob.locator('[data-field=nextStep] input:not([type=hidden])').first().fill('Call instead');
	await bob.keyboard.press('Enter');
	await expect(changed.getByRole('link', { name })).toBeVisible();
	await expect(changed).toContainText('Bob Okafor');
	await expect(today).toContainText('Call instead');
	expect(problems).toEqual([]);
	for (const page of [ann, bob]) await page.context().close();
});

test('an administrator sets the mail server and never sees its password again', async ({
	page
}) => {
	await signIn(page, 'adam');
	await page.goto('/settings/mail');
	await page.locator('input[name=host]').fill('127.0.0.1');
	await page.getByLabel('Port').fill('0');
	await page.getByLabel('User name').fill('tandem');
	await page.getByLabel('Sender’s address').fill('crm@tandem.example');
	const save = page.locator('#mail-server').getByRole('button', { name: 'Save' });
	await save.click();
	await expect(page.getByText('Enter a port from 1 to 65535.')).toBeVisible();
	// Nobody listens there.
	await page.getByLabel('Port').fill('9');
	await page.getByLabel('Encryption').selectOption('none');
	await save.click();
	await expect(page.getByText('Enter the password that belongs to the user name.')).toBeVisible();
	await page.getByLabel('Password').fill('correct horse');
	await save.click();
	await expect(page.getByText('The mail server is saved.')).toBeVisible();
	expect(await page.content()).not.toContain('correct horse');
	const [row] = await sql`select password from mail_settings`;
	expect(row?.password).not.toContain('correct horse');
	await page.getByRole('button', { name: 'Send a test mail' }).click();
	await expect(page.getByText('Waiting', { exact: true })).toBeVisible();
	await expect(page.getByText(/ECONNREFUSED|refused/i)).toBeVisible();
	await page.goto('/settings/mail');
	await page.getByRole('button', { name: 'Send no mail any more' }).click();
	await expect(page.getByText('No mail leaves this machine')).toBeVisible();
});

test('Today opens without a line as it was last seen', async ({ browser }) => {
	const ann = await traveller(browser, 'ann');
	await ann.goto('/');
	await expect(ann.getByRole('heading', { name: 'Today', level: 1 })).toBeVisible();
	await untilKept(ann, '/');
	await goOffline(ann);
	await ann.reload();
	await expect(ann.getByText('No connection. This page is as of')).toBeVisible();
	await expect(ann.getByRole('heading', { name: 'My next steps' })).toBeVisible();
	await expect(
		ann.getByRole('region', { name: 'My next steps' }).getByRole('link').first()
	).toBeVisible();
	await ann.context().close();
});
