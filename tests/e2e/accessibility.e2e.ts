import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { openKind, PAGE_KINDS } from './page-kinds.ts';
import { signIn } from './support.ts';

/** Only colours differ between the schemes; everything else is judged once. */
function axe(page: Page, scheme: 'light' | 'dark') {
	const builder = new AxeBuilder({ page }).setLegacyMode();
	return (scheme === 'dark' ? builder.withRules(['color-contrast']) : builder).analyze();
}

for (const colorScheme of ['light', 'dark'] as const) {
	test.describe(`in the ${colorScheme} scheme`, () => {
		test.use({ colorScheme, reducedMotion: 'reduce' });
		for (const person of [null, 'ann', 'adam'] as const) {
			test(`axe finds nothing serious on the pages of ${person ?? 'a stranger'}`, async ({
				page
			}) => {
				test.setTimeout(120_000);
				if (person) await signIn(page, person);
				for (const kind of PAGE_KINDS.filter((kind) => kind.person === person)) {
					await openKind(page, kind);
					const { violations } = await axe(page, colorScheme);
					const serious = violations
						.filter(({ impact }) => impact === 'serious' || impact === 'critical')
						.map(
							({ id, nodes }) => `${kind.name}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`
						);
					expect.soft(serious).toEqual([]);
				}
			});
		}

		test('axe finds nothing serious in palette, shortcuts and the sheet of a phone', async ({
			page
		}) => {
			await signIn(page, 'ann');
			await page.goto('/deals', { waitUntil: 'networkidle' });
			for (const keys of ['ControlOrMeta+k', '?']) {
				await page.keyboard.press(keys);
				await page.getByRole('dialog').waitFor();
				await expectSound();
				await page.keyboard.press('Escape');
				await page.getByRole('dialog').waitFor({ state: 'detached' });
			}
			await page.setViewportSize({ width: 390, height: 844 });
			await page.getByRole('button', { name: /More$/ }).click();
			await page.getByRole('dialog').waitFor();
			await expectSound();

			async function expectSound() {
				const { violations } = await axe(page, colorScheme);
				const serious = violations.filter(
					({ impact }) => impact === 'serious' || impact === 'critical'
				);
				expect(
					serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
				).toEqual([]);
			}
		});
	});
}
