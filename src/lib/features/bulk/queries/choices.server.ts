import { eq } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { listCurrencyCodes } from '#lib/features/currencies/queries.server.ts';
import { listWorkStages, listWorkTags } from '#lib/features/projects/queries.server.ts';
import {
	listCountries,
	listEntries,
	listPipelines
} from '#lib/features/settings/queries.server.ts';
import { listColleagues } from '#lib/features/users/queries.server.ts';
import type { ReferenceTarget } from '#lib/records/kind.ts';
import type { Ctx } from '#lib/server/context.ts';
import { bulkItems, departments } from '#lib/server/db/tables/index.ts';
import type { KindName } from '#lib/shared/kinds.ts';
import { manyFields } from '../model.ts';
import { BULK_KINDS } from '../record.server.ts';

export interface ManyChoice {
	readonly id: string;
	readonly name: string;
	/** Of a stage that every installation begins with. */
	readonly key?: string | null;
}

/** What the fields of a kind offer for the chosen records, and to whom these can go. */
export interface ManyChoices {
	readonly fields: Readonly<Record<string, readonly ManyChoice[]>>;
	readonly heirs: readonly ManyChoice[];
	readonly countries: readonly string[];
	readonly currencies: readonly string[];
}

/** The choices for a run's records: lists are their departments' own, and named after them when there are several. */
export async function listManyChoices(
	ctx: Ctx,
	kind: KindName,
	runId: string
): Promise<ManyChoices> {
	const places = await departmentsOf(ctx, kind, runId);
	const targets = Object.entries(manyFields(BULK_KINDS[kind].records.kind)).flatMap(
		([name, field]) => ('target' in field && field.target ? [[name, field.target] as const] : [])
	);
	const [countries, currencies, heirs, ...fields] = await Promise.all([
		listCountries(ctx),
		listCurrencyCodes(ctx),
		heirsFor(ctx, kind, places),
		...targets.map(
			async ([name, target]) => [name, await choicesOf(ctx, kind, target, places)] as const
		)
	]);
	return { fields: Object.fromEntries(fields), heirs, countries, currencies };
}

interface Place {
	readonly id: string;
	readonly name: string;
}

/** The departments in which the run's records lie; none for work, which lies in none. */
async function departmentsOf(ctx: Ctx, kind: KindName, runId: string): Promise<readonly Place[]> {
	const { table, columns } = BULK_KINDS[kind].records;
	const [property] = columns.department?.columns ?? [];
	// Of the kind's own table, by its mapping.
	const column = property ? (table as Record<string, (typeof table)['id']>)[property] : undefined;
	if (!column) return [];
	return ctx.db
		.selectDistinct({ id: departments.id, name: departments.name })
		.from(bulkItems)
		.innerJoin(table as PgTable, eq(table.id, bulkItems.recordId))
		.innerJoin(departments, eq(departments.id, column))
		.where(eq(bulkItems.runId, runId))
		.orderBy(departments.name, departments.id);
}

const LISTS = {
	tag: 'tags',
	industry: 'industries',
	clientType: 'client_types',
	leadSource: 'lead_sources',
	productCategory: 'product_categories'
} as const;

async function choicesOf(
	ctx: Ctx,
	kind: KindName,
	target: ReferenceTarget,
	places: readonly Place[]
): Promise<readonly ManyChoice[]> {
	const isWork = kind === 'task' || kind === 'project';
	const ids = places.map(({ id }) => id);
	if (isWork && target === 'stage') return listWorkStages(ctx, kind);
	if (isWork && target === 'tag') return listWorkTags(ctx, kind);
	if (target === 'stage') return openStages(ctx, places);
	if (target === 'user') return people(ctx, null);
	if (!(target in LISTS)) return [];
	const entries = await listEntries(ctx, LISTS[target as keyof typeof LISTS], ids);
	return entries.map((entry) => named(entry, places));
}

/** Stages that are reached without closing; of several pipelines with their names. */
async function openStages(ctx: Ctx, places: readonly Place[]): Promise<readonly ManyChoice[]> {
	const pipelines = await listPipelines(
		ctx,
		places.map(({ id }) => id)
	);
	return pipelines.flatMap(({ name, stages }) =>
		stages
			.filter(({ outcome }) => outcome === 'open')
			.map((stage) => ({
				id: stage.id,
				name: pipelines.length > 1 ? `${stage.name} · ${name}` : stage.name
			}))
	);
}

function named(
	{ id, name, departmentId }: { id: string; name: string; departmentId: string },
	places: readonly Place[]
): ManyChoice {
	const place = places.length > 1 ? places.find((one) => one.id === departmentId) : undefined;
	return { id, name: place ? `${name} · ${place.name}` : name };
}

/** Who can own all of these records: a member of each of their departments. */
function heirsFor(ctx: Ctx, kind: KindName, places: readonly Place[]) {
	const isWork = kind === 'task' || kind === 'project';
	return people(ctx, isWork ? null : places.map(({ id }) => id));
}

async function people(ctx: Ctx, within: readonly string[] | null): Promise<readonly ManyChoice[]> {
	const colleagues = await listColleagues(ctx);
	return colleagues
		.filter(({ active, departmentIds }) => {
			return active && (within === null || within.every((id) => departmentIds.includes(id)));
		})
		.map(({ id, name }) => ({ id, name }));
}
