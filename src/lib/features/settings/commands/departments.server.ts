import { eq } from 'drizzle-orm';
import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing';
import { addCurrency } from '#lib/features/currencies/commands.server.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { isTaken } from '#lib/server/db/refused.ts';
import {
	clientTypes,
	closingReasons,
	departments,
	industries,
	leadSources,
	qualitySignals
} from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { announce, announceFields } from '#lib/server/records/announce.ts';
import { mayManageSettings } from '#lib/features/users/policy.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import type { CreateDepartment } from '../schema.ts';
import { insertPipeline } from './pipelines.server.ts';
import {
	standardClientTypes,
	standardClosingReasons,
	standardIndustries,
	standardLeadSources,
	standardPipelineName,
	standardQualitySignals,
	standardStages
} from './standard-lists.ts';

/** Makes a department that can start at once: with a sales pipeline and the usual lists. */
export function createDepartment(
	ctx: Ctx,
	{ language = ctx.actor.language, ...input }: CreateDepartment & { language?: 'en' | 'de' }
) {
	if (!mayManageSettings(ctx.actor)) throw new Forbidden('departments');
	return inTransaction(ctx, async (ctx) => {
		const [department] = await ctx.db
			.insert(departments)
			.values({ id: newId(), ...input })
			.onConflictDoNothing()
			.returning({ id: departments.id });
		if (!department) return fail('name_taken');
		await know(ctx, input.defaultCurrency);
		const lists = await fillLists(ctx, department.id, language);
		const about = { kind: 'department', recordId: department.id } as const;
		await announce(ctx, { ...about, act: 'create', new: { ...input, ...lists } });
		const name = standardPipelineName(language);
		const pipeline = {
			departmentId: department.id,
			name,
			position: generateKeyBetween(null, null)
		};
		const pipelineId = await insertPipeline(ctx, pipeline, standardStages(language));
		return ok({ departmentId: department.id, pipelineId });
	});
}

/** Renames a department or changes what its new records start with. */
export async function changeDepartment(
	ctx: Ctx,
	{ departmentId, ...input }: CreateDepartment & { departmentId: string }
) {
	if (!mayManageSettings(ctx.actor)) throw new Forbidden('departments');
	try {
		return await inTransaction(ctx, async (ctx) => {
			const isIt = eq(departments.id, departmentId);
			const [before] = await ctx.db.select().from(departments).where(isIt).for('update');
			if (!before) throw new NotFound('department');
			await ctx.db.update(departments).set(input).where(isIt);
			await announceFields(ctx, { kind: 'department', recordId: departmentId }, before, input);
			await know(ctx, input.defaultCurrency);
			return ok(null);
		});
	} catch (thrown) {
		if (isTaken(thrown)) return fail('name_taken');
		throw thrown;
	}
}

/** Amounts may be in a department's own currency from the start. */
async function know(ctx: Ctx, currency: string | null): Promise<void> {
	if (currency !== null) await addCurrency(ctx, { code: currency });
}

async function fillLists(ctx: Ctx, departmentId: string, language: 'en' | 'de') {
	const lists = {
		clientTypes: standardClientTypes(language),
		industries: standardIndustries(language),
		leadSources: standardLeadSources(language),
		closingReasons: standardClosingReasons(language),
		qualitySignals: standardQualitySignals(language)
	};
	const rows = (names: readonly string[]) =>
		names.map((name) => ({ id: newId(), departmentId, name }));
	await ctx.db.insert(clientTypes).values(rows(lists.clientTypes));
	await ctx.db.insert(industries).values(rows(lists.industries));
	await ctx.db.insert(leadSources).values(rows(lists.leadSources));
	await ctx.db
		.insert(qualitySignals)
		.values(lists.qualitySignals.map((signal) => ({ id: newId(), departmentId, ...signal })));
	const positions = generateNKeysBetween(null, null, lists.closingReasons.length);
	await ctx.db.insert(closingReasons).values(
		lists.closingReasons.map((reason, index) => ({
			...{ id: newId(), departmentId, ...reason },
			position: positions[index] ?? 'a0'
		}))
	);
	return lists;
}
