// Runs after every install. postgres.js 3.4.9 writes to a connection whose socket has closed when a
// transaction goes on to its ROLLBACK: the process dies of "Cannot read properties of null (reading
// 'write')", or the connection never works again because its write timer is left set. Here such a query
// fails like any other on a lost connection. And a new connection that is lost while it asks for the
// array types ends the process with an unhandled ECONNRESET; the next connection asks again. Plain
// JavaScript: it may run on the oldest Node.
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

const FILE = new URL('../node_modules/postgres/src/connection.js', import.meta.url);

const PATCHES = [
	[
		`    if (stream)
      return queryError(q, Errors.generic('COPY_IN_PROGRESS'`,
		`    if (!socket) {
      queryError(q, Errors.connection('CONNECTION_CLOSED', options))
      return true
    }

    if (stream)
      return queryError(q, Errors.generic('COPY_IN_PROGRESS'`
	],
	[
		`    incomings = null
    clearImmediate(nextWriteTimer)
    socket.removeListener('data', data)`,
		`    incomings = null
    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    socket.removeListener('data', data)`
	],
	['return fetchArrayTypes()\n', 'return fetchArrayTypes().catch(() => {})\n'],
	[
		"    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))\n",
		"    ;(query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))\n    query = null\n"
	]
];

let source = readFileSync(FILE, 'utf8');
for (const [before, after] of PATCHES) {
	if (source.includes(after)) continue;
	if (!source.includes(before)) {
		console.error('postgres.js is another version than scripts/patch-postgres.js was written for.');
		process.exit(1);
	}
	source = source.replace(before, after);
}
writeFileSync(FILE, source);
