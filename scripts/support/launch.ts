import { readConfig } from '#lib/server/config.ts';
import { Child, runOnce } from './children.ts';
import { greet, Prepared } from './greeting.ts';
import { openInstallation, type Installation } from './installation.ts';
import { untilStopped } from './lifetime.ts';
import { requirePort } from './port.ts';

interface Site {
	readonly installation: Installation;
	/** What must stop before the database, last opened first. */
	readonly resources: AsyncDisposableStack;
}

/**
 * Opens the installation, lets `serve` start what serves it, and takes everything down in the reverse
 * order when the process is told to end: Postgres is the last to go.
 */
export async function launch(
	what: string,
	serve: (site: Site) => Promise<Prepared>
): Promise<void> {
	const stopped = untilStopped();
	const config = readConfig(process.env);
	await requirePort(config.host, config.port);
	const installation = await openInstallation(what);
	await using resources = new AsyncDisposableStack();
	resources.defer(() => installation.close());
	const begun = serve({ installation, resources });
	// Told to stop while starting: what then fails is only what was taken away from it.
	void stopped.then(() => begun.catch(() => {}));
	const prepared = await Promise.race([begun, stopped]);
	if (prepared) {
		greet(config, prepared);
		await stopped;
	}
	console.log('Stopping …');
}

/** Migrates, seeds when allowed, and answers what there is. */
export async function prepare({ env, mayHoldDemo }: Installation, file: string) {
	const answer = await runOnce({
		name: 'preparing the database',
		file,
		env: { ...env, TANDEM_DEMO: mayHoldDemo ? 'allowed' : 'refused' }
	});
	return Prepared.parse(answer);
}

/** A process of the installation, not started yet; it is stopped when `site` closes. */
export function addChild({ installation, resources }: Site, name: string, file: string): Child {
	const child = new Child({ name, file, env: installation.env });
	resources.defer(() => child.stop());
	return child;
}
