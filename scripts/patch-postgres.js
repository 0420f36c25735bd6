// Runs after every install. postgres.js 3.4.9 writes to a connection whose socket has closed when a
// transaction goes on to its ROLLBACK: the process dies of "Cannot read properties of null (reading
// 'write')", or the connection never works again because its write timer is left set. Here such a query
// fails like any other on a lost connection. And a new connection that is lost while it asks for the
// array types ends the process with an unhandled ECONNRESET; the next connection asks again. And a
// transaction that lost its connection while its work waited for something else went on, down to its
// ROLLBACK, on whoever had got that connection next, in the middle of his transaction. Plain JavaScript:
// it may run on the oldest Node.
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

const FOLDER = new URL('../node_modules/postgres/src/', import.meta.url);

const CONNECTION = [
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

const TRANSACTION = [
	['      , prepare = null\n', '      , prepare = null\n      , lost = null\n'],
	[
		'new Promise((_, reject) => connection.onclose = reject)',
		`new Promise((_, reject) => connection.onclose = e => {
          lost = e
          while (queries.length) queries.shift().reject(e)
          reject(e)
        })`
	],
	[
		`        q.catch(e => uncaughtError || (uncaughtError = e))
        c.queue === full`,
		`        q.catch(e => uncaughtError || (uncaughtError = e))
        if (lost)
          return q.reject(lost)

        c.queue === full`
	]
];

patch('connection.js', CONNECTION);
patch('index.js', TRANSACTION);

function patch(name, patches) {
	const file = new URL(name, FOLDER);
	let source = readFileSync(file, 'utf8');
	for (const [before, after] of patches) {
		if (source.includes(after)) continue;
		if (source.split(before).length !== 2) {
			console.error(
				'postgres.js is another version than scripts/patch-postgres.js was written for.'
			);
			process.exit(1);
		}
		source = source.replace(before, () => after);
	}
	writeFileSync(file, source);
}
