import { eq } from 'drizzle-orm';
import { idsOf } from '#lib/records/document.ts';
import type { Edit, RecordValues } from '#lib/records/values.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { isReferred } from '#lib/server/db/refused.ts';
import { announce } from '#lib/server/records/announce.ts';
import { commitMany } from '#lib/server/records/commit-many.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { rewrite } from '#lib/server/records/rewrite.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { LIST_TABLES } from '../queries.server.ts';
import { recordsNaming, usesOf, type Use } from '../queries/uses.server.ts';
import type { MergeEntry } from '../schema.ts';
import { about, lockEntry } from './entries.server.ts';

/**
 * Puts one entry of a list in the place of another everywhere, also in the trash, and removes that one. For
 * whoever may remove it. The changes share a batch, so that the history of each record says why.
 */
export async function mergeEntry(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{ list, entryId, intoId }: MergeEntry
) {
	try {
		return await inTransaction(ctx, async (ctx) => {
			const old = await lockEntry(ctx, { list, entryId, verb: 'delete' });
			if (entryId === intoId) return fail('same_entry');
			const into = await lockEntry(ctx, { list, entryId: intoId, verb: 'update' });
			if (old.departmentId !== into.departmentId) return fail('other_department');
			const swap = { from: entryId, to: intoId, batchId: newId(ctx.now.getTime()) };
			let records = 0;
			for (const use of usesOf(kinds, list)) records += await swapIn(ctx, use, swap);
			const table = LIST_TABLES[list];
			await ctx.db.delete(table).where(eq(table.id, entryId));
			const now = { into: into.name, records };
			await announce(ctx, { ...about(list, entryId), act: 'merge', old, new: now });
			return ok({ records });
		});
	} catch (thrown) {
		if (thrown instanceof Refused || isReferred(thrown)) return fail('in_use');
		throw thrown;
	}
}

/** Thrown, so that the transaction takes everything back. */
class Refused extends Error {}

interface Swap {
	readonly from: string;
	readonly to: string;
	readonly batchId: string;
}

async function swapIn(ctx: Ctx, use: Use, { from, to, batchId }: Swap): Promise<number> {
	const { serverKind, field, isSet } = use;
	const naming = await recordsNaming(ctx, use, from);
	const edit: Edit = isSet ? { field, add: [to], remove: [from] } : { field, set: to };
	const wishes = naming.filter(({ inTrash }) => !inTrash).map(({ id }) => ({ id, edits: [edit] }));
	const marked = { commandMark: 'mergeEntry', batchId };
	const answers = await commitMany(ctx, serverKind, wishes, marked);
	if ([...answers.values()].some(({ ok }) => !ok)) throw new Refused(field);
	for (const { id } of naming.filter(({ inTrash }) => inTrash)) {
		await rewrite(ctx, serverKind, id, (values) => swapped(values), {
			...{ act: 'entry.merged', live: 'edit' }
		});
	}
	return naming.length;

	function swapped(values: RecordValues): RecordValues {
		if (!isSet) return { [field]: to };
		const others = idsOf(values[field]).filter((id) => id !== from && id !== to);
		return { [field]: [...others, to].sort() };
	}
}
