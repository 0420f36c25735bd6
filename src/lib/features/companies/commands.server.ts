import { and, eq, isNull } from 'drizzle-orm';
import type { Revert } from '#lib/records/history.ts';
import type { Edit, RecordValues } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { membersOf } from '#lib/server/db/referable.ts';
import { companies } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { edit, type EditOptions } from '#lib/server/records/commit.ts';
import { create } from '#lib/server/records/create.ts';
import { lookAt } from '#lib/server/records/looked.ts';
import { mergedInto } from '#lib/server/records/merged.ts';
import { revert } from '#lib/server/records/revert.ts';
import { restore, trash } from '#lib/server/records/trash.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { canEditCompany } from './policy.ts';
import { companyRecords } from './record.server.ts';
import type { CreateCompany, OneCompany, SaveCell } from './schema.ts';

/**
 * Stores a new company. Unless the input says otherwise it belongs to the actor's first department and,
 * when he is a member there, to him.
 */
export function createCompany(
	ctx: Ctx,
	{ id, departmentId, ownerId, values }: CreateCompany & { readonly values: RecordValues }
) {
	return inTransaction(ctx, async (ctx) => {
		const department = departmentId ?? ctx.actor.departmentIds[0];
		if (!department) return fail('department_required');
		const owner = ownerId === undefined ? await ownerFor(ctx, department) : ownerId;
		return create(ctx, companyRecords, {
			// The form's id is its key too: pressing twice answers the first record.
			...(id ? { id, idempotencyKey: id } : {}),
			values: { ...values, owner, department }
		});
	});
}

/** The actor, when he is a member of the department: only then may he own what lies in it. */
export async function ownerFor(ctx: Ctx, departmentId: string): Promise<string | null> {
	const members = await membersOf(ctx, { ids: [ctx.actor.id], departmentId });
	return members.has(ctx.actor.id) ? ctx.actor.id : null;
}

/** Saves what a form or a device changed; every field with the value that its author saw. */
export const saveCompany = (
	ctx: Ctx,
	companyId: string,
	edits: readonly Edit[],
	options: Pick<EditOptions, 'mode'> = {}
) => edit(ctx, companyRecords, companyId, edits, options);

/** Saves one cell of the list, if it still holds what its author saw. */
export async function saveCell(ctx: Ctx, { id, field, value, base }: SaveCell) {
	const saved = await saveCompany(ctx, id, [{ field, set: value, base }]);
	return saved.ok ? ok({ id }) : saved;
}

/** Gives a field of the company back an earlier value. */
export const revertCompany = (ctx: Ctx, companyId: string, asked: Revert) =>
	revert(ctx, companyRecords, companyId, asked);

/** Notes that the actor has seen the company as it is now. */
export async function lookAtCompany(ctx: Ctx, { id }: OneCompany) {
	await lookAt(ctx, companyRecords, id);
	return ok({ id });
}

/** Puts a company into the trash; its contacts and deals stay, linked to it. */
export const trashCompany = (ctx: Ctx, { id }: OneCompany) =>
	inTransaction(ctx, async (ctx) => {
		await trash(ctx, companyRecords, id);
		return ok({ id });
	});

/** Takes a company out of the trash, unless it was merged into another one: then that is taken back. */
export const restoreCompany = (ctx: Ctx, { id }: OneCompany) =>
	inTransaction(ctx, async (ctx) => {
		if ((await mergedInto(ctx, 'company', id)) !== null) return fail('merged_away');
		await restore(ctx, companyRecords, id);
		return ok({ id });
	});

/** Locks a company that the actor may edit, and answers its row. */
export async function lockEditableCompany(ctx: Ctx, id: string) {
	const company = await lockCompany(ctx, id);
	if (!canEditCompany(ctx.actor, company)) throw new Forbidden('company');
	return company;
}

/** Locks a company that the actor may see, so that its owner and department stay what they are. */
export async function lockCompany(ctx: Ctx, id: string) {
	const [company] = await ctx.db
		.select()
		.from(companies)
		.where(
			and(companyRecords.visibleTo(ctx.actor), eq(companies.id, id), isNull(companies.deletedAt))
		)
		.for('no key update');
	if (!company) throw new NotFound('company');
	return company;
}
