import { and, asc, eq, isNull } from 'drizzle-orm';
import { mayManageSettings } from '#lib/features/users/policy.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import {
	clientTypes,
	closingReasons,
	departments,
	industries,
	leadSources,
	pipelines,
	productCategories,
	products,
	stages
} from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { announce } from '#lib/server/records/announce.ts';
import { createMany } from '#lib/server/records/create.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { productRecords } from '../record.server.ts';

const COPY = { en: 'copy', de: 'Kopie' } as const;
const ATTEMPTS = 20;

/**
 * Makes another department like this one: its pipelines with their stages, reasons, lists, products and sources.
 * Each source has a form token of its own, so that what comes in is never two departments' [T329, B110]. It
 * lives with the products because departments do not know them.
 */
export function copyDepartment(ctx: Ctx, { departmentId }: { readonly departmentId: string }) {
	if (!mayManageSettings(ctx.actor)) throw new Forbidden('departments');
	return inTransaction(ctx, async (ctx) => {
		const [from] = await ctx.db.select().from(departments).where(eq(departments.id, departmentId));
		if (!from) throw new NotFound('department');
		const made = await addCopy(ctx, from);
		if (!made) return fail('name_taken');
		const copy = { ctx, from: departmentId, to: made.id };
		const counts = {
			pipelines: await copyPipelines(copy),
			...(await copyLists(copy)),
			products: await copyProducts(copy)
		};
		await announce(ctx, {
			...{ kind: 'department', recordId: made.id, act: 'create' },
			new: { name: made.name, copyOf: departmentId, ...counts }
		});
		return ok(made);
	});
}

interface Copy {
	readonly ctx: Ctx;
	readonly from: string;
	readonly to: string;
}

/** Under the first of these names that is free. */
async function addCopy(ctx: Ctx, { id: _id, ...from }: typeof departments.$inferSelect) {
	const word = COPY[ctx.actor.language];
	for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
		const name = `${from.name} (${attempt === 1 ? word : `${word} ${attempt}`})`;
		const [made] = await ctx.db
			.insert(departments)
			.values({ ...from, id: newId(), name })
			.onConflictDoNothing()
			.returning({ id: departments.id, name: departments.name });
		if (made) return made;
	}
	return null;
}

async function copyPipelines({ ctx, from, to }: Copy): Promise<number> {
	const found = await ctx.db.select().from(pipelines).where(eq(pipelines.departmentId, from));
	for (const pipeline of found) {
		const id = newId();
		await ctx.db.insert(pipelines).values({ ...pipeline, id, departmentId: to });
		const steps = await ctx.db
			.select()
			.from(stages)
			.where(eq(stages.pipelineId, pipeline.id))
			.orderBy(asc(stages.position), asc(stages.id));
		const copies = steps.map((step) => ({ ...step, id: newId(), pipelineId: id }));
		if (copies.length > 0) await ctx.db.insert(stages).values(copies);
	}
	return found.length;
}

async function copyLists({ ctx, from, to }: Copy) {
	const counts: Record<string, number> = {};
	for (const [name, table] of Object.entries({ clientTypes, industries, productCategories })) {
		const rows = await ctx.db.select().from(table).where(eq(table.departmentId, from));
		const copies = rows.map((row) => ({ ...row, id: newId(), departmentId: to }));
		if (copies.length > 0) await ctx.db.insert(table).values(copies);
		counts[name] = copies.length;
	}
	const reasons = await ctx.db
		.select()
		.from(closingReasons)
		.where(eq(closingReasons.departmentId, from));
	const freshReasons = reasons.map((row) => ({ ...row, id: newId(), departmentId: to }));
	if (freshReasons.length > 0) await ctx.db.insert(closingReasons).values(freshReasons);
	const sources = await ctx.db.select().from(leadSources).where(eq(leadSources.departmentId, from));
	// The database makes a token for each.
	const freshSources = sources.map(({ token: _token, ...row }) => ({
		...{ ...row, id: newId(), departmentId: to }
	}));
	if (freshSources.length > 0) await ctx.db.insert(leadSources).values(freshSources);
	return { ...counts, closingReasons: reasons.length, leadSources: sources.length };
}

async function copyProducts({ ctx, from, to }: Copy): Promise<number> {
	const rows = await ctx.db
		.select({ product: products, category: productCategories.name })
		.from(products)
		.leftJoin(productCategories, eq(productCategories.id, products.categoryId))
		.where(and(eq(products.departmentId, from), isNull(products.deletedAt)))
		.orderBy(asc(products.number));
	const twins = await ctx.db
		.select({ id: productCategories.id, name: productCategories.name })
		.from(productCategories)
		.where(eq(productCategories.departmentId, to));
	const idOf = new Map(twins.map(({ id, name }) => [name, id]));
	const records = rows.map(({ product, category }) => ({
		values: {
			name: product.name,
			type: product.type,
			price:
				product.priceMinor === null || product.currency === null
					? null
					: { minor: product.priceMinor.toString(), currency: product.currency },
			category: category === null ? null : (idOf.get(category) ?? null),
			onSale: product.onSale,
			description: product.description,
			department: to
		}
	}));
	const made = await createMany(ctx, productRecords, records, {});
	const refused = made.find((one) => !one.ok);
	if (refused) throw new Error(`a product could not be copied: ${JSON.stringify(refused)}`);
	return made.length;
}
