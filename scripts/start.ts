import { buildDir, buildIfChanged } from './support/build-state.ts';
import { launch, prepare, addChild } from './support/launch.ts';
import { runScript } from './support/sentence.ts';

/** `npm start`: the built web process and the worker on this installation's database. */
await runScript(() =>
	launch('npm start', async (site) => {
		await buildIfChanged();
		const prepared = await prepare(site.installation, `${buildDir}/prepare.js`);
		await Promise.all([
			addChild(site, 'web', `${buildDir}/web.js`).start(),
			addChild(site, 'worker', `${buildDir}/worker.js`).start()
		]);
		return prepared;
	})
);
