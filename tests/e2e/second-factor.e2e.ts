import { addUser } from '#lib/features/users/commands.server.ts';
import { codeOf } from '#lib/server/auth/totp.ts';
import { connect } from '#lib/server/db/connect.ts';
import { createLog } from '#lib/server/log.ts';
import { systemActor } from '#lib/shared/actor.ts';
import { newId } from '#lib/shared/ids.ts';
import { expect, test, type Page } from './test.ts';

const PASSWORD = 'a sentence that nobody guesses';

/** Somebody of this journey alone: nobody else is asked for his second factor. */
async function someone(): Promise<string> {
	const { db, close } = connect(process.env.TANDEM_E2E_DATABASE ?? '', { max: 1 });
	const log = createLog({ process: 'test', write: () => {} });
	const ctx = { db, actor: systemActor, now: new Date(), log };
	const email = `${newId()}@tandem.example`;
	const person = { name: 'Toni Factor', email, password: PASSWORD, departmentIds: [], roleIds: [] };
	const added = await addUser(ctx, person);
	await close();
	if (!added.ok) throw new Error(added.error);
	return email;
}

async function givePassword(page: Page, email: string) {
	await page.locator('input[name=email]').fill(email);
	await page.locator('input[name=password]').fill(PASSWORD);
	await page.locator('form button[type=submit]').click();
}

test('[S9] an app with codes, recovery codes and a passkey: set up in the profile, asked for at the door', async ({
	page,
	browser,
	baseURL
}) => {
	// A passkey wants a name, and a number is none.
	const home = (baseURL ?? '').replace('127.0.0.1', 'localhost');
	const email = await someone();
	await page.goto(`${home}/sign-in?to=/profile/second-factor`);
	await givePassword(page, email);
	const app = page.locator('form[action="?/begin"]');
	await app.getByLabel('Present password').fill(PASSWORD);
	await app.getByRole('button').click();
	await expect(page.getByRole('img', { name: 'Picture for the app' })).toBeVisible();
	const secret = (await page.getByLabel('Secret for the app').inputValue()).replaceAll(' ', '');
	const confirm = page.locator('form[action="?/confirm"]');
	await confirm.getByLabel('Code that the app shows').fill('000000');
	await confirm.getByRole('button').click();
	await expect(confirm.getByText('This code is not right')).toBeVisible();
	await confirm.getByLabel('Code that the app shows').fill(codeOf(secret, new Date()));
	await confirm.getByRole('button').click();
	const codes = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
	await expect(codes).toHaveCount(10);
	const [first = ''] = await codes.allInnerTexts();
	await expect(page.getByText('In use since')).toBeVisible();

	const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
	await plain.goto(`${baseURL}/sign-in?to=/profile`);
	await givePassword(plain, email);
	await expect(plain).toHaveURL(/\/sign-in\/code/);
	await plain.goto(`${baseURL}/profile`);
	await expect(plain).toHaveURL(/\/sign-in\?/);
	await givePassword(plain, email);
	await plain.getByLabel('Code').fill('123456');
	await plain.getByRole('button', { name: 'Sign in' }).click();
	await expect(plain.getByText('This code is not right')).toBeVisible();
	await plain.getByLabel('Code').fill(first);
	await plain.getByRole('button', { name: 'Sign in' }).click();
	await expect(plain).toHaveURL(/\/profile$/);
	await plain.context().close();

	const devices = await page.context().newCDPSession(page);
	await devices.send('WebAuthn.enable');
	await devices.send('WebAuthn.addVirtualAuthenticator', {
		options: {
			...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
			...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true }
		}
	});
	await page.getByLabel('Name of the passkey').fill('Phone of Toni');
	await page.getByLabel('Present password').nth(1).fill(PASSWORD);
	await page.getByRole('button', { name: 'Add a passkey' }).click();
	await expect(page.getByText('Phone of Toni')).toBeVisible();
	await page.context().clearCookies();
	await page.goto(`${home}/sign-in?to=/profile/second-factor`);
	await page.getByRole('link', { name: 'Sign in with a passkey' }).click();
	await page.getByRole('button', { name: 'Use a passkey' }).click();
	await expect(page).toHaveURL(/\/profile\/second-factor$/);
	await expect(page.getByText('9 codes are left.')).toBeVisible();
});
