import AxeBuilder from '@axe-core/playwright';
import { openKind, PAGE_KINDS } from './page-kinds.ts';
import { signIn } from './support.ts';
import { expect, test, type Page } from './test.ts';
import { quiet, still, watchConsole } from './watch.ts';

// One walk judges each kind of page in every respect: opening a page is what takes the time.
test.describe.configure({ mode: 'parallel' });
test.use({ reducedMotion: 'reduce' });

const SCHEMES = ['light', 'dark'] as const;
const DESKTOP = { width: 1280, height: 720 };
const PHONE = { width: 390, height: 844 };

/** An answer with an error status is a line in the console of every browser. */
const expected = [/status of 40[34]/];

const PARTS = 3;
const walks = [
	{ who: 'a stranger', person: null, kinds: PAGE_KINDS.filter(({ person }) => person === null) },
	...(['ann', 'adam'] as const).flatMap((person) => {
		const kinds = PAGE_KINDS.filter((kind) => kind.person === person);
		return Array.from({ length: PARTS }, (_, part) => ({
			who: `${person}, part ${part + 1} of ${PARTS}`,
			person,
			kinds: kinds.filter((_, index) => index % PARTS === part)
		}));
	}),
	{ who: 'bob', person: 'bob' as const, kinds: PAGE_KINDS.filter(({ person }) => person === 'bob') }
];

for (const { who, person, kinds } of walks) {
	test(`every kind of page is sound in both schemes, has a quiet console, and fits a phone: ${who}`, async ({
		page
	}) => {
		const settle = watchConsole(page, { expected });
		if (person) await signIn(page, person);
		for (const kind of kinds) {
			await openKind(page, kind);
			await quiet(page);
			for (const scheme of SCHEMES) {
				await page.emulateMedia({ colorScheme: scheme });
				expect.soft(await seriousFaults(page, scheme), kind.name).toEqual([]);
			}
			await page.setViewportSize(PHONE);
			const overflow = await page.evaluate(
				() => document.documentElement.scrollWidth - document.documentElement.clientWidth
			);
			expect.soft(overflow, `${kind.name} on a phone`).toBeLessThanOrEqual(0);
			await page.setViewportSize(DESKTOP);
			settle();
		}
	});
}

test('axe finds nothing serious in palette, shortcuts and the sheet of a phone', async ({
	page
}) => {
	await signIn(page, 'ann');
	await page.goto('/deals');
	await quiet(page);
	for (const keys of ['ControlOrMeta+k', '?']) {
		await page.keyboard.press(keys);
		await expectSoundDialog();
		await page.keyboard.press('Escape');
		await page.getByRole('dialog').waitFor({ state: 'detached' });
	}
	await page.setViewportSize(PHONE);
	await page.getByRole('button', { name: /More$/ }).click();
	await expectSoundDialog();

	async function expectSoundDialog() {
		await page.getByRole('dialog').waitFor();
		for (const scheme of SCHEMES) {
			await page.emulateMedia({ colorScheme: scheme });
			// The page behind it is judged on its own.
			expect(await seriousFaults(page, scheme, '[role=dialog]')).toEqual([]);
		}
	}
});

/** Only colours differ between the schemes; everything else is judged once, in the light one. */
async function seriousFaults(
	page: Page,
	scheme: 'light' | 'dark',
	within = 'html'
): Promise<string[]> {
	await still(page);
	const builder = new AxeBuilder({ page })
		// What is right need not be told, and nothing has to be fetched once more to be judged.
		.options({ resultTypes: ['violations'], preload: false })
		.setLegacyMode()
		.include(within);
	const { violations } = await (
		scheme === 'dark' ? builder.withRules(['color-contrast']) : builder
	).analyze();
	return violations
		.filter(({ impact }) => impact === 'serious' || impact === 'critical')
		.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
