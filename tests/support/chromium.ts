import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface Chromium {
	readonly executablePath: string;
	readonly env?: Record<string, string>;
}

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A Chromium that is already here: $CHROMIUM_PATH, the system's, or the one in an npm package. */
export function findChromium(): Chromium {
	if (process.env.CHROMIUM_PATH) return { executablePath: process.env.CHROMIUM_PATH };
	const system = process.env.NO_SYSTEM_CHROMIUM
		? undefined
		: SYSTEM.find((file) => existsSync(file));
	return system ? { executablePath: system } : unpackedChromium();
}

/** Flags for a machine without GPU, without a user to sandbox for, and without the internet. */
export const CHROMIUM_FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync'
];

/**
 * The package unpacks itself into the folder for temporary files and runs whatever lies there: a child
 * with a folder of our own does it once.
 */
function unpackedChromium(): Chromium {
	const folder = path.resolve('node_modules/.cache/chromium');
	const executablePath = path.join(folder, 'chromium');
	const done = path.join(folder, 'unpacked');
	if (!existsSync(done)) {
		mkdirSync(folder, { recursive: true });
		const script = "import c from '@sparticuz/chromium'; await c.executablePath()";
		const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
			// The second makes it unpack the libraries that a bare system lacks.
			env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
			stdio: 'inherit'
		});
		if (status !== 0) throw new Error('the Chromium of @sparticuz/chromium could not be unpacked');
		writeFileSync(done, '');
	}
	return lacksLibraries(executablePath)
		? { executablePath, env: { LD_LIBRARY_PATH: path.join(folder, 'al2023/lib') } }
		: { executablePath };
}

function lacksLibraries(executable: string): boolean {
	const { status, stdout } = spawnSync('ldd', [executable], { encoding: 'utf8' });
	return status !== 0 || stdout.includes('not found');
}
