import { defineConfig } from '@playwright/test';
import { CHROMIUM_FLAGS, findChromium } from './tests/support/chromium.ts';

const chromium = findChromium();

export default defineConfig({
	testDir: 'tests/e2e',
	testMatch: '*.e2e.ts',
	globalSetup: './tests/e2e/global-setup.ts',
	outputDir: 'test-results/e2e',
	reporter: [['list'], ...(process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [['json'] as const] : [])],
	workers: 2,
	retries: 0,
	// Patience, not expectation: journeys wait for what they see, on a busy machine for longer.
	timeout: 180_000,
	expect: { timeout: 30_000 },
	forbidOnly: Boolean(process.env.CI),
	use: {
		// What cannot be clicked is said by its name instead of by the end of the whole test.
		actionTimeout: 45_000,
		navigationTimeout: 60_000,
		// Set by the global setup, which starts the built system on a port of its own.
		...(process.env.TANDEM_E2E_URL && { baseURL: process.env.TANDEM_E2E_URL }),
		browserName: 'chromium',
		// Each new browser would first take the whole program and eighteen pages onto its device. The journeys that
		// are about that, and the largest ones, allow it.
		serviceWorkers: 'block',
		locale: 'en-GB',
		timezoneId: 'Europe/Berlin',
		trace: process.env.TANDEM_TRACE ? 'retain-on-failure' : 'off',
		launchOptions: {
			executablePath: chromium.executablePath,
			args: CHROMIUM_FLAGS,
			env: { ...environment(), ...chromium.env }
		}
	}
});

function environment(): Record<string, string> {
	const set = Object.entries(process.env).filter((entry): entry is [string, string] => !!entry[1]);
	return Object.fromEntries(set);
}
