/** SQLSTATE codes and classes after which the same work may succeed a moment later. */
const SQLSTATES = ['40001', '40P01', '55P03', '57014', '57P01', '57P02', '57P03', '53300', '08'];

const DRIVER = new Set([
	'CONNECTION_CLOSED',
	'CONNECTION_ENDED',
	'CONNECTION_DESTROYED',
	'CONNECT_TIMEOUT',
	'ECONNREFUSED',
	'ECONNRESET',
	'EPIPE',
	'ETIMEDOUT',
	'ENOENT'
]);

/** True when the database could not answer now (connection, lock, serialization, shutdown), whatever was asked. */
export function isUnavailable(thrown: unknown): boolean {
	if (!(thrown instanceof Error)) return false;
	const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
	if (DRIVER.has(code) || SQLSTATES.some((known) => code.startsWith(known))) return true;
	return isUnavailable(thrown.cause); // drizzle wraps what the driver threw
}
