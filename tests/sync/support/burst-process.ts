import { dealRecords } from '#lib/features/deals/record.server.ts';
import { connect } from '#lib/server/db/connect.ts';
import { edit } from '#lib/server/records/commit.ts';
import { systemActor } from '#lib/shared/actor.ts';
import { quietLog } from './people.ts';

// As many commits as the database takes, each told when it is done:
// burst-process.ts <database url> <engine | bare> <from> <deal> …

const [url = '', how = 'engine', from = '1', ...deals] = process.argv.slice(2);
const { db, sql } = connect(url, { max: deals.length });

process.on('disconnect', () => process.exit());
process.send?.('started');
for (const deal of deals) void burst(deal);

async function burst(deal: string): Promise<void> {
	for (let minor = Number(from); ; minor++) {
		await (how === 'engine' ? throughEngine(deal, minor) : bare(deal, minor));
		process.send?.([deal, minor]);
	}
}

async function throughEngine(deal: string, minor: number): Promise<void> {
	const ctx = { db, actor: systemActor, now: new Date(), log: quietLog };
	const amount = { minor: String(minor), currency: 'EUR' };
	const edits = [{ field: 'amount', set: amount }];
	const edited = await edit(ctx, dealRecords, deal, edits, { source: 'job' });
	if (!edited.ok) throw new Error(JSON.stringify(edited.faults));
}

/** With whatever durability the database is set to. */
async function bare(deal: string, minor: number): Promise<void> {
	await sql`update deals set amount_minor = ${minor}, currency = 'EUR' where id = ${deal}`;
}
