import { dealRecords } from '#lib/features/deals/record.server.ts';
import { connect } from '#lib/server/db/connect.ts';
import { edit } from '#lib/server/records/commit.ts';
import { systemActor } from '#lib/shared/actor.ts';
import { quietLog } from './people.ts';

// A worker that raises a deal's amount and says each committed one, to be killed: node writer-process.ts <database url> <deal> <from>

const [url = '', deal = '', from = '1'] = process.argv.slice(2);
const { db } = connect(url, { max: 1 });

process.on('disconnect', () => process.exit());
for (let minor = Number(from); ; minor++) {
	const ctx = { db, actor: systemActor, now: new Date(), log: quietLog };
	const amount = { minor: String(minor), currency: 'EUR' };
	await edit(ctx, dealRecords, deal, [{ field: 'amount', set: amount }], { source: 'job' }).then(
		() => process.send?.(minor),
		// The database is being killed too; the next round says whether it is back.
		() => minor--
	);
	await new Promise((resolve) => setTimeout(resolve, 25));
}
