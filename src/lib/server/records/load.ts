import { isId } from '#lib/shared/ids.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '../context.ts';
import type { Row, ServerKind } from './kind.ts';
import { findRow, readValues } from './row.ts';

export interface LoadedRecord {
	readonly row: Row;
	readonly values: RecordValues;
}

/** One record as its page shows it; null when it is unknown, in the trash or not the actor's to see. */
export async function loadRecord(
	ctx: Ctx,
	serverKind: ServerKind,
	id: string
): Promise<LoadedRecord | null> {
	if (!isId(id)) return null;
	const row = await findRow(ctx, serverKind, id, serverKind.visibleTo(ctx.actor));
	return row && { row, values: await readValues(ctx, serverKind, row) };
}
