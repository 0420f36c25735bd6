import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { authSecret } from '#lib/server/auth/cookie.ts';
import { factorsOf, hasFactor, takeCode } from '#lib/server/auth/factors.ts';
import { countTry } from '#lib/server/auth/rate-limit.ts';
import { newRecoveryCodes } from '#lib/server/auth/recovery-code.ts';
import { newTotpSecret } from '#lib/server/auth/totp.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import {
	authenticators,
	passkeys,
	recoveryCodes,
	roles,
	sessions
} from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { announce, announceFields } from '#lib/server/records/announce.ts';
import { seal } from '#lib/server/seal.ts';
import { newId, newIds } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { tellOwner } from './account-mails.server.ts';
import { endUnproved } from './end-unproved.server.ts';
import { lockPerson, managersOnly } from './lock-person.server.ts';
import { provePassword } from './own-account.server.ts';

const CODE_TRIES = 10;
const CODE_WINDOW_MS = 15 * 60 * 1000;

/** Begins to set up an app that shows codes, after the actor proved his password once more. */
export async function beginApp(
	ctx: Ctx,
	{ currentPassword }: { readonly currentPassword: string }
) {
	if (!(await provePassword(ctx, currentPassword))) return fail('wrong_password');
	return beginAppOf(ctx, ctx.actor.id);
}

/** The same for somebody who has just proved it. An app that is in use stays as it is. */
export function beginAppOf(ctx: Ctx, userId: string) {
	return inTransaction(ctx, async (ctx) => {
		const id = newId(ctx.now.getTime());
		const secret = seal(authSecret(), id, newTotpSecret());
		const fresh = { id, secret, createdAt: ctx.now };
		const [begun] = await ctx.db
			.insert(authenticators)
			.values({ ...fresh, userId })
			.onConflictDoUpdate({
				target: authenticators.userId,
				set: fresh,
				setWhere: sql`${authenticators.confirmedAt} is null`
			})
			.returning({ id: authenticators.id });
		if (!begun) return fail('app_in_use');
		await announce(ctx, { ...of(userId), act: 'begin_factor', actorId: userId });
		return ok(null);
	});
}

/** Puts the actor's app to use once it shows a right code. */
export const confirmApp = (ctx: Ctx, { code }: { readonly code: string }) =>
	confirmAppOf(ctx, { userId: ctx.actor.id, code });

/**
 * The same for somebody who is about to sign in. Answers recovery codes when he has none yet; they are stored
 * as hashes and shown this once.
 */
export async function confirmAppOf(
	ctx: Ctx,
	{ userId, code }: { readonly userId: string; readonly code: string }
) {
	const limit = { name: 'confirm-app', subject: userId, tries: CODE_TRIES };
	// Counted outside the transaction: a refused try must stay counted.
	await countTry(ctx.db, { ...limit, windowMs: CODE_WINDOW_MS }, ctx.now);
	return inTransaction(ctx, async (ctx) => {
		const [app] = await ctx.db
			.select()
			.from(authenticators)
			.where(eq(authenticators.userId, userId))
			.for('update');
		if (!app || app.confirmedAt) return fail('nothing_to_confirm');
		if (!(await takeCode(ctx.db, app, code, ctx.now))) return fail('wrong_code');
		await ctx.db
			.update(authenticators)
			.set({ confirmedAt: ctx.now })
			.where(eq(authenticators.id, app.id));
		await announce(ctx, { ...of(userId), act: 'add_factor', actorId: userId, new: { app: true } });
		await tellOwner(ctx, userId, { change: 'app_added' });
		return ok({ codes: await firstCodes(ctx, userId) });
	});
}

/** Takes the actor's app away; where his role asks for a second factor, the last one stays. */
export async function removeApp(
	ctx: Ctx,
	{ currentPassword }: { readonly currentPassword: string }
) {
	if (!(await provePassword(ctx, currentPassword))) return fail('wrong_password');
	return inTransaction(ctx, async (ctx) => {
		const userId = ctx.actor.id;
		await lockPerson(ctx, userId);
		const removed = await ctx.db
			.delete(authenticators)
			.where(and(eq(authenticators.userId, userId), isNotNull(authenticators.confirmedAt)))
			.returning({ id: authenticators.id });
		if (removed.length === 0) throw new NotFound('authenticator');
		await afterRemoval(ctx, { app: true });
		await tellOwner(ctx, userId, { change: 'app_removed' });
		return ok(null);
	}).catch(refuseLastFactor);
}

class LastFactor extends Error {}

/** What follows when the actor has one factor less: without any, recovery codes are of no use. */
export async function afterRemoval(ctx: Ctx, removed: object): Promise<void> {
	const userId = ctx.actor.id;
	const left = await factorsOf(ctx.db, userId);
	if (!hasFactor(left)) {
		// Breaks the transaction off.
		if (left.required) throw new LastFactor();
		await ctx.db.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
	}
	await announce(ctx, { ...of(userId), act: 'remove_factor', old: removed });
}

/** Thrown inside, so that the transaction rolls back; expected outside, so that the page can say it. */
export function refuseLastFactor(thrown: unknown) {
	if (thrown instanceof LastFactor) return fail('factor_required');
	throw thrown;
}

/** Writes down that somebody came in with a recovery code, and tells him. */
export const noteRecoveryCode = (ctx: Ctx, { userId }: { readonly userId: string }) =>
	inTransaction(ctx, async (ctx) => {
		await announce(ctx, { ...of(userId), act: 'use_recovery_code', actorId: userId });
		await tellOwner(ctx, userId, { change: 'code_used' });
	});

/** Another set of recovery codes; those before open nothing any more. */
export async function renewRecoveryCodes(
	ctx: Ctx,
	{ currentPassword }: { readonly currentPassword: string }
) {
	if (!(await provePassword(ctx, currentPassword))) return fail('wrong_password');
	return inTransaction(ctx, async (ctx) => {
		const userId = ctx.actor.id;
		if (!hasFactor(await factorsOf(ctx.db, userId))) return fail('no_factor');
		await announce(ctx, { ...of(userId), act: 'renew_recovery_codes' });
		await tellOwner(ctx, userId, { change: 'codes_renewed' });
		return ok({ codes: await makeCodes(ctx, userId) });
	});
}

/** Recovery codes with the first factor; null when there are some already. */
export async function firstCodes(ctx: Ctx, userId: string): Promise<readonly string[] | null> {
	const count = await ctx.db.$count(recoveryCodes, eq(recoveryCodes.userId, userId));
	return count > 0 ? null : makeCodes(ctx, userId);
}

async function makeCodes(ctx: Ctx, userId: string): Promise<readonly string[]> {
	const codes = newRecoveryCodes();
	const ids = newIds(codes.length, ctx.now.getTime());
	await ctx.db.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
	await ctx.db
		.insert(recoveryCodes)
		.values(
			codes.map(({ hash }, n) => ({ id: ids[n] ?? newId(), userId, hash, createdAt: ctx.now }))
		);
	return codes.map(({ code }) => code);
}

/** Takes all factors of a person who has lost them; his sessions end. If his role asks for one, he sets it up when he comes next. */
export function resetFactors(ctx: Ctx, { userId }: { readonly userId: string }) {
	managersOnly(ctx);
	return inTransaction(ctx, async (ctx) => {
		await lockPerson(ctx, userId);
		await ctx.db.delete(authenticators).where(eq(authenticators.userId, userId));
		await ctx.db.delete(passkeys).where(eq(passkeys.userId, userId));
		await ctx.db.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
		await ctx.db.delete(sessions).where(eq(sessions.userId, userId));
		await announce(ctx, { ...of(userId), act: 'reset_factors' });
		await tellOwner(ctx, userId, { change: 'factors_reset' });
		return ok(null);
	});
}

/**
 * Says whether everybody with this role proves himself with a second factor. It counts at once: sessions of
 * those who have none end, and they set one up when they come next.
 */
export function requireFactor(
	ctx: Ctx,
	{ roleId, required }: { readonly roleId: string; readonly required: boolean }
) {
	managersOnly(ctx);
	return inTransaction(ctx, async (ctx) => {
		const [role] = await ctx.db
			.select({ secondFactor: roles.secondFactor })
			.from(roles)
			.where(eq(roles.id, roleId))
			.for('update');
		if (!role) throw new NotFound('role');
		await ctx.db.update(roles).set({ secondFactor: required }).where(eq(roles.id, roleId));
		const own = await factorsOf(ctx.db, ctx.actor.id);
		if (required && own.required && !hasFactor(own)) throw new OwnFactorFirst();
		const about = { kind: 'role', recordId: roleId } as const;
		await announceFields(ctx, about, role, { secondFactor: required });
		await endUnproved(ctx);
		return ok(null);
	}).catch((thrown: unknown) => {
		if (thrown instanceof OwnFactorFirst) return fail('own_factor_first');
		throw thrown;
	});
}

/** Whoever asks others for it has it. */
class OwnFactorFirst extends Error {}

const of = (userId: string) => ({ kind: 'user', recordId: userId }) as const;
