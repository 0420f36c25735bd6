import { eq, getTableColumns, isNull, sql, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Ctx } from '#lib/server/context.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import type { ListName } from '../schema.ts';

/** What fields call the entries of each list. */
export const TARGETS = {
	tags: 'tag',
	industries: 'industry',
	client_types: 'clientType',
	lead_sources: 'leadSource',
	product_categories: 'productCategory'
} as const satisfies Record<ListName, string>;

/** A field in which records of a kind name entries of a list. */
export interface Use {
	readonly serverKind: ServerKind;
	readonly field: string;
	readonly isSet: boolean;
}

/** Every field in which entries of this list are named, by what the kinds declare. */
export const usesOf = (kinds: readonly ServerKind[], list: ListName): readonly Use[] =>
	kinds.flatMap((serverKind) =>
		Object.entries(serverKind.kind.fields).flatMap(([field, declared]) =>
			'target' in declared && declared.target === TARGETS[list]
				? [{ serverKind, field, isSet: declared.shape === 'set' }]
				: []
		)
	);

/** Uses of one field beyond which nobody needs the exact number. */
export const USES_COUNTED = 1_000;

/** How many records name each entry of a list, those in the trash aside; more than a thousand are no further counted. */
export async function countUses(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	list: ListName
): Promise<ReadonlyMap<string, number>> {
	const counted = usesOf(kinds, list).map((use) => {
		const { entry, from, table } = placeOf(use);
		return sql`select named.id, counted.uses from ${sql.identifier(list)} named, lateral (
			select count(*)::int as uses from (
				select 1 ${from} where ${entry} = named.id and ${isNull(table.deletedAt)} limit ${USES_COUNTED + 1}
			) first
		) counted where counted.uses > 0`;
	});
	if (counted.length === 0) return new Map();
	const rows = await ctx.db.execute<{ id: string; uses: number }>(
		sql`select id, sum(uses)::int as uses from (${sql.join(counted, sql` union all `)}) counted group by id`
	);
	return new Map(rows.map(({ id, uses }) => [id, uses]));
}

/** The records that name an entry, in the trash and not. */
export async function recordsNaming(
	ctx: Ctx,
	use: Use,
	entryId: string
): Promise<readonly { readonly id: string; readonly inTrash: boolean }[]> {
	const { entry, from, table } = placeOf(use);
	const rows = await ctx.db.execute<{ id: string; in_trash: boolean }>(sql`
		select ${table.id} as id, ${table.deletedAt} is not null as in_trash ${from}
		where ${eq(entry, entryId)} order by 1`);
	return rows.map(({ id, in_trash: inTrash }) => ({ id, inTrash }));
}

function placeOf({ serverKind, field, isSet }: Use): {
	readonly entry: PgColumn;
	readonly from: SQL;
	readonly table: ServerKind['table'];
} {
	const { table, sets, columns } = serverKind;
	if (isSet) {
		const mapping = sets[field];
		if (!mapping) throw new Error(`${field} lies nowhere`);
		const { table: members, record, member } = mapping;
		return {
			entry: member,
			table,
			from: sql`from ${members} join ${table} on ${table.id} = ${record}`
		};
	}
	const own: Readonly<Record<string, PgColumn>> = getTableColumns(table as PgTable);
	const entry = own[columns[field]?.columns[0] ?? ''];
	if (!entry) throw new Error(`${field} lies nowhere`);
	return { entry, table, from: sql`from ${table}` };
}
