import { watch } from 'node:fs';
import { createServer } from 'vite';
import { ensureCatalogue } from './support/catalogue.ts';
import type { Child } from './support/children.ts';
import { addChild, launch, prepare } from './support/launch.ts';
import { runScript } from './support/sentence.ts';

const SERVER_CODE = ['src/lib', 'worker'];
const SETTLE_MS = 200;

/** `npm run dev`: Vite with the hub in this process, the worker beside it, both following the sources. */
await runScript(() =>
	launch('npm run dev', async (site) => {
		const { env, config } = site.installation;
		Object.assign(process.env, env);
		await ensureCatalogue();
		const prepared = await prepare(site.installation, 'scripts/prepare.ts');
		const vite = await createServer({
			server: { host: config.host, port: config.port, strictPort: true }
		});
		site.resources.defer(() => vite.close());
		await vite.listen();
		restartOnChange(addChild(site, 'worker', 'worker/main.ts'));
		return prepared;
	})
);

/** Code that does not even load is reported and tried again at the next change. */
function restartOnChange(worker: Child) {
	const restart = () =>
		worker.restart().catch((error: unknown) => console.error(`worker: ${String(error)}`));
	let settling: NodeJS.Timeout | undefined = setTimeout(restart);
	for (const folder of SERVER_CODE) {
		const watcher = watch(folder, { recursive: true }, (_event, file) => {
			if (!file?.endsWith('.ts') || file.endsWith('.test.ts')) return;
			clearTimeout(settling);
			settling = setTimeout(restart, SETTLE_MS);
		});
		watcher.unref();
	}
}
