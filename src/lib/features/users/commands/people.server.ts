import { eq, inArray } from 'drizzle-orm';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import {
	departmentMembers,
	departments,
	roles,
	sessions,
	userProfiles,
	userRoles,
	users
} from '#lib/server/db/tables/index.ts';
import { faultOfPassword } from '#lib/server/auth/password-rules.ts';
import { setPassword } from '#lib/server/auth/password.ts';
import { rotateSoon } from '#lib/server/auth/session.ts';
import { announce, announceFields } from '#lib/server/records/announce.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import type { AddUser } from '../schema.ts';
import { revokeKeysOf } from './api-keys.server.ts';
import { endUnproved } from './end-unproved.server.ts';
import { lockPerson, managersOnly } from './lock-person.server.ts';
import { keepManager, refuseLastAdministrator } from './manager-stays.server.ts';

interface NewPerson extends Omit<AddUser, keyof Placement>, Placement {
	readonly language?: 'en' | 'de';
	readonly timeZone?: string;
}

/** Gives a person an account, with the co-worker role beside the chosen ones; e-mails are unique. */
export function addUser(ctx: Ctx, input: NewPerson) {
	managersOnly(ctx);
	return inTransaction(ctx, async (ctx) => {
		if (!(await exist(ctx, input))) return fail('not_found');
		const { name, email, password, language = ctx.actor.language } = input;
		const fault = faultOfPassword(password, input);
		if (fault) return fail(fault);
		const timeZone = input.timeZone ?? ctx.actor.timeZone;
		const [user] = await ctx.db
			.insert(users)
			.values({
				id: newId(),
				name,
				email: email.toLowerCase(),
				createdAt: ctx.now,
				updatedAt: ctx.now
			})
			.onConflictDoNothing({ target: users.email })
			.returning({ id: users.id });
		if (!user) return fail('email_taken');
		const [current = null] = input.departmentIds;
		await ctx.db
			.insert(userProfiles)
			.values({ userId: user.id, language, timeZone, currentDepartmentId: current });
		await setPassword(ctx.db, user.id, password);
		const placed = await place(ctx, user.id, input);
		await announce(ctx, {
			...about(user.id),
			act: 'create',
			new: { name, email: email.toLowerCase(), language, timeZone, ...placed }
		});
		return ok({ userId: user.id });
	});
}

/** Sets a person's departments and roles; somebody must stay who may manage people. */
export function changeUser(
	ctx: Ctx,
	input: { userId: string; departmentIds: readonly string[]; roleIds: readonly string[] }
) {
	managersOnly(ctx);
	return inTransaction(ctx, async (ctx) => {
		await lockPerson(ctx, input.userId);
		if (!(await exist(ctx, input))) return fail('not_found');
		const before = await placeOf(ctx, input.userId);
		await ctx.db.delete(departmentMembers).where(eq(departmentMembers.userId, input.userId));
		await ctx.db.delete(userRoles).where(eq(userRoles.userId, input.userId));
		const placed = await place(ctx, input.userId, input);
		await announceFields(ctx, about(input.userId), before, placed);
		await keepManager(ctx);
		await endUnproved(ctx);
		await rotateSoon(ctx.db, [input.userId]);
		return ok(null);
	}).catch(refuseLastAdministrator);
}

/** Ends a person's access at once, everywhere; his name stays on what he did. */
export function deactivateUser(ctx: Ctx, { userId }: { userId: string }) {
	managersOnly(ctx);
	return inTransaction(ctx, async (ctx) => {
		if (userId === ctx.actor.id) return fail('yourself');
		const { active } = await lockPerson(ctx, userId);
		await ctx.db.update(userProfiles).set({ active: false }).where(eq(userProfiles.userId, userId));
		await ctx.db.delete(sessions).where(eq(sessions.userId, userId));
		await revokeKeysOf(ctx, userId);
		await announceFields(ctx, about(userId), { active }, { active: false });
		await keepManager(ctx);
		return ok(null);
	}).catch(refuseLastAdministrator);
}

/** Lets a deactivated person sign in again. */
export function activateUser(ctx: Ctx, { userId }: { userId: string }) {
	managersOnly(ctx);
	return inTransaction(ctx, async (ctx) => {
		const { active } = await lockPerson(ctx, userId);
		await ctx.db.update(userProfiles).set({ active: true }).where(eq(userProfiles.userId, userId));
		await announceFields(ctx, about(userId), { active }, { active: true });
		return ok(null);
	});
}

const about = (userId: string) => ({ kind: 'user', recordId: userId }) as const;

export interface Placement {
	readonly departmentIds: readonly string[];
	readonly roleIds: readonly string[];
}

/** Whether all of these departments and roles are there. */
export async function exist(ctx: Ctx, { departmentIds, roleIds }: Placement): Promise<boolean> {
	const foundDepartments = await ctx.db
		.select({ id: departments.id })
		.from(departments)
		.where(inArray(departments.id, [...departmentIds]));
	const foundRoles = await ctx.db
		.select({ id: roles.id })
		.from(roles)
		.where(inArray(roles.id, [...roleIds]));
	return (
		foundDepartments.length === new Set(departmentIds).size &&
		foundRoles.length === new Set(roleIds).size
	);
}

/** Where a person is and what he may do, both in one order so that they can be compared. */
async function placeOf(ctx: Ctx, userId: string): Promise<Placement> {
	const memberships = await ctx.db
		.select({ id: departmentMembers.departmentId })
		.from(departmentMembers)
		.where(eq(departmentMembers.userId, userId));
	const held = await ctx.db
		.select({ id: userRoles.roleId })
		.from(userRoles)
		.where(eq(userRoles.userId, userId));
	return {
		departmentIds: memberships.map(({ id }) => id).sort(),
		roleIds: held.map(({ id }) => id).sort()
	};
}

async function place(
	ctx: Ctx,
	userId: string,
	{ departmentIds, roleIds }: Placement
): Promise<Placement> {
	const memberships = [...new Set(departmentIds)].map((departmentId) => ({ departmentId, userId }));
	if (memberships.length > 0) await ctx.db.insert(departmentMembers).values(memberships);
	const [base] = await ctx.db.select().from(roles).where(eq(roles.key, 'co_worker'));
	const held = [...new Set(base ? [base.id, ...roleIds] : roleIds)];
	if (held.length > 0) {
		await ctx.db.insert(userRoles).values(held.map((roleId) => ({ roleId, userId })));
	}
	return {
		departmentIds: memberships.map(({ departmentId }) => departmentId).sort(),
		roleIds: held.sort()
	};
}
