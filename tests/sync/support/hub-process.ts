import { kinds } from '#lib/registry.server.ts';
import { connect } from '#lib/server/db/connect.ts';
import { createRecordPort } from '#lib/server/hub/record-port.ts';
import { acknowledgingEarly, onSlowDisk } from './early-ack.ts';
import { startHub } from './hub-server.ts';
import { quietLog } from './people.ts';

// A web process with nothing but the hub, to be killed: node hub-process.ts <database url> <port> [engine]

const [url = '', port = '', engine = 'real'] = process.argv.slice(2);
const { db, sql } = connect(url, { max: 5 });
const real = createRecordPort(db, kinds, quietLog);
const ports = { real, slow: onSlowDisk(real), early: acknowledgingEarly(real) };

await startHub({
	db,
	sql,
	listenOn: Number(port),
	// Named by the test that starts this process.
	port: ports[engine as keyof typeof ports],
	times: { pollMs: 500, beatMs: 500 }
});
process.send?.('ready');
process.on('disconnect', () => process.exit());
