import type postgres from 'postgres';
import { QUEUE } from '../jobs/boss.ts';
import type { Table } from './manifest.ts';

/** Jobs that are not finished; a restored worker takes them up again. */
export const JOBS = 'pgboss.job';
/** Restoring ends every session, begun ones too; what somebody tried too often is nobody's business later. */
export const EMPTIED = ['sessions', 'sign_in_steps', 'passkey_challenges', 'rate_limits'];
/** Words are found again. */
const LEFT_OUT = [...EMPTIED, 'search_words'];

/** Tables of our schema with their columns, those that others refer to first. */
export async function tablesToKeep(sql: postgres.ISql): Promise<Table[]> {
	const columns = await sql<{ name: string; columns: string[] }[]>`
		select c.table_name as name, array_agg(c.column_name::text order by c.ordinal_position) as columns
		from information_schema.columns c
		join information_schema.tables t using (table_schema, table_name)
		where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER'
		group by c.table_name order by c.table_name`;
	const references = await sql<{ child: string; parent: string }[]>`
		select child.relname as child, parent.relname as parent
		from pg_constraint f
		join pg_class child on child.oid = f.conrelid
		join pg_class parent on parent.oid = f.confrelid
		where f.contype = 'f' and f.connamespace = 'public'::regnamespace and f.conrelid <> f.confrelid`;
	const kept = columns.filter(({ name }) => !LEFT_OUT.includes(name));
	return [...parentsFirst(kept, references), await jobColumns(sql)];
}

async function jobColumns(sql: postgres.ISql): Promise<Table> {
	const rows = await sql<{ column_name: string }[]>`
		select column_name from information_schema.columns
		where table_schema = 'pgboss' and table_name = 'job' order by ordinal_position`;
	return { name: JOBS, columns: rows.map((row) => row.column_name) };
}

/** Sorts so that every table comes after those it refers to. */
export function parentsFirst(
	tables: readonly Table[],
	references: readonly { child: string; parent: string }[]
): Table[] {
	const sorted: Table[] = [];
	let waiting = [...tables];
	while (waiting.length > 0) {
		const names = new Set(waiting.map(({ name }) => name));
		const blocked = new Set(
			references.filter(({ parent }) => names.has(parent)).map(({ child }) => child)
		);
		const next = waiting.filter(({ name }) => !blocked.has(name));
		if (next.length === 0) throw new Error(`tables refer to each other: ${[...names].join(', ')}`);
		sorted.push(...next);
		waiting = waiting.filter((table) => !next.includes(table));
	}
	return sorted;
}

export const quoted = (name: string) =>
	name
		.split('.')
		.map((part) => `"${part.replaceAll('"', '""')}"`)
		.join('.');

const listed = (columns: readonly string[]) => columns.map(quoted).join(', ');

/** The statement that hands out a table's rows. */
export function copyOut({ name, columns }: Table): string {
	if (name !== JOBS) return `copy ${quoted(name)} (${listed(columns)}) to stdout`;
	const fresh: Readonly<Record<string, string>> = {
		// A job that runs now will have to run again, as if it had not begun.
		state: `'created'::pgboss.job_state`,
		started_on: 'null',
		heartbeat_on: 'null'
	};
	const values = columns.map((column) => fresh[column] ?? quoted(column)).join(', ');
	return `copy (
		select distinct on (singleton_key) ${values} from pgboss.job
		where name = '${QUEUE}' and state in ('created', 'retry', 'active')
		order by singleton_key, created_on
	) to stdout`;
}

/** The statement that takes a table's rows in. */
export const copyIn = ({ name, columns }: Table): string =>
	`copy ${quoted(name)} (${listed(columns)}) from stdin`;
