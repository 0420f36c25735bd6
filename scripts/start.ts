import { collectAtFirstRest } from '#lib/server/first-rest.ts';
import { readConfig } from '#lib/server/config.ts';
import { buildDir, buildIfChanged } from './support/build-state.ts';
import { launch, prepare, addChild } from './support/launch.ts';
import { runScript } from './support/sentence.ts';

/** `npm start`: the built web processes and workers on this installation's database. */
await runScript(() =>
	launch('npm start', async (site) => {
		await buildIfChanged();
		const prepared = await prepare(site.installation, `${buildDir}/prepare.js`);
		const { webProcesses, workerProcesses } = readConfig(process.env);
		const some = (count: number, name: string) =>
			Array.from({ length: count }, () => addChild(site, name, `${buildDir}/${name}.js`).start());
		await Promise.all([...some(webProcesses, 'web'), ...some(workerProcesses, 'worker')]);
		collectAtFirstRest();
		return prepared;
	})
);
