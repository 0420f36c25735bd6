import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { Db } from '../context.ts';
import * as tables from './tables/index.ts';

export interface Connection {
	readonly db: Db;
	readonly sql: postgres.Sql;
	close(): Promise<void>;
}

interface ConnectOptions {
	readonly max: number;
	/** Server settings of every connection, beside and over those of all. */
	readonly settings?: Readonly<Record<string, string>>;
}

/** Opens a pool of at most `max` connections; nothing is sent before the first query. */
export function connect(url: string, { max, settings = {} }: ConnectOptions): Connection {
	const sql = postgres(url, {
		max,
		connect_timeout: 10,
		idle_timeout: 60,
		// The driver's own goes up to 20 s, for a database that is back after one; queries wait for it.
		backoff: (tries) => Math.min(1, 0.05 * 2 ** tries),
		onnotice: () => {},
		connection: {
			application_name: 'tandem',
			TimeZone: 'UTC',
			// Which index is right depends on the values: on what is searched for, on how large a department is.
			plan_cache_mode: 'force_custom_plan',
			...settings
		}
	});
	prepareAlways(sql);
	// Drizzle replaces the driver's date and JSON handling on the client it gets; `sql` shares it.
	const db = drizzle(sql, { schema: tables, casing: 'snake_case' });
	return { db, sql, close: () => sql.end({ timeout: 5 }) };
}

/** Bulk statements have a shape for every number of rows: remembering them all would fill the server. */
const MOST_PARAMETERS = 100;

/**
 * Drizzle runs everything through `unsafe` unprepared. The driver then asks for the types of the parameters
 * before it sends them, every time: two round trips a statement, and none can follow before the answer.
 */
function prepareAlways(client: postgres.Sql | postgres.TransactionSql): void {
	const { unsafe } = client;
	const prepared: typeof unsafe = (query, parameters = [], options = {}) =>
		unsafe(query, parameters, { ...options, prepare: parameters.length <= MOST_PARAMETERS });
	client.unsafe = prepared;
	if ('begin' in client) prepareWithin(client, 'begin');
	if ('savepoint' in client) prepareWithin(client, 'savepoint');
}

/** The driver makes a client of its own for every transaction and savepoint. */
function prepareWithin<Method extends string>(
	client: Record<Method, (...args: never[]) => unknown>,
	method: Method
): void {
	const open = client[method];
	const opening = (...args: unknown[]) => {
		const work = args.pop() as (inner: postgres.TransactionSql) => unknown; // the last by its signature
		const prepared = (inner: postgres.TransactionSql) => {
			prepareAlways(inner);
			return work(inner);
		};
		return open(...([...args, prepared] as never[]));
	};
	client[method] = opening;
}
