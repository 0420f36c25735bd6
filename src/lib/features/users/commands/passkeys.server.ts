import { and, eq } from 'drizzle-orm';
import { askForNewPasskey, readNewPasskey, type Site } from '#lib/server/auth/passkey.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { passkeys } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { announce } from '#lib/server/records/announce.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { tellOwner } from './account-mails.server.ts';
import { afterRemoval, firstCodes, refuseLastFactor } from './factors.server.ts';
import { lockPerson } from './lock-person.server.ts';
import { provePassword } from './own-account.server.ts';
import { ownerOf } from './password-links.server.ts';

const MOST = 20;

/** What the actor's device needs to make him a passkey, after he proved his password once more. */
export async function beginPasskey(
	ctx: Ctx,
	{ currentPassword, site }: { readonly currentPassword: string; readonly site: Site }
) {
	if (!(await provePassword(ctx, currentPassword))) return fail('wrong_password');
	const { id } = ctx.actor;
	if ((await ctx.db.$count(passkeys, eq(passkeys.userId, id))) >= MOST) {
		return fail('too_many_passkeys');
	}
	const person = { id, ...(await ownerOf(ctx, id)) };
	return inTransaction(ctx, async (ctx) => {
		await announce(ctx, { kind: 'user', recordId: id, act: 'begin_factor' });
		return ok({ options: await askForNewPasskey(ctx.db, site, person, ctx.now) });
	});
}

interface NewPasskey {
	readonly name: string;
	/** What the device answered. */
	readonly response: unknown;
	readonly site: Site;
}

/** Takes the passkey that the actor's device made; with his first factor come recovery codes, shown this once. */
export function addPasskey(ctx: Ctx, { name, response, site }: NewPasskey) {
	const { id: userId } = ctx.actor;
	return inTransaction(ctx, async (ctx) => {
		const made = await readNewPasskey(ctx.db, site, userId, { response, now: ctx.now });
		if (!made) return fail('wrong_passkey');
		const [added] = await ctx.db
			.insert(passkeys)
			.values({ ...made, id: newId(ctx.now.getTime()), userId, name, createdAt: ctx.now })
			.onConflictDoNothing()
			.returning({ id: passkeys.id });
		if (!added) return fail('wrong_passkey');
		await announce(ctx, {
			...{ kind: 'user', recordId: userId, act: 'add_factor' },
			new: { passkey: name }
		});
		await tellOwner(ctx, userId, { change: 'passkey_added', name });
		return ok({ codes: await firstCodes(ctx, userId) });
	});
}

/** Takes one of the actor's passkeys away; where his role asks for a second factor, the last one stays. */
export async function removePasskey(
	ctx: Ctx,
	{ passkeyId, currentPassword }: { readonly passkeyId: string; readonly currentPassword: string }
) {
	if (!(await provePassword(ctx, currentPassword))) return fail('wrong_password');
	return inTransaction(ctx, async (ctx) => {
		await lockPerson(ctx, ctx.actor.id);
		const [removed] = await ctx.db
			.delete(passkeys)
			.where(and(eq(passkeys.id, passkeyId), eq(passkeys.userId, ctx.actor.id)))
			.returning({ name: passkeys.name });
		if (!removed) throw new NotFound('passkey');
		await afterRemoval(ctx, { passkey: removed.name });
		await tellOwner(ctx, ctx.actor.id, { change: 'passkey_removed', name: removed.name });
		return ok(null);
	}).catch(refuseLastFactor);
}
