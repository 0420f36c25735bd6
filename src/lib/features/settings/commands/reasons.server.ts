import { asc, eq } from 'drizzle-orm';
import { generateKeyBetween } from 'fractional-indexing';
import { mayManageSettings } from '#lib/features/users/policy.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { isReferred, isTaken } from '#lib/server/db/refused.ts';
import { closingReasons, dealClosures, departments } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { announce, announceFields } from '#lib/server/records/announce.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';

/** Adds a reason for which deals are lost, after the others; the first of a department is its success. */
export function addReason(
	ctx: Ctx,
	{ departmentId, name }: { departmentId: string; name: string }
) {
	return unlessTaken(
		changing(ctx, departmentId, async (ctx, reasons) => {
			const outcome = reasons.some((reason) => reason.outcome === 'won') ? 'lost' : 'won';
			const position = generateKeyBetween(reasons.at(-1)?.position ?? null, null);
			const made = { departmentId, name, position, outcome } as const;
			const id = newId();
			await ctx.db.insert(closingReasons).values({ id, ...made });
			await announce(ctx, { ...about(id), act: 'create', new: made });
			return ok({ reasonId: id });
		})
	);
}

/** Renames a reason; deals that ended for it say the new name. */
export async function renameReason(
	ctx: Ctx,
	{ reasonId, name }: { reasonId: string; name: string }
) {
	const departmentId = await departmentOf(ctx, reasonId);
	return unlessTaken(
		changing(ctx, departmentId, async (ctx, reasons) => {
			await change(ctx, reasons, reasonId, { name });
			return ok(null);
		})
	);
}

/** Moves a reason one step up or down in the order in which it is offered [C357]; at the edge it stays. */
export async function moveReason(
	ctx: Ctx,
	{ reasonId, direction }: { reasonId: string; direction: 'up' | 'down' }
) {
	return changing(ctx, await departmentOf(ctx, reasonId), async (ctx, reasons) => {
		const others = reasons.filter(({ id }) => id !== reasonId);
		const from = reasons.findIndex(({ id }) => id === reasonId);
		const to = direction === 'up' ? from - 1 : from + 1;
		if (to < 0 || to >= reasons.length) return ok(null);
		const position = generateKeyBetween(
			others[to - 1]?.position ?? null,
			others[to]?.position ?? null
		);
		await change(ctx, reasons, reasonId, { position });
		return ok(null);
	});
}

/**
 * Makes this the department's one reason of success; the former becomes one of loss [B359]. Neither may have
 * ended a deal yet: that would turn what was lost into what was won.
 */
export async function makeSuccess(ctx: Ctx, { reasonId }: { reasonId: string }) {
	return changing(ctx, await departmentOf(ctx, reasonId), async (ctx, reasons) => {
		const former = reasons.find(({ outcome }) => outcome === 'won');
		if (former?.id === reasonId) return ok(null);
		for (const id of former ? [former.id, reasonId] : [reasonId]) {
			if (await isUsed(ctx, id)) return fail('in_use');
		}
		if (former) await change(ctx, reasons, former.id, { outcome: 'lost' });
		await change(ctx, reasons, reasonId, { outcome: 'won' });
		return ok(null);
	});
}

/** Removes a reason for which no deal ended; the one of success stays. */
export async function removeReason(ctx: Ctx, { reasonId }: { reasonId: string }) {
	const departmentId = await departmentOf(ctx, reasonId);
	try {
		return await changing(ctx, departmentId, async (ctx, reasons) => {
			const reason = reasons.find(({ id }) => id === reasonId);
			if (reason?.outcome === 'won') return fail('is_success');
			await ctx.db.delete(closingReasons).where(eq(closingReasons.id, reasonId));
			await announce(ctx, { ...about(reasonId), act: 'remove', old: reason });
			return ok(null);
		});
	} catch (thrown) {
		if (isReferred(thrown)) return fail('in_use');
		throw thrown;
	}
}

type Reason = typeof closingReasons.$inferSelect;

const about = (reasonId: string) => ({ kind: 'closingReason', recordId: reasonId }) as const;

async function unlessTaken<Value>(work: Promise<Value>) {
	try {
		return await work;
	} catch (thrown) {
		if (isTaken(thrown)) return fail('name_taken');
		throw thrown;
	}
}

async function isUsed(ctx: Ctx, reasonId: string): Promise<boolean> {
	const [used] = await ctx.db
		.select({ dealId: dealClosures.dealId })
		.from(dealClosures)
		.where(eq(dealClosures.reasonId, reasonId))
		.limit(1);
	return used !== undefined;
}

async function change(
	ctx: Ctx,
	reasons: readonly Reason[],
	reasonId: string,
	now: Partial<Pick<Reason, 'name' | 'position' | 'outcome'>>
): Promise<void> {
	const before = reasons.find(({ id }) => id === reasonId);
	// It was removed since its department was looked up.
	if (!before) throw new NotFound('closingReason');
	await ctx.db.update(closingReasons).set(now).where(eq(closingReasons.id, reasonId));
	await announceFields(ctx, about(reasonId), before, now);
}

/** Runs a change of a department's reasons under the department's lock, so that their order stays one order. */
function changing<Value>(
	ctx: Ctx,
	departmentId: string,
	change: (ctx: Ctx, reasons: readonly Reason[]) => Promise<Value>
): Promise<Value> {
	if (!mayManageSettings(ctx.actor)) throw new Forbidden('closingReasons');
	return inTransaction(ctx, async (ctx) => {
		const [department] = await ctx.db
			.select({ id: departments.id })
			.from(departments)
			.where(eq(departments.id, departmentId))
			.for('no key update');
		if (!department) throw new NotFound('department');
		const reasons = await ctx.db
			.select()
			.from(closingReasons)
			.where(eq(closingReasons.departmentId, departmentId))
			.orderBy(asc(closingReasons.position), asc(closingReasons.id));
		return change(ctx, reasons);
	});
}

async function departmentOf(ctx: Ctx, reasonId: string): Promise<string> {
	const [reason] = await ctx.db
		.select({ departmentId: closingReasons.departmentId })
		.from(closingReasons)
		.where(eq(closingReasons.id, reasonId));
	if (!reason) throw new NotFound('closingReason');
	return reason.departmentId;
}
