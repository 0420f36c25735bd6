import { and, asc, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import type { Ctx } from '#lib/server/context.ts';
import { remembered } from '#lib/server/db/remembered.ts';
import {
	clientTypes,
	closingReasons,
	countries,
	departments,
	industries,
	installation,
	leadSources,
	pipelines,
	productCategories,
	stages,
	tags
} from '#lib/server/db/tables/index.ts';
import { scopeOf, type Entity } from '#lib/shared/actor.ts';
import type { ListName } from './schema.ts';

export { countUses, USES_COUNTED } from './queries/uses.server.ts';
export { offeredCountries } from './queries/countries.server.ts';

export interface ListEntry {
	readonly id: string;
	readonly name: string;
	readonly departmentId: string;
}

export interface Department {
	readonly id: string;
	readonly name: string;
	readonly defaultCountry: string | null;
	readonly defaultCurrency: string | null;
	readonly worksGlobally: boolean;
}

export interface Stage {
	readonly id: string;
	readonly name: string;
	readonly outcome: 'open' | 'won' | 'lost' | 'shipped';
	readonly isDefault: boolean;
	readonly isSecondDefault: boolean;
	readonly isConditionalSuccess: boolean;
	readonly staleAfterDays: number | null;
	/** In per cent. */
	readonly probability: number | null;
}

export interface Pipeline extends ListEntry {
	/** In their order. */
	readonly stages: readonly Stage[];
}

export const LIST_TABLES = {
	tags,
	industries,
	client_types: clientTypes,
	lead_sources: leadSources,
	product_categories: productCategories
} as const satisfies Record<ListName, unknown>;

export const entityOf = (list: ListName): Entity => (list === 'tags' ? 'tag' : 'settings');

/** Tags of these departments, or of all that the actor knows; by name. */
export const listTags = (ctx: Ctx, departmentIds?: readonly string[]) =>
	listEntries(ctx, 'tags', departmentIds);

export const listIndustries = (ctx: Ctx, departmentIds?: readonly string[]) =>
	listEntries(ctx, 'industries', departmentIds);

export const listClientTypes = (ctx: Ctx, departmentIds?: readonly string[]) =>
	listEntries(ctx, 'client_types', departmentIds);

export const listLeadSources = (ctx: Ctx, departmentIds?: readonly string[]) =>
	listEntries(ctx, 'lead_sources', departmentIds);

export const listProductCategories = (ctx: Ctx, departmentIds?: readonly string[]) =>
	listEntries(ctx, 'product_categories', departmentIds);

/** One of a department's lists of names, by name. */
export function listEntries(
	ctx: Ctx,
	list: ListName,
	departmentIds?: readonly string[]
): Promise<ListEntry[]> {
	const table = LIST_TABLES[list];
	const args = [list, departmentIds];
	return remembered(ctx, { name: 'entries', tables: [list], args }, async () =>
		ctx.db
			.select({ id: table.id, name: table.name, departmentId: table.departmentId })
			.from(table)
			.where(
				and(
					knownTo(ctx, entityOf(list), table.departmentId),
					among(table.departmentId, departmentIds)
				)
			)
			.orderBy(asc(table.name), asc(table.id))
	);
}

/** The actor's departments, or every one when his rights reach that far; by name. */
export function listDepartments(ctx: Ctx): Promise<Department[]> {
	return remembered(ctx, { name: 'departments', tables: ['departments'] }, async () =>
		ctx.db
			.select()
			.from(departments)
			.where(knownTo(ctx, 'settings', departments.id))
			.orderBy(asc(departments.name), asc(departments.id))
	);
}

/** Pipelines with their stages in order. */
export function listPipelines(ctx: Ctx, departmentIds?: readonly string[]): Promise<Pipeline[]> {
	const args = [departmentIds];
	return remembered(ctx, { name: 'pipelines', tables: ['pipelines', 'stages'], args }, async () =>
		ctx.db
			.select({
				id: pipelines.id,
				name: pipelines.name,
				departmentId: pipelines.departmentId,
				stages: sql<Stage[]>`coalesce(json_agg(json_build_object(
				'id', ${stages.id}, 'name', ${stages.name}, 'outcome', ${stages.outcome},
				'isDefault', ${stages.isDefault}, 'isSecondDefault', ${stages.isSecondDefault},
				'isConditionalSuccess', ${stages.isConditionalSuccess},
				'staleAfterDays', ${stages.staleAfterDays}, 'probability', ${stages.probability}
			) order by ${stages.position}, ${stages.id}) filter (where ${stages.id} is not null), '[]')`
			})
			.from(pipelines)
			.leftJoin(stages, eq(stages.pipelineId, pipelines.id))
			.where(
				and(
					knownTo(ctx, 'settings', pipelines.departmentId),
					among(pipelines.departmentId, departmentIds)
				)
			)
			.groupBy(pipelines.id)
			.orderBy(asc(pipelines.position), asc(pipelines.id))
	);
}

export interface ClosingReason extends ListEntry {
	readonly outcome: 'won' | 'lost';
}

/** Why deals of these departments end, in their order. */
export function listClosingReasons(
	ctx: Ctx,
	departmentIds?: readonly string[]
): Promise<ClosingReason[]> {
	const { id, name, departmentId, outcome } = closingReasons;
	const args = [departmentIds];
	return remembered(ctx, { name: 'closing-reasons', tables: ['closing_reasons'], args }, async () =>
		ctx.db
			.select({ id, name, departmentId, outcome })
			.from(closingReasons)
			.where(
				and(
					knownTo(ctx, 'settings', closingReasons.departmentId),
					among(closingReasons.departmentId, departmentIds)
				)
			)
			.orderBy(asc(closingReasons.departmentId), asc(closingReasons.position))
	);
}

/** Codes of all countries (ISO 3166-1); pages name them with `Intl` in the reader's language. */
export function listCountries(ctx: Ctx): Promise<string[]> {
	return remembered(ctx, { name: 'countries', tables: ['countries'] }, async () => {
		const rows = await ctx.db.select().from(countries).orderBy(asc(countries.code));
		return rows.map(({ code }) => code);
	});
}

/** What the installation is called, or null when nobody named it. */
export async function getWorkspaceName(ctx: Ctx): Promise<string | null> {
	const [row] = await ctx.db
		.select({ value: installation.value })
		.from(installation)
		.where(eq(installation.key, 'workspace_name'));
	return z
		.string()
		.nullable()
		.catch(null)
		.parse(row?.value ?? null);
}

function knownTo(ctx: Ctx, entity: Entity, departmentId: PgColumn): SQL {
	const scope = scopeOf(ctx.actor, entity, 'read');
	if (scope === 'all') return sql`true`;
	if (scope === 'department') return inArray(departmentId, [...ctx.actor.departmentIds]);
	return sql`false`;
}

const among = (column: PgColumn, ids: readonly string[] | undefined) =>
	ids ? inArray(column, [...ids]) : undefined;
