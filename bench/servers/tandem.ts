// The hub of Tandem on a server of its own, as src/hub.ts mounts it. With "no-journal", edits are
// judged and repaired as ever and kept in memory only: the price of durability is the difference.
import { createServer } from 'node:http';
import { dealRecords } from '../../src/lib/features/deals/record.server.ts';
import { actorOfCookie } from '../../src/lib/server/auth/actor.ts';
import type { Db } from '../../src/lib/server/context.ts';
import { connect } from '../../src/lib/server/db/connect.ts';
import { attachHub, CONNECTION_SETTINGS } from '../../src/lib/server/hub/attach.ts';
import type { RecordPort } from '../../src/lib/server/hub/port.ts';
import { createRecordPort } from '../../src/lib/server/hub/record-port.ts';
import { factsAtHand } from '../../src/lib/server/records/facts.ts';
import { decode, newClients } from '../../src/lib/server/records/structs.ts';
import type { Replica } from '../../src/lib/server/records/replica.ts';
import { findRow, valuesOfRow } from '../../src/lib/server/records/row.ts';
import { settle } from '../../src/lib/server/records/settle.ts';
import { systemActor } from '../../src/lib/shared/actor.ts';
import { serve } from './server.ts';

const complain = (event: string, facts?: object) => console.error(event, facts);
const log = { info() {}, warn: complain, error: complain };
const { db, sql } = connect(process.env.DATABASE_URL ?? '', {
	max: 8,
	settings: CONNECTION_SETTINGS
});
const port = createRecordPort(db, [dealRecords], log);
const server = createServer();
attachHub(server, {
	kinds: [dealRecords],
	db,
	sql,
	log,
	actorOfCookie,
	port: process.argv.includes('no-journal') ? withoutJournal(port, db) : port
});
serve(server);

function withoutJournal(port: RecordPort, db: Db): RecordPort {
	return {
		...port,
		async commit(_kind, id, held, inputs) {
			const replica = held as Replica; // made by `open` of the real one
			const ctx = { db, actor: systemActor, now: new Date(), log };
			replica.row ??= await findRow(ctx, dealRecords, id);
			const { doc, row, clients } = replica;
			if (!row) throw new Error('no such deal');
			const read = inputs.map(({ update, mode, actor }) => {
				const decoded = decode(update);
				if (!decoded) throw new Error('not an update');
				for (const client of newClients(decoded, doc)) clients.set(client, actor.id);
				return { type: 'update', update: decoded, mode, actor } as const;
			});
			const values = { ...valuesOfRow(dealRecords, row), ...replica.values };
			const question = { serverKind: dealRecords, row, values, doc, inputs: read };
			const facts = factsAtHand(question, clients);
			if (!facts) throw new Error('the measurements ask for nothing');
			const settled = settle({ serverKind: dealRecords, doc, row, before: values, facts }, read);
			replica.values = settled.values;
			replica.rev++;
			return {
				rev: replica.rev,
				update: settled.update,
				results: read.map(() => ({ ok: true, notices: [] }))
			};
		},
		catchUp: async () => ({ state: 'current', update: null }),
		revisions: async () => new Map()
	};
}
