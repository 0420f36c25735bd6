import { eq } from 'drizzle-orm';
import { changeUser } from '#lib/features/users/commands.server.ts';
import { mayManageUsers } from '#lib/features/users/policy.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import {
	bulkRuns,
	departmentMembers,
	userProfiles,
	userRoles
} from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import type { KindName } from '#lib/shared/kinds.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { type EstatePart, listEstate, recordsOf } from '../queries/estate.server.ts';
import type { HandOverAll, MovePerson } from '../schema.ts';
import type { Item } from './attempt.server.ts';
import { addItems } from './choose.server.ts';
import { heirKey, shareKey } from './department-of.server.ts';
import { startRun } from './start.server.ts';
import { takeTagsAlong } from './tags.server.ts';

/**
 * Hands over everything that a person has, kind by kind and department by department, to those who were
 * named, what he co-owns too; what nobody was named for stays where it is.
 */
export function handOverAll(ctx: Ctx, { userId, heirs }: HandOverAll) {
	if (!mayManageUsers(ctx.actor)) throw new Forbidden('users');
	return inTransaction(ctx, async (ctx) => {
		await lockPerson(ctx, userId);
		const parts = (await listEstate(ctx, userId)).filter((part) =>
			Object.hasOwn(heirs, partKey(part))
		);
		// One record may be his and his beside others: it goes over once.
		const items = new Map<string, Item>();
		for (const part of parts) {
			const { kind } = part;
			for (const recordId of await recordsOf(ctx, userId, part)) {
				items.set(`${kind} ${recordId}`, { kind, recordId });
			}
		}
		if (items.size === 0) return fail('nothing_chosen');
		return begin(ctx, 'leave', { userId, heirs }, [...items.values()]);
	});
}

/**
 * Moves a person to another department, with everything that he has in the old one [T330]. Stages, reasons and
 * lists become those of the same name there, his tags come along.
 */
export function movePerson(ctx: Ctx, { userId, fromDepartmentId, departmentId }: MovePerson) {
	if (!mayManageUsers(ctx.actor)) throw new Forbidden('users');
	return inTransaction(ctx, async (ctx) => {
		await lockPerson(ctx, userId);
		const member = await membershipsOf(ctx, userId);
		if (!member.includes(fromDepartmentId)) throw new NotFound('department');
		if (departmentId === fromDepartmentId) return fail('same_department');
		const wasMember = member.includes(departmentId);
		const moved = await place(ctx, userId, [
			...member.filter((id) => id !== fromDepartmentId && id !== departmentId),
			departmentId
		]);
		if (!moved.ok) return moved;
		const items = [];
		for (const part of await listEstate(ctx, userId)) {
			// What he co-owns stays with its owner, where it is.
			if (part.departmentId !== fromDepartmentId || part.isShared) continue;
			const ids = await recordsOf(ctx, userId, part);
			items.push(...ids.map((recordId) => ({ kind: part.kind, recordId })));
		}
		const wish = { userId, fromDepartmentId, departmentId, wasMember };
		const run = await begin(ctx, 'move', wish, items, (runId) =>
			takeTagsAlong(ctx, runId, departmentId)
		);
		return run;
	});
}

const partKey = ({ kind, departmentId, isShared }: EstatePart) =>
	(isShared ? shareKey : heirKey)(kind, departmentId);

/** Puts a person back where he was before he was moved. */
export async function movePersonBack(
	ctx: Ctx,
	{
		userId,
		fromDepartmentId,
		departmentId,
		wasMember
	}: MovePerson & { readonly wasMember: boolean }
) {
	const member = await membershipsOf(ctx, userId);
	const stays = member.filter(
		(id) => id !== fromDepartmentId && (wasMember || id !== departmentId)
	);
	return place(ctx, userId, [...stays, fromDepartmentId]);
}

/** A request takes its deal along, and ended deals are moved by themselves only. */
const MOVE_ORDER: readonly KindName[] = ['company', 'contact', 'lead', 'deal', 'request'];

async function begin(
	ctx: Ctx,
	act: 'leave' | 'move',
	wish: object,
	items: Parameters<typeof addItems>[2],
	first?: (runId: string) => Promise<void>
) {
	const id = newId();
	const { actor, now } = ctx;
	await ctx.db.insert(bulkRuns).values({ id, actorId: actor.id, act, wish, createdAt: now });
	await addItems(ctx, id, items, act === 'move' ? MOVE_ORDER : undefined);
	await first?.(id);
	await startRun(ctx, { runId: id });
	return ok({ id });
}

async function lockPerson(ctx: Ctx, userId: string): Promise<void> {
	const [person] = await ctx.db
		.select({ id: userProfiles.userId })
		.from(userProfiles)
		.where(eq(userProfiles.userId, userId))
		.for('update');
	if (!person) throw new NotFound('user');
}

async function membershipsOf(ctx: Ctx, userId: string): Promise<readonly string[]> {
	const rows = await ctx.db
		.select({ id: departmentMembers.departmentId })
		.from(departmentMembers)
		.where(eq(departmentMembers.userId, userId));
	return rows.map(({ id }) => id);
}

/** By the command that everybody's departments go through; his roles stay. */
async function place(ctx: Ctx, userId: string, departmentIds: readonly string[]) {
	const held = await ctx.db
		.select({ id: userRoles.roleId })
		.from(userRoles)
		.where(eq(userRoles.userId, userId));
	return changeUser(ctx, { userId, departmentIds, roleIds: held.map(({ id }) => id) });
}
