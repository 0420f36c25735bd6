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
