import type { Ctx } from '#lib/server/context.ts';
import { NotFound } from '#lib/server/errors.ts';
import { advance } from '#lib/server/records/advance.ts';
import { announce } from '#lib/server/records/announce.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { lockRow, readValues } from '#lib/server/records/row.ts';
import { titleOf } from '#lib/server/records/titles.ts';
import type { Act } from '#lib/shared/acts.ts';
import type { Two } from './beside.server.ts';

interface Told extends Two {
	readonly act: 'merged' | 'merge_undone';
	readonly batchId: string;
	/** What else the history of the record that is kept tells. */
	readonly more?: readonly { readonly act: Act; readonly new: unknown }[];
}

/**
 * Writes into the history of both records what was done with them, and has every page of the one that is kept
 * look at it again.
 */
export async function tellBoth(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{ kind, keptId, goneId, act, batchId, more = [] }: Told
): Promise<void> {
	const serverKind = kinds.find((one) => one.kind.name === kind);
	const kept = serverKind && (await lockRow(ctx, serverKind, keptId));
	const gone = serverKind && (await lockRow(ctx, serverKind, goneId));
	if (!kept || !gone) throw new NotFound(kind);
	const named = (row: typeof kept) => ({ id: row.id, name: titleOf(serverKind, row) });
	const values = await readValues(ctx, serverKind, kept);
	const merged = { act: `${kind}.${act}`, new: named(gone) } as const;
	await advance(
		ctx,
		serverKind,
		{ row: kept, values },
		{ act: 'edit', events: [...more, merged].map((event) => ({ ...event, batchId })) }
	);
	await announce(ctx, {
		...{ kind, recordId: goneId, rev: gone.rev, batchId, new: named(kept) },
		act: `${kind}.${act === 'merged' ? 'merged_away' : act}`
	});
}
