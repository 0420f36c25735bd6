// Run by commits.ts in a process of its own: the engine's commit() and bare updates by turns, one figure
// per round, sent to the parent.
import { eq } from 'drizzle-orm';
import { dealRecords } from '../src/lib/features/deals/record.server.ts';
import { inTransaction, type Ctx } from '../src/lib/server/context.ts';
import { connect } from '../src/lib/server/db/connect.ts';
import { deals } from '../src/lib/server/db/tables/index.ts';
import { commit } from '../src/lib/server/records/commit.ts';
import { loadReplica, materialise, type Replica } from '../src/lib/server/records/replica.ts';
import { lockRow, readValues } from '../src/lib/server/records/row.ts';
import { systemActor } from '../src/lib/shared/actor.ts';
import type { Rates } from './commits.ts';
import { alternating } from './measure.ts';

const ROUNDS = 5;
const AT_ONCE = 8;
const seconds = Number(process.argv[2]);

const { db, sql, close } = connect(process.env.DATABASE_URL ?? '', { max: AT_ONCE });
const log = { info() {}, warn() {}, error() {} };
const ctx = (): Ctx => ({ db, actor: systemActor, now: new Date(), log });

type Write = (index: number, value: string) => Promise<unknown>;

// Each way has its own deals, so that none finds rows that another has made long.
const ids = await sql<{ id: string }[]>`
	select id from deals where deleted_at is null order by id limit ${3 * AT_ONCE}`;
if (ids.length < 3 * AT_ONCE) throw new Error('there are too few deals');
const dealOf = (way: number, index: number) => ids[way * AT_ONCE + index]?.id ?? '';

const replicas = await Promise.all(
	Array.from({ length: AT_ONCE }, (_, index) => openDocument(dealOf(2, index)))
);

const ways: Record<keyof Rates, Write> = {
	bare: (index, value) =>
		sql`update deals set next_step = ${value}, rev = rev + 1, updated_at = now() where id = ${dealOf(0, index)}`,
	closed: (index, value) => write(dealOf(1, index), value),
	open: (index, value) => write(dealOf(2, index), value, replicas[index])
};

async function write(id: string, value: string, replica?: Replica): Promise<void> {
	const edits = [{ field: 'nextStep', set: value }];
	const input = {
		type: 'ops',
		edits,
		actor: systemActor,
		source: 'form',
		commandMark: 'bench'
	} as const;
	const { outcomes } = await commit(ctx(), dealRecords, id, [input], replica ? { replica } : {});
	if (outcomes[0]?.status !== 'taken') throw new Error('an edit was refused');
}

function openDocument(id: string): Promise<Replica> {
	return inTransaction(ctx(), async (ctx) => {
		const row = await lockRow(ctx, dealRecords, id);
		if (!row) throw new Error('no such deal');
		const known = await loadReplica(ctx, dealRecords, id);
		return known ?? materialise(ctx, dealRecords, row, await readValues(ctx, dealRecords, row));
	});
}

let written = 0;

/** Writes into the first deals as fast as each answers; commits per second. */
async function rate(write: Write, deals: number): Promise<number> {
	const before = written;
	const started = performance.now();
	const until = started + seconds * 1000;
	await Promise.all(
		Array.from({ length: deals }, async (_, index) => {
			while (performance.now() < until) await write(index, `Step ${++written}`);
		})
	);
	return (written - before) / ((performance.now() - started) / 1000);
}

const rates: Rates = {
	bare: { one: [], eight: [] },
	closed: { one: [], eight: [] },
	open: { one: [], eight: [] }
};

const sides = (['bare', 'closed', 'open'] as const).flatMap((way) => [
	async () => void rates[way].one.push(await rate(ways[way], 1)),
	async () => void rates[way].eight.push(await rate(ways[way], AT_ONCE))
]);

await alternating(1, sides);
for (const { one, eight } of Object.values(rates)) one.length = eight.length = 0;
await alternating(ROUNDS, sides);

const [last] = await db
	.select()
	.from(deals)
	.where(eq(deals.id, dealOf(2, 0)));
if (!last?.nextStep?.startsWith('Step ')) throw new Error('what was committed is not there');
await close();
process.send?.(rates, () => process.disconnect());
