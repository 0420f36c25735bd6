import { and, eq, inArray, ne, or } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { mayManageSettings, mayManageUsers } from '#lib/features/users/policy.ts';
import { setPassword } from '#lib/server/auth/password.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { isReferred, isTaken } from '#lib/server/db/refused.ts';
import {
	accounts,
	changes,
	clientTypes,
	closingReasons,
	qualitySignals,
	departmentMembers,
	departments,
	industries,
	installation,
	leadConversions,
	leadSources,
	lineItems,
	payments,
	pipelines,
	productCategories,
	sessions,
	stages,
	tags,
	userProfiles,
	userRoles,
	users
} from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import {
	announce,
	announceFields,
	INSTALLATION,
	type Subject
} from '#lib/server/records/announce.ts';
import { erase, eraseHistory } from '#lib/server/records/erase.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { findDemo } from '../queries.server.ts';
import type { DemoContents, RemoveDemo } from '../schema.ts';

/**
 * Takes the demo company away: its records, its people, its second department. The administrator who
 * does it goes on under his own name, in the department that he names. Whatever people have added
 * themselves stays, and so does every demo record that it refers to.
 */
export function removeDemo(ctx: Ctx, kinds: readonly ServerKind[], input: RemoveDemo) {
	if (!mayManageSettings(ctx.actor) || !mayManageUsers(ctx.actor)) throw new Forbidden('demo');
	return inTransaction(ctx, async (ctx) => {
		const demo = await findDemo(ctx);
		if (!demo) return fail('no_demo');
		await eraseRowsBeside(ctx, demo);
		await eraseRecords(ctx, kinds, demo);
		await becomeReal(ctx, input);
		for (const userId of demo.userIds) if (userId !== ctx.actor.id) await dismiss(ctx, userId);
		await keepOneDepartment(ctx, demo, input.departmentName);
		await ctx.db.delete(installation).where(inArray(installation.key, ['demo', 'workspace_name']));
		const workspaceName = input.departmentName;
		await ctx.db.insert(installation).values({ key: 'workspace_name', value: workspaceName });
		await announce(ctx, { ...INSTALLATION, act: 'remove_demo', new: { workspaceName } });
		return ok(null);
	}).catch((thrown: unknown) => {
		if (isTaken(thrown)) return fail('email_taken');
		throw thrown;
	});
}

async function eraseRowsBeside(
	ctx: Ctx,
	{ itemIds, paymentIds, recordIds }: DemoContents
): Promise<void> {
	// That somebody converted a demo lead keeps nothing: whom he made of it is his own.
	const leadIds = recordIds.lead ?? [];
	await ctx.db.delete(leadConversions).where(inArray(leadConversions.leadId, leadIds));
	await ctx.db.delete(lineItems).where(inArray(lineItems.id, itemIds));
	await ctx.db.delete(payments).where(inArray(payments.id, paymentIds));
	await eraseHistory(ctx, 'lineItem', itemIds);
	await eraseHistory(ctx, 'payment', paymentIds);
}

/** Kinds that refer to others come after them in the registry, so the way back leaves nothing dangling. */
async function eraseRecords(ctx: Ctx, kinds: readonly ServerKind[], { recordIds }: DemoContents) {
	for (const serverKind of kinds.toReversed()) {
		// The youngest first: a record may refer to an older one of its own kind.
		for (const id of (recordIds[serverKind.kind.name] ?? []).toReversed()) {
			await unlessReferred(ctx, (ctx) => erase(ctx, serverKind, [id]));
		}
	}
}

async function becomeReal(ctx: Ctx, { name, email, password }: RemoveDemo): Promise<void> {
	const { id, sessionId } = ctx.actor;
	const [before] = await ctx.db
		.select({ name: users.name, email: users.email })
		.from(users)
		.where(eq(users.id, id));
	await ctx.db.update(users).set({ name, email, updatedAt: ctx.now }).where(eq(users.id, id));
	await setPassword(ctx.db, id, password);
	const self = { kind: 'user', recordId: id } as const;
	await announceFields(ctx, self, before ?? {}, { name, email });
	await announce(ctx, { ...self, act: 'change_password' });
	// Whoever else knew the demo's password is out.
	await ctx.db
		.delete(sessions)
		.where(and(eq(sessions.userId, id), ne(sessions.id, sessionId ?? id)));
}

/** A demo person goes; one who has a part in something that stays only loses his access. */
async function dismiss(ctx: Ctx, userId: string): Promise<void> {
	await ctx.db.delete(sessions).where(eq(sessions.userId, userId));
	await ctx.db.update(userProfiles).set({ active: false }).where(eq(userProfiles.userId, userId));
	await ctx.db.delete(accounts).where(eq(accounts.userId, userId));
	// What he did with his own account, such as signing out, goes with the account.
	const isElsewhere = or(ne(changes.kind, 'user'), ne(changes.recordId, userId));
	const [part] = await ctx.db
		.select({ id: changes.id })
		.from(changes)
		.where(and(eq(changes.actorId, userId), isElsewhere))
		.limit(1);
	if (part) return;
	await unlessReferred(ctx, async (ctx) => {
		await eraseHistory(ctx, 'user', [userId]);
		for (const own of [userRoles, departmentMembers, userProfiles]) {
			await ctx.db.delete(own).where(eq(own.userId, userId));
		}
		await ctx.db.delete(users).where(eq(users.id, userId));
	});
}

async function keepOneDepartment(ctx: Ctx, demo: DemoContents, name: string): Promise<void> {
	const [kept, ...others] = demo.departmentIds;
	for (const departmentId of others) {
		await unlessReferred(ctx, (ctx) => closeDepartment(ctx, departmentId));
	}
	if (!kept) return;
	const isKept = eq(departments.id, kept);
	const [before] = await ctx.db.select().from(departments).where(isKept);
	await ctx.db.update(departments).set({ name }).where(isKept);
	await announceFields(ctx, { kind: 'department', recordId: kept }, before ?? {}, { name });
}

const LISTS: readonly (readonly [Subject, PgTable & { id: PgColumn; departmentId: PgColumn }])[] = [
	['pipeline', pipelines],
	['tag', tags],
	['industry', industries],
	['clientType', clientTypes],
	['leadSource', leadSources],
	['closingReason', closingReasons],
	['qualitySignal', qualitySignals],
	['productCategory', productCategories]
];

async function closeDepartment(ctx: Ctx, departmentId: string): Promise<void> {
	const own = await ctx.db
		.select({ id: pipelines.id })
		.from(pipelines)
		.where(eq(pipelines.departmentId, departmentId));
	const pipelineIds = own.map(({ id }) => id);
	const isStep = inArray(stages.pipelineId, pipelineIds);
	const steps = await ctx.db.delete(stages).where(isStep).returning({ id: stages.id });
	await eraseHistory(ctx, 'stage', idsOf(steps));
	for (const [subject, list] of LISTS) {
		const gone = await ctx.db
			.delete(list)
			.where(eq(list.departmentId, departmentId))
			.returning({ id: list.id });
		await eraseHistory(ctx, subject, idsOf(gone));
	}
	await ctx.db.delete(departmentMembers).where(eq(departmentMembers.departmentId, departmentId));
	await ctx.db.delete(departments).where(eq(departments.id, departmentId));
	await eraseHistory(ctx, 'department', [departmentId]);
}

// Drizzle types the columns of a table it only knows by shape as unknown.
const idsOf = (rows: readonly { id: unknown }[]) => rows.map(({ id }) => String(id));

/** Does it all or, where something that stays refers to it, nothing. */
async function unlessReferred(ctx: Ctx, work: (ctx: Ctx) => Promise<void>): Promise<void> {
	try {
		await inTransaction(ctx, work);
	} catch (thrown) {
		if (!isReferred(thrown)) throw thrown;
	}
}
