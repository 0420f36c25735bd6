import { Column, is, type Query } from 'drizzle-orm';
import type { SelectedFieldsOrdered } from 'drizzle-orm/pg-core';
import type { PostgresJsSession } from 'drizzle-orm/postgres-js';
import type { ParameterOrJSON, Sql } from 'postgres';
import type { Db } from '../context.ts';

type Session = PostgresJsSession<Sql, Record<string, unknown>, Record<string, never>>;
type Prepared = Parameters<Session['prepareQuery']>;
type Values = unknown[][];

interface Asked {
	readonly text: string;
	readonly parameters: readonly unknown[];
	readonly fields: SelectedFieldsOrdered;
	readonly settle: (rows: Values | Promise<Values>) => void;
}

/**
 * The same database, but what is selected in one turn of the event loop is asked for in one statement: a page
 * reads ten small things that do not follow from each other, and each statement costs more than it does.
 * For reading only: whatever else is done with it goes its own way, transactions too.
 */
export function gathered(db: Db): Db {
	// The one driver there is.
	const session = db._.session as unknown as Session;
	const gathering = new Gathering(session.client);
	const own: Session = Object.create(session);
	const prepare = (...prepared: Prepared) => {
		const [query, fields, , , mapper] = prepared;
		const statement = session.prepareQuery(...prepared);
		if (!fields || mapper || !canBeGathered(query, fields)) return statement;
		// Drizzle offers no other way in; the driver's session keeps its client under this name.
		return Object.assign(statement, { client: gathering.clientFor(fields) });
	};
	// Whatever the statement answers is what Drizzle's own would have answered.
	own.prepareQuery = prepare as Session['prepareQuery'];
	return Object.create(db, { session: { value: own } }) as Db;
}

/** What the server can put into one array, and the driver hands out as something JSON has. */
const MOST_COLUMNS = 100;

const canBeGathered = ({ sql }: Query, fields: SelectedFieldsOrdered) =>
	/^\(?(select|with)\b/.test(sql) &&
	fields.length <= MOST_COLUMNS &&
	fields.every(({ field }) => !is(field, Column) || field.getSQLType() !== 'bytea');

class Gathering {
	readonly #client: Sql;
	#asked: Asked[] = [];

	constructor(client: Sql) {
		this.#client = client;
	}

	/** A client for one statement that selects these fields: it waits for what else is asked. */
	clientFor(fields: SelectedFieldsOrdered): Sql {
		const unsafe = (text: string, parameters: readonly unknown[] = []) => ({
			values: () => this.#ask(text, parameters, fields)
		});
		// All that a prepared statement with fields asks of its client.
		return { unsafe } as unknown as Sql;
	}

	#ask(text: string, parameters: readonly unknown[], fields: SelectedFieldsOrdered) {
		return new Promise<Values>((settle) => {
			if (this.#asked.length === 0) setImmediate(() => this.#send());
			this.#asked.push({ text, parameters, fields, settle });
		});
	}

	#send(): void {
		const asked = this.#asked;
		this.#asked = [];
		const [only, ...others] = asked;
		if (only && others.length === 0) return only.settle(this.#run(only.text, only.parameters));
		const { text, parameters } = inOneStatement(asked);
		const answer = this.#run(text, parameters);
		for (const [index, { settle }] of asked.entries()) {
			// Of a single row, each column holds the rows of one of them.
			settle(answer.then(([row]) => row?.[index] as Values));
		}
	}

	#run(text: string, parameters: readonly unknown[]): Promise<Values> {
		return this.#client.unsafe(text, parameters as ParameterOrJSON<never>[]).values();
	}
}

function inOneStatement(asked: readonly Asked[]) {
	const parameters: unknown[] = [];
	const columns = asked.map((one) => {
		const before = parameters.length;
		parameters.push(...one.parameters);
		const text = one.text.replace(/\$(\d+)/g, (_, number) => `$${before + Number(number)}`);
		const names = one.fields.map((_, index) => `c${index}`);
		const values = one.fields.map(({ field }, index) => asDriven(field, `c${index}`));
		return `(select coalesce(json_agg(json_build_array(${values.join(', ')})), '[]') from (${text}) q(${names.join(', ')}))`;
	});
	return { text: `select ${columns.join(', ')}`, parameters };
}

/** Types whose values are the same in JSON as they are when the driver has read them. */
const SAME = /^(uuid|text|varchar|boolean|integer|smallint|jsonb?|real|double precision)\b(?!.*\[)/;

/** What the driver leaves as text, it is also as text in JSON. */
const TEXTUAL = ['bigint', 'numeric', 'timestamptz', 'timestamp', 'date', 'time', 'interval']
	.map((type) => `'${type}'::regtype`)
	.join(', ');

const asDriven = (field: SelectedFieldsOrdered[number]['field'], name: string) =>
	is(field, Column) && SAME.test(field.getSQLType())
		? name
		: `case when pg_typeof(${name}) in (${TEXTUAL}) then to_json(${name}::text) else to_json(${name}) end`;
