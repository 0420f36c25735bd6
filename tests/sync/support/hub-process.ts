import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connect } from '#lib/server/db/connect.ts';
import { createRecordPort } from '#lib/server/hub/record-port.ts';
import { acknowledgingEarly, onSlowDisk } from './early-ack.ts';
import { kinds, startHub } from './hub-server.ts';
import { quietLog } from './people.ts';

// A web process with nothing but the hub, to be killed. Everything is loaded when it says "warm"; it
// serves when it is told where.

export interface Order {
	readonly url: string;
	readonly port: number;
	readonly engine: 'real' | 'slow' | 'early';
	/** How long it waits for a pong, and looks whether others have committed. */
	readonly pingMs?: number;
	/** How long a room that everybody has left keeps its document. */
	readonly idleMs?: number;
}

process.on('disconnect', () => process.exit());
process.once('message', (order: Order) => {
	void serve(order);
});
process.send?.('warm');
// How much it holds when it holds nothing that it need not.
process.on('message', (message) => {
	if (message !== 'weigh') return;
	setFlagsFromString('--expose-gc');
	runInNewContext('gc')();
	const { heapUsed, external } = process.memoryUsage();
	process.send?.(heapUsed + external);
});

async function serve({ url, port, engine, pingMs = 2_000, idleMs = 60_000 }: Order) {
	const { db, sql } = connect(url, { max: 5 });
	const real = createRecordPort(db, kinds, quietLog);
	const engines = new Map([
		['real', real],
		['slow', onSlowDisk(real)],
		['early', acknowledgingEarly(real)]
	]);
	const records = engines.get(engine) ?? real;
	const times = { pollMs: 500, beatMs: 500, pingMs, idleMs };
	await startHub({ db, sql, listenOn: port, port: records, times });
	process.send?.('serving');
}
