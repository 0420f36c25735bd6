import type { Fault } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { importFaults } from '#lib/server/db/tables/index.ts';
import type { CellFault } from '../model/columns.ts';
import type { Import } from '../queries/imports.server.ts';
import type { NotedRow } from './read.server.ts';

/** What the engine refused, at the column that the field was read from. */
export const cellFaultOf =
	(one: Import) =>
	({ field, code, params }: Fault): CellFault => {
		const column = one.mapping.indexOf(field);
		const fault = { column: column < 0 ? null : column, code };
		return params === undefined ? fault : { ...fault, params };
	};

/** Keeps the rows that something is to be said of, with their cells as they were. */
export async function keepNotes(ctx: Ctx, one: Import, noted: readonly NotedRow[]) {
	if (noted.length === 0) return;
	await ctx.db.insert(importFaults).values(
		noted.map(({ row, outcome, faults }) => ({
			importId: one.id,
			rowNumber: row.number,
			outcome,
			cells: [...row.cells],
			faults: [...faults]
		}))
	);
}
