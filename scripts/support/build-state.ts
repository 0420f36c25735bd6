import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runOnce } from './children.ts';

/** Where the built processes lie; tests build into a folder of their own. */
export const buildDir = path.resolve(process.env.BUILD_DIR || 'build');

const STAMP = path.join(buildDir, 'built-from');
const FOLDERS = ['src', 'worker', 'messages', 'static', 'scripts/support'];
const FILES = [
	...['scripts/build.ts', 'scripts/prepare.ts', 'scripts/check-messages.ts'],
	...['package.json', 'package-lock.json', 'vite.config.ts', 'svelte.config.js'],
	...['project.inlang/settings.json', 'drizzle/meta/_journal.json']
];
/** Made of the messages, and large. */
const COMPILED = path.join('src', 'lib', 'messages');

/** Builds web, worker and preparation unless the last build came from these very sources. */
export async function buildIfChanged(): Promise<void> {
	const wanted = fingerprint();
	if (readBuild() === wanted) return;
	console.log('Building …');
	await runOnce({
		name: 'the build',
		file: 'scripts/build.ts',
		env: { BUILD_DIR: buildDir, BUILT_FROM: wanted, NODE_ENV: 'production' }
	});
}

/** Which sources the build was made of. */
export const readBuild = (): string => (existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : '');

function fingerprint(): string {
	const hash = createHash('sha256');
	for (const file of [...FOLDERS.flatMap(filesIn), ...FILES].sort()) {
		hash.update(file).update('\0').update(readFileSync(file));
	}
	return hash.digest('hex');
}

function filesIn(folder: string): string[] {
	if (folder === COMPILED) return [];
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const inside = path.join(folder, entry.name);
		if (entry.isDirectory()) return filesIn(inside);
		return entry.isFile() && !inside.endsWith('.test.ts') ? [inside] : [];
	});
}
