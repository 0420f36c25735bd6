import { z } from 'zod';
import { concernsPeople, type NoticeRule, type ToldChange } from '#lib/records/notices.ts';
import { isId } from '#lib/shared/ids.ts';
import type { Json } from '#lib/shared/json.ts';
import { KIND_NAMES } from '#lib/shared/kinds.ts';
import type { Ctx } from '../context.ts';
import { enqueue } from '../jobs/job.ts';

/** The job that tells people of changes; what it does is the matter of a feature. */
export const FAN_OUT = {
	name: 'notifications.fan-out',
	input: z.object({ changeIds: z.array(z.string().refine(isId)).min(1) })
};

/** A row of the history, as far as it says whom it concerns. */
export interface Written {
	readonly id: string;
	readonly kind: string;
	readonly recordId: string;
	readonly act: string;
	readonly field: string | null;
	readonly old: unknown;
	readonly new: unknown;
	readonly actorId: string | null;
	readonly conflict: boolean;
}

const AT_ONCE = 200;

/** Has people told of these changes once they are committed; a statement only where somebody is concerned. */
export async function tellOf(
	ctx: Ctx,
	notices: readonly NoticeRule[] | undefined,
	written: readonly Written[]
): Promise<void> {
	const ids = written.filter((row) => isTold(notices, row)).map(({ id }) => id);
	for (let at = 0; at < ids.length; at += AT_ONCE) {
		const changeIds = ids.slice(at, at + AT_ONCE);
		await enqueue(ctx, FAN_OUT, { changeIds }, { key: changeIds[0] ?? '' });
	}
}

/** Whether people may have to be told of this change. */
export function isTold(
	notices: readonly NoticeRule[] | undefined,
	row: Omit<Written, 'id'>
): boolean {
	if (!isRecord(row.kind)) return false;
	// What commands do is rare, and rules about it may stand in any feature.
	if (!ENGINE_ACTS.has(row.act)) return true;
	return concernsPeople(notices ?? [], changeOf(row));
}

/** The change as rules see it; what lies in the history is JSON. */
export const changeOf = (row: Omit<Written, 'id'>): ToldChange => ({
	...row,
	old: row.old as Json,
	new: row.new as Json
});

const ENGINE_ACTS: ReadonlySet<string> = new Set(['create', 'edit', 'trash', 'restore']);

const isRecord = (kind: string) => KIND_NAMES.some((name) => name === kind);
