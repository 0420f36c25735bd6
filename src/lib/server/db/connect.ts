import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { Db } from '../context.ts';
import { preparing } from './preparing.ts';
import * as tables from './tables/index.ts';

export interface Connection {
	readonly db: Db;
	readonly sql: postgres.Sql;
	close(): Promise<void>;
}

/** Opens a pool of at most `max` connections; nothing is sent before the first query. */
export function connect(url: string, { max }: { readonly max: number }): Connection {
	const sql = postgres(url, {
		max,
		connect_timeout: 10,
		idle_timeout: 60,
		onnotice: () => {},
		connection: { application_name: 'tandem', TimeZone: 'UTC' }
	});
	// Drizzle replaces the driver's date and JSON handling on the client it gets; `sql` shares it.
	const db = drizzle(preparing(sql), { schema: tables, casing: 'snake_case' });
	return { db, sql, close: () => sql.end({ timeout: 5 }) };
}
