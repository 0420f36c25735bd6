import { signInByForm } from './support.ts';
import { expect, test } from './test.ts';

test('a page that needs a person sends a stranger to the sign-in and back', async ({ page }) => {
	await page.goto('/profile');
	await expect(page).toHaveURL(/\/sign-in\?to=/);
});

test('Ann signs in and out', async ({ page }) => {
	await signInByForm(page, 'ann');
	await page.goto('/profile');
	await expect(page).toHaveURL(/\/profile$/);
	await expect(page.getByText('ann@tandem.example').first()).toBeVisible();
});

test('a wrong password is refused in words, and the address stays typed', async ({ page }) => {
	await page.goto('/sign-in');
	await page.locator('input[name=email]').fill('ann@tandem.example');
	await page.locator('input[name=password]').fill('not-her-password');
	await page.locator('form button[type=submit]').click();
	await expect(page.getByRole('alert')).toBeVisible();
	await expect(page.locator('input[name=email]')).toHaveValue('ann@tandem.example');
});

test('the process says that it runs and that it can serve', async ({ request }) => {
	expect((await request.get('/healthz')).status()).toBe(200);
	const ready = await request.get('/readyz');
	expect([ready.status(), await ready.text()]).toEqual([200, 'ready\n']);
});

test('a form from another origin is refused', async ({ request }) => {
	const answer = await request.post('/sign-in', {
		headers: { origin: 'https://evil.example' },
		form: { email: 'ann@tandem.example', password: 'x' }
	});
	expect(answer.status()).toBe(403);
});
