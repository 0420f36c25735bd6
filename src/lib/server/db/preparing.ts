import type { Sql, TransactionSql } from 'postgres';

const PARAMETERS_MAX = 60;
const LENGTH_MAX = 6_000;

/**
 * The same client, with the statements of transactions prepared once a connection. Drizzle hands
 * everything over unprepared, which costs a second round trip for each statement; commands repeat the
 * same few. Reads outside of transactions keep plans made for their own values.
 */
export function preparing(sql: Sql): Sql {
	return new Proxy(sql, {
		get(client, key) {
			if (key !== 'begin') return Reflect.get(client, key);
			return (...given: [string, Work] | [Work]) =>
				given.length === 2
					? client.begin(given[0], inside(given[1]))
					: client.begin(inside(given[0]));
		}
	});
}

type Work = (sql: TransactionSql) => Promise<unknown>;

const inside =
	(work: Work): Work =>
	(sql) =>
		work(prepared(sql));

function prepared(sql: TransactionSql): TransactionSql {
	return new Proxy(sql, {
		get(client, key) {
			if (key === 'savepoint') return (work: Work) => client.savepoint(inside(work));
			if (key !== 'unsafe') return Reflect.get(client, key);
			return (...[query, parameters = []]: Parameters<TransactionSql['unsafe']>) => {
				// Rows by the hundred make a new text each time.
				const repeats = parameters.length <= PARAMETERS_MAX && query.length <= LENGTH_MAX;
				return client.unsafe(query, parameters, { prepare: repeats });
			};
		}
	});
}
