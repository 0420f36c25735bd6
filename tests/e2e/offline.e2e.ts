import type { Sql } from 'postgres';
import { CLOSE } from '#lib/records/wire.ts';
import { DEMO_PASSWORD } from '#lib/features/demo/model.ts';
import {
	createDeal,
	field,
	input,
	openDatabase,
	openDeal,
	stateLine,
	unique
} from './deal-page.ts';
import {
	closeNextWith,
	cutSockets,
	goOffline,
	goOnline,
	leftOnDevice,
	PATIENCE,
	traveller,
	untilKept
} from './tunnel.ts';
import { expect, test } from './test.ts';

test.use({ serviceWorkers: 'allow' });

let sql: Sql;

test.beforeAll(() => {
	sql = openDatabase();
});

test.afterAll(() => sql.end());

const held = async (id: string) => {
	const [row] = await sql`select * from deals where id = ${id}`;
	return row ?? {};
};

test('a record that was opened once opens in aeroplane mode, is edited, closed, and merges on the next visit of any page', async ({
	browser
}) => {
	const [ann, bob] = [await traveller(browser, 'ann'), await traveller(browser, 'bob')];
	const name = unique('Tunnel crane');
	const id = await createDeal(ann, sql, { name, coOwner: 'bob' });
	await openDeal(ann, id);
	await untilKept(ann, `/deals/${id}`, '/on-device');
	await goOffline(ann);

	// Opened anew without a line: the program, the page and the document come from this device.
	await ann.reload();
	await expect(input(ann, 'name')).toHaveValue(name);
	await expect(ann.locator('.ProseMirror')).toBeVisible();
	await input(ann, 'nextStep').fill('Written in the tunnel');
	await input(ann, 'nextStep').press('Enter');
	await ann.locator('.ProseMirror').click();
	await ann.keyboard.type('Notes from the tunnel');
	await expect(stateLine(ann)).toHaveText(/2 changes kept on this device/);
	await expect(ann.getByText('No connection. This page is as of')).toBeVisible();

	// The tab is closed and opened again, still without a line.
	const again = await ann.context().newPage();
	await ann.close();
	await again.goto(`/deals/${id}`);
	await expect(input(again, 'nextStep')).toHaveValue('Written in the tunnel');
	await expect(again.locator('.ProseMirror')).toContainText('Notes from the tunnel');
	await expect(stateLine(again)).toHaveText(/2 changes kept on this device/);

	// Another page says so too, and sends it as soon as it can.
	await again.goto('/on-device');
	await expect(again.locator(`[data-kept="${id}"]`)).toContainText('2 changes kept');
	await openDeal(bob, id);
	await goOnline(again);
	await expect(input(bob, 'nextStep')).toHaveValue('Written in the tunnel', PATIENCE);
	await expect(bob.locator('.ProseMirror')).toContainText('Notes from the tunnel');
	await expect(again.locator(`[data-kept="${id}"]`)).not.toContainText('kept on', PATIENCE);
	expect(await held(id)).toMatchObject({ next_step: 'Written in the tunnel' });
	await Promise.all([again.context().close(), bob.context().close()]);
});

test('two people without a line write the same field and others: everything merges, the newer value stays', async ({
	browser
}) => {
	const [ann, bob] = [await traveller(browser, 'ann'), await traveller(browser, 'bob')];
	const id = await createDeal(ann, sql, { name: unique('Two tunnels'), coOwner: 'bob' });
	await Promise.all([openDeal(ann, id), openDeal(bob, id)]);
	await Promise.all([goOffline(ann), goOffline(bob)]);
	await input(ann, 'name').fill('Ann’s name');
	await input(ann, 'name').press('Enter');
	await input(ann, 'nextStep').fill('Ann’s step');
	await input(ann, 'nextStep').press('Enter');
	await input(bob, 'nextStep').fill('Bob’s step');
	await input(bob, 'nextStep').press('Enter');
	await expect(stateLine(ann)).toHaveText(/2 changes/);
	await expect(stateLine(bob)).toHaveText(/1 change /);
	await goOnline(bob);
	await expect(stateLine(bob)).toHaveAttribute('data-state', 'saved', PATIENCE);
	await goOnline(ann);
	await expect(input(ann, 'nextStep')).toHaveValue('Bob’s step', PATIENCE);
	await expect(input(bob, 'name')).toHaveValue('Ann’s name', PATIENCE);
	await expect(field(ann, 'nextStep')).toContainText('Ann’s step');
	expect(await held(id)).toMatchObject({ name: 'Ann’s name', next_step: 'Bob’s step' });
	await Promise.all([ann.context().close(), bob.context().close()]);
});

test('a deal that is made and a card that is moved without a line wait on the device, and are done once there is one', async ({
	browser
}) => {
	const ann = await traveller(browser, 'ann');
	const name = unique('Moved in a tunnel');
	const id = await createDeal(ann, sql, { name });
	await ann.goto('/deals/board');
	await untilKept(ann, '/deals/board', '/deals/new', '/on-device', '/deals');
	await goOffline(ann);
	await ann.getByRole('button', { name: `Move ${name} to…` }).click();
	await ann.locator('[role^=menuitem]').filter({ hasText: 'Clarification' }).click();
	await expect(ann.getByText(/will be moved as soon as/)).toBeVisible();
	// The kept board shows it there after a reload, too.
	await ann.reload();
	await expect(stateLine(ann)).toHaveText(/1 change kept on this device/, PATIENCE);
	await expect(
		ann.getByRole('region', { name: 'Clarification' }).getByRole('link', { name })
	).toBeVisible();

	await ann.goto('/deals/new');
	const made = unique('Made in a tunnel');
	await ann.locator('input[name=name]').fill(made);
	await ann.locator('main form button[type=submit]').click();
	await expect(ann.getByText(/will be created as soon as/)).toBeVisible();
	await expect(stateLine(ann)).toHaveText(/2 changes kept on this device/);
	await ann.goto('/on-device');
	await expect(ann.getByText(`Create “${made}”`)).toBeVisible();
	await expect(ann.getByText(`Move “${name}”`)).toBeVisible();

	const before = await held(id);
	await goOnline(ann);
	await expect(ann.getByText(`Create “${made}”`)).toBeHidden(PATIENCE);
	await expect.poll(async () => (await held(id)).stage_id, PATIENCE).not.toBe(before.stage_id);
	expect(await sql`select id from deals where name = ${made}`).toHaveLength(1);
	await ann.context().close();
});

test('a refused entry does not hold up the others, says why, and is put right in its form', async ({
	browser
}) => {
	const ann = await traveller(browser, 'ann');
	await ann.goto('/deals/new');
	await untilKept(ann, '/deals/new', '/on-device', '/deals');
	await goOffline(ann);
	const [bad, good] = [unique('On a day that passed'), unique('In order')];
	for (const [name, day] of [
		[bad, '2020-02-20'],
		[good, '']
	] as const) {
		await ann.goto('/deals/new');
		await ann.locator('input[name=name]').fill(name);
		if (day) await ann.locator('input[name=nextStepOn]').fill(day);
		await ann.locator('main form button[type=submit]').click();
		await expect(ann.getByText(`“${name}” will be created as soon as`)).toBeVisible();
	}
	await goOnline(ann);
	await expect
		.poll(async () => (await sql`select 1 from deals where name = ${good}`).length, PATIENCE)
		.toBe(1);
	await ann.goto('/on-device');
	const entry = ann.locator('[data-refused]').filter({ hasText: bad });
	await expect(entry).toContainText('This day has passed');
	await entry.getByRole('link', { name: 'Edit' }).click();
	await expect(ann.locator('input[name=name]')).toHaveValue(bad);
	await ann.locator('input[name=nextStepOn]').fill('2099-02-20');
	await ann.locator('main form button[type=submit]').click();
	await ann.waitForURL(/\/deals\/[0-9a-f-]{36}$/);
	expect(await sql`select 1 from deals where name = ${bad}`).toHaveLength(1);
	await ann.goto('/on-device');
	await expect(entry).toBeHidden();
	await ann.context().close();
});

test('signing out asks about what was never sent, and leaves nothing on the device', async ({
	browser
}) => {
	const ann = await traveller(browser, 'ann', { ownSession: true });
	const id = await createDeal(ann, sql, { name: unique('Left behind') });
	await openDeal(ann, id);
	await untilKept(ann, `/deals/${id}`, '/on-device');
	await goOffline(ann);
	await input(ann, 'nextStep').fill('Never sent');
	await input(ann, 'nextStep').press('Enter');
	await expect(stateLine(ann)).toHaveText(/1 change kept/);
	await ann.getByRole('button', { name: 'Sign out' }).click();
	await expect(ann.getByRole('dialog')).toContainText('1 change on this device was never sent');
	await ann.keyboard.press('Escape');
	expect(await leftOnDevice(ann)).not.toEqual([]);
	await goOnline(ann);
	await expect(stateLine(ann)).toHaveAttribute('data-state', 'saved', PATIENCE);
	// The question may still be on its way out.
	await ann.getByRole('button', { name: 'Sign out', exact: true }).click();
	await ann.waitForURL('**/sign-in');
	await expect.poll(() => leftOnDevice(ann)).toEqual([]);
	await ann.context().setOffline(true);
	await ann.goto(`/deals/${id}`).catch(() => null);
	await expect(ann.getByRole('heading', { name: 'You are offline' })).toBeVisible();
	await ann.context().close();
});

test('who loses the right while he is away is told what was not accepted, and keeps no copy', async ({
	browser
}) => {
	const [ann, bob] = [await traveller(browser, 'ann'), await traveller(browser, 'bob')];
	const name = unique('Taken away');
	const id = await createDeal(ann, sql, { name, coOwner: 'bob' });
	await openDeal(bob, id);
	await untilKept(bob, `/deals/${id}`, '/on-device');
	await goOffline(bob);
	await input(bob, 'nextStep').fill('Bob’s unsent step');
	await input(bob, 'nextStep').press('Enter');
	await expect(stateLine(bob)).toHaveText(/1 change kept/);
	await sql`update deals set deleted_at = now(), rev = rev + 1 where id = ${id}`;
	await sql`delete from ydocs where record_id = ${id}`;
	await goOnline(bob);
	await expect(
		bob.getByText(`“${name}” was deleted or is no longer shared with you: 1 change`)
	).toBeVisible(PATIENCE);
	await bob.getByRole('link', { name: /needs your attention/ }).click();
	const told = bob.locator('[data-aside=gone]').filter({ hasText: name });
	await expect(told).toContainText('Bob’s unsent step');
	await expect(bob.locator(`[data-kept="${id}"]`)).toHaveCount(0);
	expect((await leftOnDevice(bob)).filter((left) => left.includes(id))).toEqual([]);
	await told.getByRole('button', { name: 'Discard' }).click();
	await expect(told).toBeHidden();
	await Promise.all([ann.context().close(), bob.context().close()]);
});

test('a session that ends while one types is begun again in place, and goes on', async ({
	browser
}) => {
	const ann = await traveller(browser, 'ann', { ownSession: true });
	const id = await createDeal(ann, sql, { name: unique('Without a session') });
	await openDeal(ann, id);
	await goOffline(ann);
	await input(ann, 'nextStep').fill('Typed before');
	await input(ann, 'nextStep').press('Enter');
	const [cookie] = await ann.context().cookies();
	await ann.context().clearCookies();
	await goOnline(ann);
	await expect(stateLine(ann)).toHaveText(/Signed out/, PATIENCE);
	expect(cookie).toBeDefined();
	await stateLine(ann).getByRole('link', { name: 'Sign in' }).click();
	await ann.getByRole('dialog').getByLabel('Password').fill(DEMO_PASSWORD);
	await ann.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
	await expect(stateLine(ann)).toHaveAttribute('data-state', 'saved', PATIENCE);
	await expect(input(ann, 'nextStep')).toHaveValue('Typed before');
	expect(await held(id)).toMatchObject({ next_step: 'Typed before' });
	await ann.context().close();
});

test('two tabs of one person on one record show the same without a line, too, and both say saved when it is', async ({
	browser
}) => {
	const first = await traveller(browser, 'ann');
	const id = await createDeal(first, sql, { name: unique('In two tabs') });
	await openDeal(first, id);
	const second = await first.context().newPage();
	await openDeal(second, id);
	await first.context().setOffline(true);
	await Promise.all([cutSockets(first), cutSockets(second)]);
	for (const tab of [first, second]) {
		await expect(stateLine(tab)).toHaveAttribute('data-state', 'offline', PATIENCE);
	}
	await input(first, 'nextStep').fill('From the first tab');
	await input(first, 'nextStep').press('Enter');
	await expect(input(second, 'nextStep')).toHaveValue('From the first tab');
	await input(second, 'name').fill('From the second tab');
	await input(second, 'name').press('Enter');
	await expect(input(first, 'name')).toHaveValue('From the second tab');
	for (const tab of [first, second]) await expect(stateLine(tab)).toHaveText(/2 changes kept/);
	await goOnline(first);
	for (const tab of [first, second]) {
		await expect(stateLine(tab)).toHaveAttribute('data-state', 'saved', PATIENCE);
	}
	expect(await held(id)).toMatchObject({
		name: 'From the second tab',
		next_step: 'From the first tab'
	});
	await first.context().close();
});

test('a restored backup: unsent fields are sent again to the new document, notes stay readable, nothing doubles', async ({
	browser
}) => {
	const ann = await traveller(browser, 'ann');
	const name = unique('Restored');
	const id = await createDeal(ann, sql, { name });
	await openDeal(ann, id);
	await untilKept(ann, `/deals/${id}`, '/on-device');
	await goOffline(ann);
	await input(ann, 'nextStep').fill('After the restore');
	await input(ann, 'nextStep').press('Enter');
	await ann.locator('.ProseMirror').click();
	await ann.keyboard.type('Notes of before');
	await expect(stateLine(ann)).toHaveText(/2 changes kept/);
	// What a restore does to every document.
	await sql`update ydocs set epoch = epoch + 1 where record_id = ${id}`;
	await goOnline(ann);
	await expect(ann.getByText(`“${name}” was restored from a backup`)).toBeVisible(PATIENCE);
	await expect(stateLine(ann)).toHaveAttribute('data-state', 'saved', PATIENCE);
	await expect(input(ann, 'nextStep')).toHaveValue('After the restore', PATIENCE);
	await expect(input(ann, 'name')).toHaveValue(name);
	await expect(ann.locator('.ProseMirror')).not.toContainText('Notes of before');
	expect(await held(id)).toMatchObject({ next_step: 'After the restore', name });
	await ann.goto('/on-device');
	await expect(ann.locator('[data-aside=other-document]')).toContainText('Notes of before');
	const kept = await sql`select value from kept_edits where record_id = ${id}`;
	expect(JSON.stringify(kept)).toContain('Notes of before');
	await ann.context().close();
});

test('a tab of an old program gets the new one without losing what is typed', async ({
	browser
}) => {
	const ann = await traveller(browser, 'ann');
	const id = await createDeal(ann, sql, { name: unique('Old program') });
	await openDeal(ann, id);
	await goOffline(ann);
	await input(ann, 'nextStep').fill('Typed in the old one');
	await input(ann, 'nextStep').press('Enter');
	await input(ann, 'name').press('End');
	await input(ann, 'name').pressSequentially('!');
	const loads: string[] = [];
	ann.on('load', () => loads.push('load'));
	// The server has moved on meanwhile, and says so once.
	await closeNextWith(ann, CLOSE.clientTooOld);
	await goOnline(ann);
	await expect.poll(() => loads.length, PATIENCE).toBe(1);
	await expect(stateLine(ann)).toHaveAttribute('data-state', 'saved', PATIENCE);
	await expect(input(ann, 'nextStep')).toHaveValue('Typed in the old one');
	await expect(input(ann, 'name')).toHaveValue(/!$/);
	await ann.context().close();
});

test('the installed app opens without a line, at its first page and from there', async ({
	browser
}) => {
	const ann = await traveller(browser, 'ann');
	const name = unique('Opened from the list');
	const id = await createDeal(ann, sql, { name });
	await openDeal(ann, id);
	await ann.goto('/deals');
	await untilKept(ann, `/deals/${id}`, '/', '/deals', '/on-device', '/contacts');
	const manifest = await (await ann.request.get('/manifest.webmanifest')).json();
	expect(manifest).toMatchObject({ start_url: '/', display: 'standalone' });
	await ann.context().setOffline(true);
	const app = await ann.context().newPage();
	await ann.close();
	await app.goto(manifest.start_url);
	await expect(app.getByRole('heading', { name: 'Today', level: 1 })).toBeVisible();
	await expect(app.getByText(/No connection. This page is as of/)).toBeVisible(PATIENCE);
	await app.getByRole('navigation').getByRole('link', { name: 'Contacts' }).click();
	await expect(app.getByRole('heading', { name: 'Contacts', level: 1 })).toBeVisible();
	await app.getByRole('link', { name: 'What is on this device' }).click();
	await app.locator(`[data-kept="${id}"]`).getByRole('link').click();
	await expect(input(app, 'name')).toHaveValue(name);
	await app.goto('/settings/people');
	await expect(app.getByText('This page is not on this device')).toBeVisible();
	await app.context().close();
});
