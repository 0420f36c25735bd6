import { ConfigError, readConfig } from '../config.ts';
import { connect, type Connection } from './connect.ts';

const WEB_CONNECTIONS = 10;
// The Kit bundle and the hub are two module graphs in one process: a module variable would exist twice.
const KEY = Symbol.for('tandem.pool');
// The global object has no declared place for it.
const shared = globalThis as { [KEY]?: Connection };

/** The one pool of this process, opened at first use from DATABASE_URL. */
export function pool(): Connection {
	return (shared[KEY] ??= open());
}

function open(): Connection {
	const { databaseUrl } = readConfig(process.env);
	if (!databaseUrl) throw new ConfigError('DATABASE_URL is not set: start with `npm start`.');
	return connect(databaseUrl, { max: WEB_CONNECTIONS });
}

/** Closes the pool when there is one; the next use would open another. */
export async function closePool(): Promise<void> {
	const open = shared[KEY];
	delete shared[KEY];
	await open?.close();
}
