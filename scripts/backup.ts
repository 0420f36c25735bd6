import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import postgres from 'postgres';
import { writeBackup } from '#lib/server/backup/write.ts';
import { withDatabase } from './support/installation.ts';
import { runScript, Sentence } from './support/sentence.ts';

/** `npm run backup FILE`: everything as it is now, while people go on working. */
await runScript(async () => {
	const [name] = process.argv.slice(2);
	if (!name) throw new Sentence('Say where the backup goes: npm run backup FILE');
	// npm runs this at the root of the project, whatever folder it was called in.
	const file = path.resolve(process.env.INIT_CWD ?? '.', name);
	if (existsSync(file)) throw new Sentence(`${file} exists already: choose another name.`);
	await withDatabase('npm run backup', async (url, config) => {
		const sql = postgres(url, { max: 1, onnotice: () => {} });
		// Under its name only when it is whole.
		const partial = `${file}.part`;
		try {
			const out = createWriteStream(partial, { mode: 0o600, flush: true });
			await writeBackup({ sql, uploads: path.join(config.dataDir, 'uploads') }, out);
			await rename(partial, file);
		} finally {
			await sql.end();
			await rm(partial, { force: true });
		}
	});
	const { size } = await stat(file);
	console.log(`Backup written: ${file} (${(size / 1024 / 1024).toFixed(1)} MB)`);
});
