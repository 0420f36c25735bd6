import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { prepare } from './support/launch.ts';
import { ensureCatalogue } from './support/catalogue.ts';
import { openInstallation } from './support/installation.ts';
import { runScript, Sentence } from './support/sentence.ts';
import { seedLarge } from './seed-large.ts';

const LARGE = { companies: 1_000_000, contacts: 1_000_000, deals: 300_000 };

/** `npm run seed`: the demo company in an empty database; `-- --large` adds many generated records. */
await runScript(async () => {
	const { values } = parseArgs({
		options: { large: { type: 'boolean' }, companies: { type: 'string' } }
	});
	await ensureCatalogue();
	const installation = await openInstallation('npm run seed');
	try {
		// Asked for by name: here the demo may go into any database that has no user yet.
		const { hasDemo } = await prepare({ ...installation, mayHoldDemo: true }, 'scripts/prepare.ts');
		if (!hasDemo)
			throw new Sentence('This database has people in it already: it gets no demo company.');
		if (values.large) {
			const sql = postgres(installation.databaseUrl, { max: 1, onnotice: () => {} });
			const companies = Number(values.companies ?? LARGE.companies);
			await seedLarge(sql, { ...LARGE, companies }).finally(() => sql.end());
		}
		console.log('Seeded.');
	} finally {
		await installation.close();
	}
});
