import { sql } from 'drizzle-orm';
import { getTableName } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Ctx } from '#lib/server/context.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import type { KindName } from '#lib/shared/kinds.ts';
import { patternOf, type Traces } from '../model.ts';

/** A table in which texts lie, by what the database itself says: a new one is among them by being there. */
export interface Place {
	readonly schema: string;
	readonly table: string;
	readonly columns: readonly { readonly name: string; readonly type: 'text' | 'json' | 'texts' }[];
}

/** Ids and hours, and documents, which are begun anew with their records. */
const LEFT_OUT: ReadonlySet<string> = new Set([
	...['erasures', 'person_exports', 'ydocs', 'ydoc_updates', 'ydoc_clients']
]);

/** Every table of ours and of the queue with its columns of text. */
export async function placesOfText(ctx: Ctx): Promise<readonly Place[]> {
	const rows = await ctx.db.execute<{
		schema: string;
		table: string;
		columns: Place['columns'];
	}>(sql`
		select n.nspname as schema, c.relname as table, json_agg(json_build_object(
			'name', a.attname,
			'type', case when t.typname in ('json', 'jsonb') then 'json'
				when t.typname = '_text' then 'texts' else 'text' end
		) order by a.attnum) as columns
		from pg_class c
		join pg_namespace n on n.oid = c.relnamespace
		join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
		join pg_type t on t.oid = a.atttypid
		where n.nspname in ('public', 'pgboss') and c.relkind = 'r' and a.attgenerated = ''
			and t.typname in ('text', 'varchar', 'json', 'jsonb', '_text')
		group by 1, 2 order by 1, 2`);
	return rows.filter(({ table }) => !LEFT_OUT.has(table));
}

/** Records that hold a trace, or held one: in a field, in their document or in their history. */
export async function recordsWith(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	traces: Traces
): Promise<readonly { readonly kind: KindName; readonly id: string }[]> {
	const pattern = patternOf(traces);
	if (pattern === null) return [];
	const places = await placesOfText(ctx);
	const inTables = kinds.flatMap((serverKind) => {
		const lists = Object.values(serverKind.lists);
		return [
			selectIds(places, serverKind.kind.name, serverKind.table as PgTable, 'id', pattern),
			...lists.map(({ table, record }) =>
				selectIds(places, serverKind.kind.name, table, record.name, pattern)
			)
		];
	});
	const names = kinds.map(({ kind }) => kind.name);
	const rows = await ctx.db.execute<{ kind: KindName; id: string }>(sql`
		${sql.join(inTables, sql` union `)}
		union select kind, record_id from changes
			where kind in ${names} and (old::text ~* ${pattern} or new::text ~* ${pattern})
		union ${inDocuments('ydocs', 'snapshot', traces)}
		union ${inDocuments('ydoc_updates', 'update', traces)}
		order by 1, 2`);
	return [...rows];
}

function selectIds(
	places: readonly Place[],
	kind: KindName,
	table: PgTable,
	of: string,
	pattern: string
) {
	const name = getTableName(table);
	const columns = places.find(
		(place) => place.schema === 'public' && place.table === name
	)?.columns;
	const holds = (columns ?? []).map(
		(column) => sql`${sql.identifier(column.name)}::text ~* ${pattern}`
	);
	const column = sql.identifier(snake(of));
	const condition = holds.length > 0 ? sql.join(holds, sql` or `) : sql`false`;
	return sql`select ${kind} as kind, ${column} as id from ${sql.identifier(name)} where ${condition}`;
}

/** Drizzle knows columns by the names of their properties. */
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Documents keep texts as they were typed, in bytes: a pattern does not read them. */
function inDocuments(table: string, column: string, { names, emails, phones }: Traces) {
	const texts = JSON.stringify([...names, ...emails, ...phones]);
	return sql`select kind, record_id as id from ${sql.identifier(table)} where exists (
		select from jsonb_array_elements_text(${texts}::text::jsonb) text
		where position(convert_to(text, 'UTF8') in ${sql.identifier(column)}) > 0)`;
}

/** A row with texts that hold a trace, by where it lies. */
export interface Found {
	readonly ctid: string;
	readonly texts: Readonly<Record<string, string | null>>;
}

/** The rows of a table in which something matches, with just these texts; taken for writing. */
export async function rowsWith(
	ctx: Ctx,
	{ schema, table, columns }: Place,
	pattern: string
): Promise<readonly Found[]> {
	const asText = ({ name, type }: Place['columns'][number]) =>
		type === 'texts'
			? sql`to_json(${sql.identifier(name)})::text`
			: sql`${sql.identifier(name)}::text`;
	const holds = columns.map((column) => sql`${asText(column)} ~* ${pattern}`);
	const texts = columns.map(
		(column, index) =>
			sql`${column.name}::text, case when ${holds[index]} then ${asText(column)} end`
	);
	const rows = await ctx.db.execute<{ ctid: string; texts: Found['texts'] }>(sql`
		select ctid::text as ctid, json_build_object(${sql.join(texts, sql`, `)}) as texts
		from ${sql.identifier(schema)}.${sql.identifier(table)}
		where ${sql.join(holds, sql` or `)}
		for update`);
	return [...rows];
}
