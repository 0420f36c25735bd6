import adapter from '@sveltejs/adapter-node';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

const out = process.env.BUILD_DIR ?? 'build';

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: vitePreprocess(),
	kit: {
		adapter: adapter({ out }),
		// One kept page stands in for every address, so what it asks for must not depend on where it is.
		paths: { relative: false },
		// A build beside a running development server, or beside another build, keeps to its own folder.
		outDir: process.env.BUILT_FROM
			? `node_modules/.cache/kit/${out.replace(/\W+/g, '-')}`
			: '.svelte-kit',
		// Looked at in hooks.server.ts, which knows the two addresses that take posts from anywhere.
		csrf: { trustedOrigins: ['*'] },
		csp: {
			mode: 'auto',
			directives: {
				'default-src': ['self'],
				'script-src': ['self'],
				'style-src': ['self'],
				// The one style attribute in Kit's own code: it hides the element that announces page titles.
				'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
				'img-src': ['self', 'data:', 'blob:'],
				'font-src': ['self'],
				'connect-src': ['self'],
				'object-src': ['none'],
				'base-uri': ['none'],
				'form-action': ['self'],
				'frame-ancestors': ['none']
			}
		},
		typescript: {
			config: (config) => {
				config.include.push(
					'../src/**/*.ts',
					'../worker/**/*.ts',
					'../tests/**/*.ts',
					'../scripts/**/*.ts',
					'../*.config.ts'
				);
			}
		}
	}
};
