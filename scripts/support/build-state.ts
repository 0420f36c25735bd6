import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { runOnce } from './children.ts';

/** Where the built processes lie; tests build into a folder of their own. */
export const buildDir = path.resolve(process.env.BUILD_DIR || 'build');

const STAMP = path.join(buildDir, 'built-from');
const SOURCES = [
	'src/**/*',
	'worker/**/*',
	'messages/**/*',
	'static/**/*',
	'scripts/{build,prepare}.ts',
	'scripts/support/*.ts',
	'project.inlang/settings.json',
	'{package-lock,package}.json',
	'{vite,svelte}.config.*'
];

/** Builds web, worker and preparation unless the last build came from these very sources. */
export async function buildIfChanged(): Promise<void> {
	const wanted = fingerprint();
	if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
	console.log('Building …');
	await runOnce({
		name: 'the build',
		file: 'scripts/build.ts',
		env: { BUILD_DIR: buildDir, BUILT_FROM: wanted, NODE_ENV: 'production' }
	});
}

function fingerprint(): string {
	const hash = createHash('sha256');
	const files = SOURCES.flatMap((pattern) => globSync(pattern)).sort();
	for (const file of files) {
		if (file.startsWith(path.join('src', 'lib', 'messages')) || /\.test\.ts$/.test(file)) continue;
		if (statSync(file).isFile()) hash.update(file).update('\0').update(readFileSync(file));
	}
	return hash.digest('hex');
}
