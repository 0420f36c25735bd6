import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import postgres from 'postgres';
import { z } from 'zod';
import { prepareQueue } from '../jobs/boss.ts';

/** A database that this version cannot work with; the message is the sentence for the person. */
export class DatabaseRefused extends Error {
	override readonly name = 'DatabaseRefused';
}

const Journal = z.object({ entries: z.array(z.object({ when: z.number(), tag: z.string() })) });
/** Any number: it only keeps two starting processes from migrating at once. */
const MIGRATION_LOCK = 7_236_001;
const OLDEST_SERVER = 150_000;

/** Brings tables and job queue to this version; running it again changes nothing. */
export async function migrateDatabase(url: string, folder = 'drizzle'): Promise<void> {
	const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 10 });
	try {
		await refuseOldServer(sql);
		await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
		await refuseNewerDatabase(sql, folder);
		await migrate(drizzle(sql), { migrationsFolder: folder });
		await prepareQueue(url);
	} finally {
		await sql.end();
	}
}

/** The migrations of this version in their order. */
export async function migrationNames(folder = 'drizzle') {
	const file = await readFile(path.join(folder, 'meta/_journal.json'), 'utf8');
	return Journal.parse(JSON.parse(file)).entries;
}

/** The last migration of this version: what its database has to have reached. */
export async function latestMigration(folder = 'drizzle') {
	const last = (await migrationNames(folder)).at(-1);
	if (!last) throw new Error(`no migrations in ${folder}`);
	return last;
}

/** When the last migration of the database was made, or null for an empty one. */
export async function appliedMigration(sql: postgres.ISql): Promise<number | null> {
	const [found] =
		await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as there`;
	if (!found?.there) return null;
	const [row] = await sql`select max(created_at)::float8 as at from drizzle.__drizzle_migrations`;
	return row?.at === null ? null : Number(row?.at);
}

async function refuseOldServer(sql: postgres.Sql) {
	const [row] = await sql`select current_setting('server_version_num')::int as version`;
	if (Number(row?.version) < OLDEST_SERVER) {
		throw new DatabaseRefused('Tandem needs PostgreSQL 15 or newer: point DATABASE_URL at one.');
	}
}

async function refuseNewerDatabase(sql: postgres.Sql, folder: string) {
	const [applied, latest] = [await appliedMigration(sql), await latestMigration(folder)];
	if (applied !== null && applied > latest.when) {
		throw new DatabaseRefused(
			'This database was made by a newer version of Tandem: start that version, or restore a backup made with this one.'
		);
	}
}
