import { createReadStream, existsSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { restoreBackup } from '#lib/server/backup/read.ts';
import { migrateDatabase } from '#lib/server/db/migrate.ts';
import { openInstallation } from './support/installation.ts';
import { runScript, Sentence } from './support/sentence.ts';

/** `npm run restore FILE`: replaces everything by what the backup holds; nothing may run meanwhile. */
await runScript(async () => {
	const [name] = process.argv.slice(2);
	if (!name) throw new Sentence('Say which backup to restore: npm run restore FILE');
	// npm runs this at the root of the project, whatever folder it was called in.
	const file = path.resolve(process.env.INIT_CWD ?? '.', name);
	if (!existsSync(file)) throw new Sentence(`There is no file ${file}.`);
	const installation = await openInstallation('npm run restore');
	try {
		await migrateDatabase(installation.databaseUrl);
		const sql = postgres(installation.databaseUrl, { max: 1, onnotice: () => {} });
		const uploads = path.join(installation.config.dataDir, 'uploads');
		await restoreBackup(createReadStream(file), { sql, uploads }).finally(() => sql.end());
	} finally {
		await installation.close();
	}
	console.log(`Restored from ${file}. Everybody has to sign in again.`);
});
