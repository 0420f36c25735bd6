import { and, eq, ne } from 'drizzle-orm';
import { isPasswordOf, setPassword } from '#lib/server/auth/password.ts';
import { countTry, forgetTries } from '#lib/server/auth/rate-limit.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { departments, sessions, userProfiles, users } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { scopeOf } from '#lib/shared/actor.ts';

const PASSWORD_TRIES = 10;
const PASSWORD_WINDOW_MS = 15 * 60 * 1000;

/** Saves what the actor may set about himself. */
export function saveProfile(
	ctx: Ctx,
	{
		name,
		...tastes
	}: {
		name: string;
		language: 'en' | 'de';
		timeZone: string;
		colorScheme: 'system' | 'light' | 'dark';
		viewPrivately?: boolean;
	}
) {
	return inTransaction(ctx, async (ctx) => {
		await ctx.db.update(users).set({ name, updatedAt: ctx.now }).where(eq(users.id, ctx.actor.id));
		await ctx.db.update(userProfiles).set(tastes).where(eq(userProfiles.userId, ctx.actor.id));
		return ok(null);
	});
}

/** Changes the actor's password after he proved the present one; his other sessions end. */
export async function changePassword(
	ctx: Ctx,
	{ currentPassword, newPassword }: { currentPassword: string; newPassword: string }
) {
	const limit = {
		name: 'password',
		subject: ctx.actor.id,
		tries: PASSWORD_TRIES,
		windowMs: PASSWORD_WINDOW_MS
	};
	// Counted outside the transaction: a refused try must stay counted.
	await countTry(ctx.db, limit, ctx.now);
	if (!(await isPasswordOf(ctx.db, ctx.actor.id, currentPassword))) return fail('wrong_password');
	return inTransaction(ctx, async (ctx) => {
		await forgetTries(ctx.db, limit);
		await setPassword(ctx.db, ctx.actor.id, newPassword);
		await endOtherSessions(ctx);
		return ok(null);
	});
}

/** Ends one of the actor's sessions; its pages and sockets are refused from then on. */
export async function revokeSession(ctx: Ctx, { sessionId }: { sessionId: string }) {
	const ended = await ctx.db
		.delete(sessions)
		.where(and(eq(sessions.id, sessionId), eq(sessions.userId, ctx.actor.id)))
		.returning({ id: sessions.id });
	if (ended.length === 0) throw new NotFound('session');
	return ok(null);
}

/** Ends every session of the actor except the one that asks. */
export async function revokeOtherSessions(ctx: Ctx) {
	await endOtherSessions(ctx);
	return ok(null);
}

/** Ends the session that asks. */
export async function signOut(ctx: Ctx): Promise<void> {
	const { id, sessionId } = ctx.actor;
	if (!sessionId) return;
	await ctx.db.delete(sessions).where(and(eq(sessions.id, sessionId), eq(sessions.userId, id)));
}

/** Remembers whether the actor wants light or dark. */
export async function chooseColorScheme(
	ctx: Ctx,
	{ colorScheme }: { colorScheme: 'system' | 'light' | 'dark' }
) {
	await ctx.db
		.update(userProfiles)
		.set({ colorScheme })
		.where(eq(userProfiles.userId, ctx.actor.id));
	return ok(null);
}

/** Hides from others which records the actor has open, or shows it again; open pages follow at once. */
export async function viewPrivately(
	ctx: Ctx,
	{ viewPrivately }: { readonly viewPrivately: boolean }
) {
	await ctx.db
		.update(userProfiles)
		.set({ viewPrivately })
		.where(eq(userProfiles.userId, ctx.actor.id));
	return ok(null);
}

/** Remembers which department's records lists show first; null shows all of the actor's. */
export async function chooseDepartment(
	ctx: Ctx,
	{ departmentId }: { departmentId: string | null }
) {
	if (departmentId && !(await mayChoose(ctx, departmentId))) throw new Forbidden('department');
	await ctx.db
		.update(userProfiles)
		.set({ currentDepartmentId: departmentId })
		.where(eq(userProfiles.userId, ctx.actor.id));
	return ok(null);
}

async function mayChoose(ctx: Ctx, departmentId: string): Promise<boolean> {
	if (ctx.actor.departmentIds.includes(departmentId)) return true;
	if (scopeOf(ctx.actor, 'settings', 'read') !== 'all') return false;
	const [found] = await ctx.db
		.select({ id: departments.id })
		.from(departments)
		.where(eq(departments.id, departmentId));
	return found !== undefined;
}

async function endOtherSessions(ctx: Ctx): Promise<void> {
	const { id, sessionId } = ctx.actor;
	const own = eq(sessions.userId, id);
	await ctx.db.delete(sessions).where(sessionId ? and(own, ne(sessions.id, sessionId)) : own);
}
