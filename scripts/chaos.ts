import { ensureCatalogue } from './support/catalogue.ts';
import { runScript } from './support/sentence.ts';

await runScript(async () => {
	// What is loaded below says things in words.
	await ensureCatalogue();
	const { chaos } = await import('./support/chaos.ts');
	await chaos();
});
