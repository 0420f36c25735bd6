import { Sentence, runScript } from './support/sentence.ts';
import { compileCatalogue } from './support/catalogue.ts';
import { emptyTally, type Tally } from './support/tally.ts';
import { execute, steps, type Step } from './support/test-steps.ts';

/**
 * `npm test`: everything that a change must pass, or only the steps named behind `--`. Ends with the
 * plain line "N passed, N failed", counted from the reports of the tests that ran.
 */
await runScript(async () => {
	const chosen = choose(process.argv.slice(2).filter((name) => name !== '--'));
	// Generated, and absent in a fresh clone: compiled messages and the types of the routes.
	await compileCatalogue();
	await execute('svelte-kit', ['sync']);
	const tally = emptyTally();
	const failed: string[] = [];
	for (const step of chosen) {
		const startedAt = performance.now();
		console.log(`\n── ${step.name}: ${step.what}`);
		const isGood = await step.run(tally);
		const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
		console.log(`── ${step.name} ${isGood ? 'passed' : 'FAILED'} in ${seconds} s`);
		if (!isGood) failed.push(step.name);
	}
	conclude(chosen, failed, tally);
});

function choose(names: string[]): readonly Step[] {
	const unknown = names.find((name) => !steps.some((step) => step.name === name));
	if (unknown) {
		const known = steps.map(({ name }) => name).join(', ');
		throw new Sentence(`There is no test step "${unknown}"; there are: ${known}.`);
	}
	return names.length > 0 ? steps.filter(({ name }) => names.includes(name)) : steps;
}

function conclude(chosen: readonly Step[], failed: string[], tally: Tally) {
	const ranTests = chosen.some(({ hasTests }) => hasTests);
	// A run that finds no tests has gone wrong, however green it looks.
	if (ranTests && tally.passed + tally.failed === 0) failed.push('no test ran');
	console.log(failed.length > 0 ? `\nFailed: ${failed.join(', ')}` : '\nAll steps passed.');
	if (ranTests) console.log(`${tally.passed} passed, ${tally.failed} failed`);
	process.exitCode = failed.length > 0 || tally.failed > 0 ? 1 : 0;
}
