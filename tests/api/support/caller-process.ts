import { connect } from '#lib/server/db/connect.ts';
import { newId } from '#lib/shared/ids.ts';
import { callerWith } from './calls.ts';

// A program that changes a deal again and again, each time under a key of its own that it says before it
// sends, to be killed: node caller-process.ts <database url> <token> <deal>

const [url = '', token = '', deal = ''] = process.argv.slice(2);
const { db } = connect(url, { max: 2 });
const call = callerWith(db, token);

process.on('disconnect', () => process.exit());
for (;;) {
	const key = newId();
	process.send?.(key);
	await call('PATCH', `/deals/${deal}`, {
		body: { fields: { nextStep: key } },
		headers: { 'idempotency-key': key, 'if-match': '*' }
	});
}
