import { eq } from 'drizzle-orm';
import { allows, mayCreateIn } from '#lib/features/users/policy.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { isReferred, isTaken } from '#lib/server/db/refused.ts';
import { qualitySignals } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { announce, announceFields } from '#lib/server/records/announce.ts';
import type { Verb } from '#lib/shared/actor.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import type { AddQualitySignal, ChangeQualitySignal, OneQualitySignal } from '../schema.ts';

/** Adds to what a department counts for or against its deals. */
export function addQualitySignal(ctx: Ctx, { departmentId, ...input }: AddQualitySignal) {
	if (!mayCreateIn(ctx.actor, 'qualitySignal', departmentId)) throw new Forbidden('qualitySignal');
	return unlessTaken(
		inTransaction(ctx, async (ctx) => {
			const id = newId();
			const made = { departmentId, ...input, notes: input.notes || null };
			await ctx.db.insert(qualitySignals).values({ id, ...made });
			await announce(ctx, { ...about(id), act: 'create', new: made });
			return ok({ signalId: id });
		})
	);
}

/** Changes a signal; what was noted with it keeps the weight that it had. */
export function changeQualitySignal(ctx: Ctx, { signalId, ...input }: ChangeQualitySignal) {
	return unlessTaken(
		inTransaction(ctx, async (ctx) => {
			const before = await lockSignal(ctx, signalId, 'update');
			const now = { ...input, notes: input.notes || null };
			await ctx.db.update(qualitySignals).set(now).where(eq(qualitySignals.id, signalId));
			await announceFields(ctx, about(signalId), before, now);
			return ok(null);
		})
	);
}

/** Removes a signal that nothing was noted with. */
export async function removeQualitySignal(ctx: Ctx, { signalId }: OneQualitySignal) {
	try {
		return await inTransaction(ctx, async (ctx) => {
			const old = await lockSignal(ctx, signalId, 'delete');
			await ctx.db.delete(qualitySignals).where(eq(qualitySignals.id, signalId));
			await announce(ctx, { ...about(signalId), act: 'remove', old });
			return ok(null);
		});
	} catch (thrown) {
		if (isReferred(thrown)) return fail('in_use');
		throw thrown;
	}
}

const about = (signalId: string) => ({ kind: 'qualitySignal', recordId: signalId }) as const;

async function unlessTaken<Value>(work: Promise<Value>) {
	try {
		return await work;
	} catch (thrown) {
		if (isTaken(thrown)) return fail('name_taken');
		throw thrown;
	}
}

async function lockSignal(ctx: Ctx, signalId: string, verb: Verb) {
	const [signal] = await ctx.db
		.select()
		.from(qualitySignals)
		.where(eq(qualitySignals.id, signalId))
		.for('update');
	const belonging = { departmentId: signal?.departmentId ?? null, ownerId: null };
	if (!signal || !allows(ctx.actor, 'qualitySignal', 'read', belonging)) {
		throw new NotFound('qualitySignal');
	}
	if (!allows(ctx.actor, 'qualitySignal', verb, belonging)) throw new Forbidden('qualitySignal');
	return signal;
}
