import { expect, test, type Page } from '@playwright/test';
import type { Sql } from 'postgres';
import {
	createDeal,
	field,
	input,
	openDatabase,
	openDeal,
	pageOf,
	stateLine,
	unique
} from './deal-page.ts';

let sql: Sql;

test.beforeAll(() => {
	sql = openDatabase();
});

test.afterAll(() => sql.end());

/** Connections come back after a wait that grows to some seconds. */
const PATIENCE = { timeout: 20_000 };

/**
 * Takes the line away as a tunnel does: nothing new gets through, and sockets that are open are cut,
 * which `setOffline` alone leaves to time.
 */
async function goOffline(page: Page): Promise<void> {
	await page.context().setOffline(true);
	await page.evaluate(() => {
		// Kept by `rememberSockets`.
		for (const socket of (window as unknown as { sockets: WebSocket[] }).sockets) socket.close();
	});
	await expect(stateLine(page)).toHaveAttribute('data-state', 'offline', PATIENCE);
}

const goOnline = (page: Page) => page.context().setOffline(false);

function rememberSockets() {
	const sockets: WebSocket[] = [];
	Object.assign(window, { sockets });
	window.WebSocket = class extends WebSocket {
		constructor(...order: ConstructorParameters<typeof WebSocket>) {
			super(...order);
			sockets.push(this);
		}
	};
}

async function person(browser: Parameters<typeof pageOf>[0], name: 'ann' | 'bob' | 'cleo') {
	const { page } = await pageOf(browser, name);
	await page.addInitScript(rememberSockets);
	return page;
}

/** Waits until the worker of this build is in charge and the page of this record is kept. */
async function untilKept(page: Page, path: string): Promise<void> {
	await expect
		.poll(
			() =>
				page.evaluate(async (path) => {
					if (!navigator.serviceWorker.controller) return false;
					const kept = await caches.match(`${location.origin}${path}`);
					const list = await caches.match(`${location.origin}/on-device`);
					return Boolean(kept && list);
				}, path),
			PATIENCE
		)
		.toBe(true);
}

const held = async (id: string) => {
	const [row] = await sql`select * from deals where id = ${id}`;
	return row ?? {};
};

test('a record that was opened once opens in aeroplane mode, is edited, closed, and merges on the next visit of any page', async ({
	browser
}) => {
	const [ann, bob] = [await person(browser, 'ann'), await person(browser, 'bob')];
	const name = unique('Tunnel crane');
	const id = await createDeal(ann, sql, { name, coOwner: 'bob' });
	await openDeal(ann, id);
	await untilKept(ann, `/deals/${id}`);
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
	await again.addInitScript(rememberSockets);
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
	const [ann, bob] = [await person(browser, 'ann'), await person(browser, 'bob')];
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
