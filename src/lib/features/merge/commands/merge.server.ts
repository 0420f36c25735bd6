import { eq, getTableColumns, inArray } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { lockCompany } from '#lib/features/companies/commands.server.ts';
import { moveContact } from '#lib/features/contacts/commands.server.ts';
import type { Edit } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { relist } from '#lib/server/db/department-twins.ts';
import { merges } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound, Stale } from '#lib/server/errors.ts';
import { edit } from '#lib/server/records/commit.ts';
import { commitMany } from '#lib/server/records/commit-many.ts';
import { type Holder, holdersOf, idsHolding, unhindered } from '#lib/server/records/holders.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { lockRows, readAllValues } from '#lib/server/records/row.ts';
import { type FoundSubject, lockSubject } from '#lib/server/records/subject.ts';
import { trash } from '#lib/server/records/trash.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { type Patch, patchOf } from '../queries/patch.server.ts';
import { type MergeableKind, type MergeRecords, picksIn } from '../schema.ts';
import { moveBeside, newsOfMoved, type Two } from './beside.server.ts';
import { tellBoth } from './tell.server.ts';

/** Name by which these edits pass where only commands may. */
const MARK = 'mergeRecords';

/**
 * Makes two records of a kind one: the one that is kept takes over what the other one knows, field by field as
 * chosen, and everything that hangs on it; the other one goes into the trash and leads to the one that is
 * kept. Done only when it is the very patch that the input's mark was shown with; all in one transaction, and
 * taken back by `undoMerge` [core 5.17].
 */
export function mergeRecords(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	kind: MergeableKind,
	input: MergeRecords
) {
	const [keptId, goneId] = input.keep === 'other' ? [input.with, input.id] : [input.id, input.with];
	const two: Two = { kind, keptId, goneId };
	return inTransaction(ctx, async (ctx) => {
		const { kept, gone } = await lockTwo(ctx, kinds, two);
		if (keptId === goneId) return fail('same_record');
		const patch = await patchOf(ctx, { kept, gone }, picksIn(input));
		if (patch.mark !== input.patch) return fail('patch_changed');
		const batchId = newId(ctx.now.getTime());
		const changed = await change(ctx, kept, patch, batchId);
		if (!changed.ok) return changed;
		await moveHolders(ctx, kinds, { ...two, kept, gone, batchId });
		const moved = await moveBeside(ctx, two);
		await trash(unhindered(ctx), gone.serverKind, goneId);
		await ctx.db.insert(merges).values({
			...{ id: batchId, kind, keptId, goneId, moved },
			...{ mergedBy: ctx.actor.id, mergedAt: ctx.now }
		});
		const more = await newsOfMoved(ctx, moved);
		await tellBoth(ctx, kinds, { ...two, act: 'merged', batchId, more });
		return ok({ id: keptId, mergeId: batchId });
	});
}

/**
 * Takes both records, in the order of their ids, and before a contact the companies that he may move between.
 * Whoever merges must be allowed to change both, and to delete the one that goes. Throws NotFound and Forbidden.
 */
async function lockTwo(ctx: Ctx, kinds: readonly ServerKind[], { kind, keptId, goneId }: Two) {
	if (kind === 'contact') await lockEmployers(ctx, kinds, [keptId, goneId]);
	const found = new Map<string, FoundSubject>();
	for (const recordId of new Set([keptId, goneId].sort())) {
		found.set(recordId, await lockSubject(ctx, kinds, { kind, recordId }));
	}
	const [kept, gone] = [found.get(keptId), found.get(goneId)];
	if (!kept || !gone) throw new NotFound(kind);
	if (!kept.mayWrite || !gone.mayWrite || !gone.mayDelete) throw new Forbidden(kind);
	return { kept, gone };
}

async function lockEmployers(ctx: Ctx, kinds: readonly ServerKind[], ids: readonly string[]) {
	const [contact, company] = ['contact', 'company'].map((name) =>
		kinds.find(({ kind }) => kind.name === name)
	);
	if (!contact || !company) return;
	const { companyId } = getTableColumns(contact.table as PgTable);
	if (!companyId) return;
	const rows = await ctx.db
		.select({ companyId })
		.from(contact.table as PgTable)
		.where(inArray(contact.table.id, [...ids]));
	const employers = rows.flatMap((row) => (row.companyId === null ? [] : String(row.companyId)));
	await lockRows(ctx, company, [...new Set(employers)]);
}

/** Writes the patch, and takes a contact to the company that was chosen for him. */
async function change(ctx: Ctx, kept: FoundSubject, patch: Patch, batchId: string) {
	const { serverKind, row } = kept;
	if (patch.edits.length > 0) {
		const done = await edit(ctx, serverKind, row.id, patch.edits, { commandMark: MARK, batchId });
		if (!done.ok) return { ok: false as const, faults: done.faults };
	}
	if (patch.companyId !== undefined) {
		await lockCompany(ctx, patch.companyId);
		await moveContact(ctx, { id: row.id, companyId: patch.companyId }, { batchId });
	}
	return ok(null);
}

type Merging = Two & {
	readonly kept: FoundSubject;
	readonly gone: FoundSubject;
	readonly batchId: string;
};

/**
 * Has every record that refers to the one that goes refer to the one that is kept. What is in the trash stays as
 * it is: taken out again it leads to the one that went, which leads on.
 */
async function moveHolders(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	merging: Merging
): Promise<void> {
	const { kind, goneId } = merging;
	const holders = holdersOf(kinds, kind);
	const held: { readonly holder: Holder; readonly ids: readonly string[] }[] = [];
	// All are taken before the first is changed, in the order in which everybody takes them.
	for (const holder of holders) {
		const ids = await idsHolding(ctx, holder, goneId);
		await lockRows(ctx, holder.serverKind, ids);
		held.push({ holder, ids });
	}
	// The farthest first: a request names the company of its contact, and the database minds that.
	for (const { holder, ids } of held.reverse()) {
		if (ids.length > 0) await moveThose(ctx, holder, ids, merging);
	}
}

async function moveThose(
	ctx: Ctx,
	{ serverKind, field }: Holder,
	ids: readonly string[],
	{ kind, keptId, kept, batchId }: Merging
): Promise<void> {
	const all = unhindered(ctx);
	const follows = kind === 'company' && serverKind.kind.name === 'contact';
	const employer = kind === 'contact' ? await employerOf(ctx, kept) : undefined;
	const rows = follows ? await lockRows(ctx, serverKind, ids) : [];
	const values = await readAllValues(ctx, serverKind, rows);
	const wishes: { readonly id: string; readonly edits: readonly Edit[] }[] = [];
	for (const id of ids) {
		const edits: Edit[] = [{ field, set: keptId }];
		// Whose contact it is, whose it is, too; of a request the database minds that.
		const isEmployed = employer !== undefined && field === 'contact';
		if (isEmployed && (employer !== null || serverKind.kind.name === 'request')) {
			edits.push({ field: 'company', set: employer });
		}
		if (follows) {
			const own = values[rows.findIndex((row) => row.id === id)] ?? {};
			edits.push(...(await belonging(ctx, kept, own)));
		}
		wishes.push({ id, edits });
	}
	const done = await commitMany(all, serverKind, wishes, { commandMark: MARK, batchId });
	for (const answer of done.values()) {
		// Half of a merge would be worse than none: the whole transaction goes back.
		if (!answer.ok) throw new Stale(serverKind.kind.name);
	}
}

/** Contacts belong where their company belongs. */
async function belonging(
	ctx: Ctx,
	{ values: { owner = null, department = null } }: FoundSubject,
	contact: FoundSubject['values']
): Promise<readonly Edit[]> {
	return [
		{ field: 'owner', set: owner },
		{ field: 'department', set: department },
		...(typeof department === 'string' && contact['department'] !== department
			? await relist(ctx, contact, department)
			: [])
	];
}

/** The company of the contact that is kept, as it is by now. */
async function employerOf(ctx: Ctx, { serverKind: { table }, row }: FoundSubject) {
	const { companyId } = getTableColumns(table as PgTable);
	if (!companyId) return undefined;
	const [found] = await ctx.db
		.select({ companyId })
		.from(table as PgTable)
		.where(eq(table.id, row.id));
	return typeof found?.companyId === 'string' ? found.companyId : null;
}
