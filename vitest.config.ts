import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const shared = {
	plugins: [svelte()],
	cacheDir: process.env.DATA_DIR ? `${process.env.DATA_DIR}/vitest` : 'node_modules/.cache/vitest'
};

/** Three suites: pure functions, one file at a time against real Postgres, and the sync engine. */
export default defineConfig({
	test: {
		maxWorkers: 2,
		projects: [
			{
				...shared,
				test: {
					name: 'unit',
					include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'worker/**/*.test.ts'],
					exclude: ['**/*.server.test.ts'],
					// What counts is what comes out, not how busy the machine is.
					testTimeout: 30_000
				}
			},
			{
				...shared,
				test: {
					name: 'database',
					include: ['{src,scripts,worker}/**/*.server.test.ts', 'tests/api/**/*.test.ts'],
					globalSetup: 'tests/support/cluster-setup.ts',
					testTimeout: 60_000,
					hookTimeout: 60_000
				}
			},
			{
				...shared,
				test: {
					name: 'sync',
					include: ['tests/sync/**/*.test.ts'],
					globalSetup: 'tests/support/cluster-setup.ts',
					testTimeout: 120_000,
					hookTimeout: 60_000
				}
			}
		]
	}
});
