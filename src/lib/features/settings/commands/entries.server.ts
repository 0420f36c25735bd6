import { eq } from 'drizzle-orm';
import { allows, mayCreateIn } from '#lib/features/users/policy.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { isReferred, isTaken } from '#lib/server/db/refused.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { announce, announceFields, type Subject } from '#lib/server/records/announce.ts';
import type { Verb } from '#lib/shared/actor.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { entityOf, LIST_TABLES } from '../queries.server.ts';
import { TARGETS } from '../queries/uses.server.ts';
import type { ListName } from '../schema.ts';

/** Makes a tag for a department; the same name in other letters is taken. */
export const createTag = (ctx: Ctx, input: { departmentId: string; name: string }) =>
	addEntry(ctx, { list: 'tags', ...input });

/** Adds a name to one of a department's lists; the same name in other letters is taken. */
export async function addEntry(
	ctx: Ctx,
	{ list, departmentId, name }: { list: ListName; departmentId: string; name: string }
) {
	if (!mayCreateIn(ctx.actor, entityOf(list), departmentId)) throw new Forbidden(list);
	const table = LIST_TABLES[list];
	return inTransaction(ctx, async (ctx) => {
		const [entry] = await ctx.db
			.insert(table)
			.values({ id: newId(), departmentId, name: name.trim() })
			.onConflictDoNothing()
			.returning({ id: table.id, name: table.name });
		if (!entry) return fail('name_taken');
		const made = { departmentId, name: entry.name };
		await announce(ctx, { ...about(list, entry.id), act: 'create', new: made });
		return ok(entry);
	});
}

/** Renames an entry; saving it unchanged is fine. */
export async function renameEntry(
	ctx: Ctx,
	{ list, entryId, name }: { list: ListName; entryId: string; name: string }
) {
	const table = LIST_TABLES[list];
	try {
		return await inTransaction(ctx, async (ctx) => {
			const before = await lockEntry(ctx, { list, entryId, verb: 'update' });
			const now = { name: name.trim() };
			await ctx.db.update(table).set(now).where(eq(table.id, entryId));
			await announceFields(ctx, about(list, entryId), before, now);
			return ok(null);
		});
	} catch (thrown) {
		if (isTaken(thrown)) return fail('name_taken');
		throw thrown;
	}
}

/** Removes an entry that no record uses. */
export async function removeEntry(
	ctx: Ctx,
	{ list, entryId }: { list: ListName; entryId: string }
) {
	const table = LIST_TABLES[list];
	try {
		return await inTransaction(ctx, async (ctx) => {
			const old = await lockEntry(ctx, { list, entryId, verb: 'delete' });
			await ctx.db.delete(table).where(eq(table.id, entryId));
			await announce(ctx, { ...about(list, entryId), act: 'remove', old });
			return ok(null);
		});
	} catch (thrown) {
		if (isReferred(thrown)) return fail('in_use');
		throw thrown;
	}
}

/** What the history calls an entry. */
export const about = (list: ListName, entryId: string) => {
	const kind: Subject = TARGETS[list];
	return { kind, recordId: entryId };
};

/** Takes an entry with which the actor may do this. Throws NotFound and Forbidden. */
export async function lockEntry(
	ctx: Ctx,
	{ list, entryId, verb }: { list: ListName; entryId: string; verb: Verb }
): Promise<{ departmentId: string; name: string }> {
	const table = LIST_TABLES[list];
	const [entry] = await ctx.db
		.select({ departmentId: table.departmentId, name: table.name })
		.from(table)
		.where(eq(table.id, entryId))
		.for('update');
	const entity = entityOf(list);
	const belonging = { departmentId: entry?.departmentId ?? null, ownerId: null };
	if (!entry || !allows(ctx.actor, entity, 'read', belonging)) throw new NotFound(list);
	if (!allows(ctx.actor, entity, verb, belonging)) throw new Forbidden(list);
	return entry;
}
