import { and, asc, desc, eq, gt, sql } from 'drizzle-orm';
import { departmentScope } from '#lib/features/users/scope.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	departmentMembers,
	departments,
	importFaults,
	imports,
	users
} from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { DELIMITERS, ENCODINGS, type Delimiter, type Encoding } from '#lib/shared/csv.ts';
import { z } from 'zod';
import type { CellFault, RowPlan } from '../model/columns.ts';
import { importableKind } from '../model/kinds.ts';
import type { Mapping } from '../model/targets.ts';
import { CellsJson, FaultsJson, MappingJson, Trial } from '../schema.ts';

type Row = typeof imports.$inferSelect;

export interface Import extends Omit<
	Row,
	'encoding' | 'delimiter' | 'mapping' | 'headings' | 'trial'
> {
	readonly encoding: Encoding;
	readonly delimiter: Delimiter;
	readonly mapping: Mapping;
	readonly headings: readonly string[] | null;
	readonly trial: Trial | null;
}

/** One import that the actor may see. */
export async function getImport(ctx: Ctx, importId: string): Promise<Import> {
	const [row] = await ctx.db
		.select()
		.from(imports)
		.where(and(eq(imports.id, importId), departmentScope(ctx.actor, 'import', imports)));
	if (!row) throw new NotFound('import');
	return importOf(row);
}

/** A stored row with its choices checked. */
export const importOf = (row: Row): Import => ({
	...row,
	encoding: z.enum(ENCODINGS).parse(row.encoding),
	delimiter: z.enum(DELIMITERS).parse(row.delimiter),
	mapping: MappingJson.parse(row.mapping),
	headings: CellsJson.nullable().parse(row.headings),
	trial: Trial.nullable().parse(row.trial)
});

const LISTED = 100;

export type ListedImport = Pick<
	Row,
	'id' | 'kind' | 'state' | 'fileName' | 'createdAt' | 'createdRows' | 'failedRows' | 'flaggedRows'
> & { readonly ownerName: string; readonly isOwn: boolean };

/** The newest imports that the actor may see. */
export async function listImports(ctx: Ctx): Promise<ListedImport[]> {
	const rows = await ctx.db
		.select({
			id: imports.id,
			kind: imports.kind,
			state: imports.state,
			fileName: imports.fileName,
			createdAt: imports.createdAt,
			createdRows: imports.createdRows,
			failedRows: imports.failedRows,
			flaggedRows: imports.flaggedRows,
			ownerName: users.name,
			ownerId: imports.ownerId
		})
		.from(imports)
		.innerJoin(users, eq(users.id, imports.ownerId))
		.where(departmentScope(ctx.actor, 'import', imports))
		.orderBy(desc(imports.createdAt), desc(imports.id))
		.limit(LISTED);
	return rows.map(({ ownerId, ...row }) => ({ ...row, isOwn: ownerId === ctx.actor.id }));
}

export interface FaultyRow {
	readonly rowNumber: number;
	readonly outcome: 'failed' | 'flagged' | 'existing';
	readonly cells: readonly string[];
	readonly faults: readonly CellFault[];
}

/** Rows with faults or flags in the order of the file, a page at a time; the import itself must be visible. */
export async function listFaultyRows(
	ctx: Ctx,
	{
		importId,
		outcome,
		after = 0,
		limit
	}: { importId: string; outcome?: FaultyRow['outcome']; after?: number; limit: number }
): Promise<FaultyRow[]> {
	await getImport(ctx, importId);
	const rows = await ctx.db
		.select()
		.from(importFaults)
		.where(
			and(
				eq(importFaults.importId, importId),
				gt(importFaults.rowNumber, after),
				outcome && eq(importFaults.outcome, outcome)
			)
		)
		.orderBy(asc(importFaults.rowNumber))
		.limit(limit);
	return rows.map((row) => ({
		rowNumber: row.rowNumber,
		outcome: row.outcome,
		cells: CellsJson.parse(row.cells),
		// Written by the run from this very type; codes that a newer version no longer has read as text.
		faults: FaultsJson.parse(row.faults) as CellFault[]
	}));
}

/** How the rows of an import are read; records that name no owner get its own person, if he can own them. */
export async function planOf(ctx: Ctx, one: Import): Promise<RowPlan> {
	const [department] = await ctx.db
		.select({
			defaultCountry: departments.defaultCountry,
			defaultCurrency: departments.defaultCurrency,
			isMember: sql<boolean>`${departmentMembers.userId} is not null`
		})
		.from(departments)
		.leftJoin(
			departmentMembers,
			and(
				eq(departmentMembers.departmentId, departments.id),
				eq(departmentMembers.userId, one.ownerId)
			)
		)
		.where(eq(departments.id, one.departmentId));
	return {
		kind: importableKind(one.kind),
		mapping: one.mapping,
		owner: department?.isMember ? one.ownerId : null,
		department: one.departmentId,
		defaultCountry: one.mapping.includes('country') ? null : (department?.defaultCountry ?? null),
		defaultCurrency: department?.defaultCurrency ?? null
	};
}
