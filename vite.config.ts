import path from 'node:path';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { messageCatalogue } from './scripts/support/catalogue.ts';
import { hubInDevelopment } from './scripts/support/vite-hub.ts';

const dataDir = path.resolve(process.env.DATA_DIR || '.data');

export default defineConfig({
	// Inside DATA_DIR, so that several development servers do not share one cache.
	cacheDir: path.join(dataDir, 'vite'),
	plugins: [paraglideVitePlugin(messageCatalogue), sveltekit(), hubInDevelopment()],
	server: {
		// Postgres writes there all the time; every write would reload the page.
		watch: { ignored: ['**/.data*/**', `${dataDir}/**`] },
		fs: { allow: ['static'] }
	},
	build: { target: 'es2023' }
});
