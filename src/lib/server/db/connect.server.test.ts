import postgres from 'postgres';
import { expect, test } from 'vitest';
import { testDatabase } from '#tests/support/database.ts';
import { FaultProxy } from '#tests/sync/support/fault-proxy.ts';
import { Random } from '#tests/sync/support/random.ts';
import { isUnavailable } from './unavailable.ts';

const { url } = await testDatabase();

/** A client whose only connection goes over a line that can be struck. */
async function behindAProxy() {
	const target = new URL(url);
	const proxy = new FaultProxy([Number(target.port)], new Random(1));
	const [host = '', port = ''] = (await proxy.listen()).split(':');
	Object.assign(target, { hostname: host, port });
	const sql = postgres(target.href, { max: 1, backoff: () => 0.01, onnotice: () => {} });
	return { proxy, sql };
}

const within = <Value>(ms: number, work: Promise<Value>) =>
	Promise.race([
		work,
		new Promise<'hangs'>((resolve) => setTimeout(() => resolve('hangs'), ms).unref())
	]);

test('whoever asks again the moment a connection is lost is answered or refused, and so is everybody after him', async () => {
	const { proxy, sql } = await behindAProxy();
	await sql`select 1`;
	const again = sql`select pg_sleep(20)`.catch((lost: unknown) => {
		expect(isUnavailable(lost)).toBe(true);
		// The socket has failed and is not yet closed: what is written now goes nowhere.
		return sql`select 2 as number`.then(
			([row]) => row?.number === 2,
			(refused: unknown) => isUnavailable(refused)
		);
	});
	await new Promise((resolve) => setTimeout(resolve, 200));
	proxy.strike('reset');
	expect(await within(10_000, again)).toBe(true);
	expect(await within(10_000, sql`select 3 as number`)).toEqual([{ number: 3 }]);
	await sql.end({ timeout: 0 });
	await proxy.close();
});

test('what a transaction says after its connection is lost never reaches whoever has that connection next', async () => {
	const { proxy, sql } = await behindAProxy();
	await sql`create table if not exists after_a_loss (who text)`;
	const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>();
	const late: Promise<unknown>[] = [];
	// Its work waits for something else than the database while the line breaks.
	const lost = sql
		.begin(async (tx) => {
			await tx`insert into after_a_loss values ('lost')`;
			late.push(
				mayGoOn.then(() => tx`insert into after_a_loss values ('late')`).catch(() => 'refused')
			);
			await late[0];
			throw new Error('rolls back');
		})
		.catch((error: unknown) => error);
	await new Promise((resolve) => setTimeout(resolve, 200));
	proxy.strike('reset');
	expect(isUnavailable(await within(10_000, lost))).toBe(true);
	// The next one has the same connection, opened anew, and is in the middle of its own transaction.
	await sql.begin(async (tx) => {
		await tx`insert into after_a_loss values ('next')`;
		goOn();
		expect(await within(10_000, Promise.all(late))).toEqual(['refused']);
		await new Promise((resolve) => setTimeout(resolve, 50));
		await tx`insert into after_a_loss values ('and on')`;
	});
	expect(await sql`select who from after_a_loss`).toEqual([{ who: 'next' }, { who: 'and on' }]);
	await sql.end({ timeout: 0 });
	await proxy.close();
});
