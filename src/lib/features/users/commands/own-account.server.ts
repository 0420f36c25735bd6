import { and, eq, ne, type SQL } from 'drizzle-orm';
import { faultOfPassword } from '#lib/server/auth/password-rules.ts';
import { isPasswordOf, setPassword } from '#lib/server/auth/password.ts';
import { countTry, forgetTries } from '#lib/server/auth/rate-limit.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { departments, sessions, userProfiles, users } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { announce, announceFields } from '#lib/server/records/announce.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { scopeOf } from '#lib/shared/actor.ts';
import { tellOwner } from './account-mails.server.ts';
import { ownerOf } from './password-links.server.ts';

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
		phone?: string | null;
		colorScheme: 'system' | 'light' | 'dark';
		viewPrivately?: boolean;
	}
) {
	return inTransaction(ctx, async (ctx) => {
		const before = await lockOwn(ctx);
		await ctx.db.update(users).set({ name, updatedAt: ctx.now }).where(eq(users.id, ctx.actor.id));
		await ctx.db.update(userProfiles).set(tastes).where(eq(userProfiles.userId, ctx.actor.id));
		await announceFields(ctx, self(ctx), before, { name, ...tastes });
		return ok(null);
	});
}

/** Changes the actor's password after he proved the present one; his other sessions end, and he is told by mail. */
export async function changePassword(
	ctx: Ctx,
	{ currentPassword, newPassword }: { currentPassword: string; newPassword: string }
) {
	if (!(await provePassword(ctx, currentPassword))) return fail('wrong_password');
	const fault = faultOfPassword(newPassword, await ownerOf(ctx, ctx.actor.id));
	if (fault) return fail(fault);
	return inTransaction(ctx, async (ctx) => {
		await setPassword(ctx.db, ctx.actor.id, newPassword);
		await endSessions(ctx, isOtherSession(ctx));
		await announce(ctx, { ...self(ctx), act: 'change_password' });
		await tellOwner(ctx, ctx.actor.id, { change: 'password_changed' });
		return ok(null);
	});
}

/** Whether the actor, or whoever sits at his session, knows his password; throws `TooMany` when he guesses. */
export async function provePassword(ctx: Ctx, password: string): Promise<boolean> {
	const subject = ctx.actor.id;
	const limit = { name: 'password', subject, tries: PASSWORD_TRIES, windowMs: PASSWORD_WINDOW_MS };
	// Counted outside any transaction: a refused try must stay counted.
	await countTry(ctx.db, limit, ctx.now);
	if (!(await isPasswordOf(ctx.db, ctx.actor.id, password))) return false;
	await forgetTries(ctx.db, limit);
	return true;
}

/** Ends one of the actor's sessions; its pages and sockets are refused from then on. */
export function revokeSession(ctx: Ctx, { sessionId }: { sessionId: string }) {
	return inTransaction(ctx, async (ctx) => {
		const ended = await endSessions(ctx, eq(sessions.id, sessionId));
		if (ended === 0) throw new NotFound('session');
		return ok(null);
	});
}

/** Ends every session of the actor except the one that asks. */
export function revokeOtherSessions(ctx: Ctx) {
	return inTransaction(ctx, async (ctx) => {
		await endSessions(ctx, isOtherSession(ctx));
		return ok(null);
	});
}

/** Ends the session that asks. */
export async function signOut(ctx: Ctx): Promise<void> {
	const { sessionId } = ctx.actor;
	if (!sessionId) return;
	await inTransaction(ctx, (ctx) => endSessions(ctx, eq(sessions.id, sessionId)));
}

/** Remembers whether the actor wants light or dark. */
export const chooseColorScheme = (
	ctx: Ctx,
	{ colorScheme }: { colorScheme: 'system' | 'light' | 'dark' }
) => setOwn(ctx, { colorScheme });

/** Hides from others which records the actor has open, or shows it again; open pages follow at once. */
export const viewPrivately = (ctx: Ctx, { viewPrivately }: { readonly viewPrivately: boolean }) =>
	setOwn(ctx, { viewPrivately });

/** Remembers which department's records lists show first; null shows all of the actor's. */
export async function chooseDepartment(
	ctx: Ctx,
	{ departmentId }: { departmentId: string | null }
) {
	if (departmentId && !(await mayChoose(ctx, departmentId))) throw new Forbidden('department');
	return setOwn(ctx, { currentDepartmentId: departmentId });
}

function setOwn(
	ctx: Ctx,
	choice: Partial<
		Pick<typeof userProfiles.$inferInsert, 'colorScheme' | 'currentDepartmentId' | 'viewPrivately'>
	>
) {
	return inTransaction(ctx, async (ctx) => {
		const before = await lockOwn(ctx);
		await ctx.db.update(userProfiles).set(choice).where(eq(userProfiles.userId, ctx.actor.id));
		await announceFields(ctx, self(ctx), before, choice);
		return ok(null);
	});
}

const self = ({ actor }: Ctx) => ({ kind: 'user', recordId: actor.id }) as const;

async function lockOwn(ctx: Ctx) {
	const [own] = await ctx.db
		.select({
			name: users.name,
			language: userProfiles.language,
			timeZone: userProfiles.timeZone,
			phone: userProfiles.phone,
			colorScheme: userProfiles.colorScheme,
			currentDepartmentId: userProfiles.currentDepartmentId,
			viewPrivately: userProfiles.viewPrivately
		})
		.from(userProfiles)
		.innerJoin(users, eq(users.id, userProfiles.userId))
		.where(eq(userProfiles.userId, ctx.actor.id))
		.for('update');
	if (!own) throw new NotFound('user');
	return own;
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

function isOtherSession({ actor }: Ctx): SQL | undefined {
	return actor.sessionId ? ne(sessions.id, actor.sessionId) : undefined;
}

/** Ends the actor's own sessions of which this is true; answers how many there were. */
async function endSessions(ctx: Ctx, which: SQL | undefined): Promise<number> {
	const ended = await ctx.db
		.delete(sessions)
		.where(and(eq(sessions.userId, ctx.actor.id), which))
		.returning({ id: sessions.id, userAgent: sessions.userAgent });
	// The id opens nothing: the token does, and it is written nowhere.
	const told = { ...self(ctx), act: 'end_session' } as const;
	await announce(ctx, ...ended.map((old) => ({ ...told, old })));
	return ended.length;
}
