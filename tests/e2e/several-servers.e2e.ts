import type { Sql } from 'postgres';
import type { RunningSystem } from '#tests/support/system.ts';
import { createDeal, field, input, openDatabase, openDeal, stateLine } from './deal-page.ts';
import { openOwnSystem } from './own-system.ts';
import { signInByForm } from './support.ts';
import { expect, test, type Browser, type Page } from './test.ts';

/** Connections come back after a wait that grows to some seconds. */
const PATIENCE = { timeout: 30_000 };

// Two web processes and two workers on one database; Ann is at the first, Bob at the second.
let system: RunningSystem;
let sql: Sql;

test.beforeAll(async () => {
	test.setTimeout(120_000);
	system = await openOwnSystem('several', { webProcesses: 2, workerProcesses: 2 });
	sql = openDatabase(system.databaseUrl);
});

test.afterAll(async () => {
	await sql.end();
	await system.stop();
});

async function personAt(browser: Browser, place: 0 | 1, name: 'ann' | 'bob'): Promise<Page> {
	const baseURL = system.urls[place];
	const context = await browser.newContext(baseURL === undefined ? {} : { baseURL });
	const page = await context.newPage();
	await signInByForm(page, name);
	return page;
}

const hereNow = (page: Page) => page.getByRole('list', { name: 'Here now' });

test('people at different servers work on one deal as at one, and a server that is killed is missed by nobody [line 11]', async ({
	browser
}) => {
	const [ann, bob] = [await personAt(browser, 0, 'ann'), await personAt(browser, 1, 'bob')];
	const id = await createDeal(ann, sql, { name: 'Between two servers', coOwner: 'bob' });
	await Promise.all([openDeal(ann, id), openDeal(bob, id)]);
	await expect(hereNow(ann)).toContainText('BO', PATIENCE);
	await expect(hereNow(bob)).toContainText('AB', PATIENCE);
	await input(ann, 'nextStep').focus();
	await expect(field(bob, 'nextStep')).toContainText('Ann Becker in this field');
	await input(ann, 'nextStep').fill('Written at the first');
	await ann.keyboard.press('Enter');
	await expect(input(bob, 'nextStep')).toHaveValue('Written at the first');

	const [killed] = system.webs;
	const { pid } = killed ?? {};
	if (pid === undefined) throw new Error('the first web process is not running');
	process.kill(pid, 'SIGKILL');
	await input(bob, 'amount').fill('4200');
	await bob.keyboard.press('Enter');
	await expect(stateLine(bob)).toHaveAttribute('data-state', 'saved');
	await input(ann, 'nextStep').fill('Written while the first was gone');
	await ann.keyboard.press('Enter');
	await expect(stateLine(ann)).toHaveAttribute('data-state', 'saved', PATIENCE);
	await expect(input(ann, 'amount')).toHaveValue('4200', PATIENCE);
	await expect(input(bob, 'nextStep')).toHaveValue('Written while the first was gone', PATIENCE);
	await expect(hereNow(bob)).toContainText('AB', PATIENCE);
	const [row] = await sql`select next_step, amount_minor from deals where id = ${id}`;
	expect(row).toMatchObject({
		next_step: 'Written while the first was gone',
		amount_minor: '420000'
	});
	await Promise.all([ann.context().close(), bob.context().close()]);
});
