import { and, asc, eq, isNull } from 'drizzle-orm';
import { lockCompany, lockEditableCompany } from '#lib/features/companies/commands.server.ts';
import { canHandOverTo, canReadCompany } from '#lib/features/companies/policy.ts';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import type { AssignCompany } from '#lib/features/companies/schema.ts';
import type { Edit } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { relist } from '#lib/server/db/department-twins.ts';
import { membersOf } from '#lib/server/db/referable.ts';
import { companies, contacts } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound, Stale } from '#lib/server/errors.ts';
import { edit, type EditOptions } from '#lib/server/records/commit.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { canEditContact, canReadContact } from '../policy.ts';
import { contactRecords } from '../record.server.ts';
import type { AssignContact, MoveContact } from '../schema.ts';

interface Place {
	readonly ownerId: string | null;
	readonly departmentId: string;
}

/**
 * Hands a company to another owner, another department, or both; its contacts follow. It lives with the
 * contacts because companies do not know them.
 */
export function assignCompany(ctx: Ctx, { id, ownerId, departmentId }: AssignCompany) {
	return inTransaction(ctx, async (ctx) => {
		const company = await lockEditableCompany(ctx, id);
		const place = { ownerId: ownerId === undefined ? company.ownerId : ownerId, departmentId };
		const refusal = await refusalOf(ctx, company, place);
		if (refusal) return fail(refusal);
		await settleIn(ctx, companyRecords, id, { ...place, mark: 'assignCompany' });
		const people = await ctx.db
			.select({ id: contacts.id })
			.from(contacts)
			.where(and(eq(contacts.companyId, id), isNull(contacts.deletedAt)))
			.orderBy(asc(contacts.id));
		for (const person of people) {
			await settleIn(ctx, contactRecords, person.id, { ...place, mark: 'assignCompany' });
		}
		return ok({ id, contacts: people.length, stillVisible: canReadCompany(ctx.actor, place) });
	});
}

/** Hands a contact without a company to somebody else; with one, he belongs where the company belongs. */
export function assignContact(ctx: Ctx, { id, ownerId, departmentId }: AssignContact) {
	return inTransaction(ctx, async (ctx) => {
		const contact = await lockEditableContact(ctx, id);
		if (contact.companyId !== null) return fail('follows_company');
		const place = { ownerId: ownerId === undefined ? contact.ownerId : ownerId, departmentId };
		const refusal = await refusalOf(ctx, contact, place);
		if (refusal) return fail(refusal);
		await settleIn(ctx, contactRecords, id, { ...place, mark: 'assignContact' });
		return ok({ id, stillVisible: canReadContact(ctx.actor, place) });
	});
}

/** Moves a contact to another company, whose owner and department become his, or to none. */
export function moveContact(
	ctx: Ctx,
	{ id, companyId = null }: MoveContact,
	options: Pick<EditOptions, 'batchId'> = {}
) {
	return inTransaction(ctx, async (ctx) => {
		// Companies are locked before contacts, everywhere.
		const company = companyId === null ? null : await lockCompany(ctx, companyId);
		const contact = await lockEditableContact(ctx, id);
		await settleIn(ctx, contactRecords, id, {
			ownerId: company ? company.ownerId : contact.ownerId,
			departmentId: company ? company.departmentId : contact.departmentId,
			mark: 'moveContact',
			edits: [{ field: 'company', set: companyId }],
			...options
		});
		return ok({ id });
	});
}

/** Brings owner and department of a contact back in line with his company's, unless that is in the trash. */
export async function followCompany(ctx: Ctx, id: string): Promise<void> {
	const [contact] = await ctx.db
		.select({ companyId: companies.id })
		.from(contacts)
		.innerJoin(companies, and(eq(companies.id, contacts.companyId), isNull(companies.deletedAt)))
		.where(eq(contacts.id, id));
	if (contact) await moveContact(ctx, { id, companyId: contact.companyId });
}

/** Why a record may not be handed over so, or null. */
async function refusalOf(ctx: Ctx, now: Place, { ownerId, departmentId }: Place) {
	const moves = departmentId !== now.departmentId;
	if (moves && !canHandOverTo(ctx.actor, departmentId)) return 'foreign_department';
	if (ownerId === null || (!moves && ownerId === now.ownerId)) return null;
	const members = await membersOf(ctx, { ids: [ownerId], departmentId });
	return members.has(ownerId) ? null : 'owner_not_member';
}

/** Writes owner and department, and what else has to change with them. */
async function settleIn(
	ctx: Ctx,
	kind: ServerKind,
	id: string,
	wanted: Place &
		Pick<EditOptions, 'batchId'> & { readonly mark: string; readonly edits?: readonly Edit[] }
): Promise<void> {
	const { ownerId, departmentId, mark, edits = [], ...options } = wanted;
	const loaded = await loadRecord(ctx, kind, id);
	if (!loaded) throw new NotFound(kind.kind.name);
	const { values } = loaded;
	const done = await edit(
		ctx,
		kind,
		id,
		[
			...edits,
			{ field: 'owner', set: ownerId },
			{ field: 'department', set: departmentId },
			...(values.department === departmentId ? [] : await relist(ctx, values, departmentId))
		],
		{ commandMark: mark, ...options }
	);
	// Half of a handover would be worse than none: the whole transaction goes back.
	if (!done.ok) throw new Stale(kind.kind.name);
}

async function lockEditableContact(ctx: Ctx, id: string) {
	const contact = await lockContact(ctx, id);
	if (!canEditContact(ctx.actor, contact)) throw new Forbidden('contact');
	return contact;
}

/** Locks a contact that the actor may see, so that his company stays what it is. */
export async function lockContact(ctx: Ctx, id: string) {
	const [contact] = await ctx.db
		.select()
		.from(contacts)
		.where(
			and(contactRecords.visibleTo(ctx.actor), eq(contacts.id, id), isNull(contacts.deletedAt))
		)
		.for('no key update');
	if (!contact) throw new NotFound('contact');
	return contact;
}
