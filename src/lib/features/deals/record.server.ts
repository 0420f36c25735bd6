import { and, eq, inArray, isNull, min, ne, sql, type SQL } from 'drizzle-orm';
import type { Money, RecordValues } from '#lib/records/values.ts';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { isConverted, leadRecords } from '#lib/features/leads/record.server.ts';
import { departmentScope } from '#lib/features/users/scope.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { existingDepartments, inDepartment, membersOf } from '#lib/server/db/referable.ts';
import {
	companies,
	contacts,
	dealClosures,
	dealCoOwners,
	deals,
	dealTags,
	departments,
	leads,
	pipelines,
	stages,
	tags,
	users
} from '#lib/server/db/tables/index.ts';
import { type Asked, defineServerKind, type Row } from '#lib/server/records/kind.ts';
import { type Actor, scopeOf } from '#lib/shared/actor.ts';
import { isId } from '#lib/shared/ids.ts';
import { passedDays, todayIn } from '#lib/shared/days.ts';
import { isSame } from '#lib/shared/same.ts';
import { keyBetween } from './model.ts';
import {
	canCreateDeal,
	canDeleteDeal,
	canReadDeal,
	type DealRights,
	writableDealFields
} from './policy.ts';
import { dealNotices } from './events.ts';
import { arrivalAt, stepsOf } from './queries/arrival.server.ts';
import { dealKind } from './record.ts';

/** Deals on the record engine: where their fields lie, who may see and write them. */
export const dealRecords = defineServerKind({
	kind: dealKind,
	table: deals,
	columns: {
		name: { columns: ['name'] },
		stage: { columns: ['stageId'] },
		nextStep: { columns: ['nextStep'] },
		nextStepOn: { columns: ['nextStepOn'] },
		amount: {
			columns: ['amountMinor', 'currency'],
			toColumns: (value) => {
				const amount = moneyOf(value);
				return {
					amountMinor: amount && BigInt(amount.minor),
					currency: amount && amount.currency
				};
			},
			fromRow: (row) => amountOf(rowOf(row))
		},
		important: { columns: ['important'] },
		pipeline: { columns: ['pipelineId'] },
		company: { columns: ['companyId'] },
		contact: { columns: ['contactId'] },
		lead: { columns: ['leadId'] },
		partner: { columns: ['partnerId'] },
		owner: { columns: ['ownerId'] },
		department: { columns: ['departmentId'] }
	},
	sets: {
		coOwners: { table: dealCoOwners, record: dealCoOwners.dealId, member: dealCoOwners.userId },
		tags: { table: dealTags, record: dealTags.dealId, member: dealTags.tagId }
	},
	lists: {},
	richTexts: { notes: { json: 'notes', text: 'notesText' } },
	names: {
		stage: stages.name,
		coOwners: users.name,
		tags: tags.name,
		pipeline: pipelines.name,
		company: companies.name,
		contact: contacts.fullName,
		lead: leads.fullName,
		partner: contacts.fullName,
		owner: users.name,
		department: departments.name
	},
	search: {
		title: deals.name,
		names: sql`${deals.name}`,
		ticket: deals.ticket,
		detail: sql`${stages.name}`,
		joins: sql`join ${stages} on ${stages.id} = ${deals.stageId}`
	},
	visibleTo: visibleDeals,
	mayRead: (actor, row, values) => canReadDeal(actor, rightsOf(row, values)),
	writable: (actor, row, values) => writableDealFields(actor, rightsOf(row, values)),
	mayCreate: (actor, values) => canCreateDeal(actor, idOf(values.department)),
	mayDelete: (actor, row, values) => canDeleteDeal(actor, rightsOf(row, values)),
	referable,
	referableBy: ['department', 'pipeline'],
	topics(row, values) {
		const { departmentId, ownerId, coOwnerIds } = rightsOf(row, values);
		const people = new Set(ownerId === null ? coOwnerIds : [ownerId, ...coOwnerIds]);
		return [`deal:department:${departmentId}`, ...[...people].map((id) => `deal:user:${id}`)];
	},
	forbiddenStep(field, from, to, facts) {
		// Somebody always does something next, and by a day.
		if ((field === 'nextStep' || field === 'nextStepOn') && to === null && from !== null) {
			return { field, code: 'required' };
		}
		if (field === 'stage' && (isAmong(facts, to) || isAmong(facts, from))) {
			return { field, code: 'stage_closed' };
		}
		if (field === 'nextStepOn' && to !== from && isAmong(facts, to)) {
			return { field, code: 'in_the_past' };
		}
		return null;
	},
	stepFacts,
	hasEnded: sql`exists (select from ${dealClosures} where ${dealClosures.dealId} = ${deals.id})`,
	follows(row, after, { actor, fields }) {
		const { onwardStageId } = rowOf(row);
		if (!onwardStageId || fields.has('stage')) return [];
		const { ownerId, coOwnerIds } = rightsOf(row, after);
		const isWorker = actor.id === ownerId || coOwnerIds.includes(actor.id);
		const isWork = [...fields].some((field) => !BESIDE_WORK.has(field));
		// It was taken up: it leaves the stage where new ones wait [C176].
		return isWorker && isWork ? [{ field: 'stage', set: onwardStageId }] : [];
	},
	notices: dealNotices,
	async onCreate(ctx, values, asked) {
		const stageId = idOf(values.stage);
		const position = asked.get(`on top of ${stageId}`) ?? positionOnTop(ctx, stageId);
		asked.set(`on top of ${stageId}`, position);
		return { position: await position, ...(await arrivalOf(ctx, values, asked)) };
	},
	async onEdit(ctx, before, after, asked) {
		return {
			// Whoever owns it has taken it up.
			...(idOf(after.owner) === ctx.actor.id && isWorkedOn(before, after) ? { isNew: false } : {}),
			...(before.stage === after.stage ? {} : await arrivalOf(ctx, after, asked))
		};
	}
});

/** Who hands a deal over, or says whose it is, does not work on it yet. */
const BESIDE_WORK: ReadonlySet<string> = new Set([
	...['owner', 'coOwners', 'department', 'pipeline', 'company', 'contact', 'lead', 'partner']
]);

const isWorkedOn = (before: RecordValues, after: RecordValues) =>
	Object.keys(after).some(
		(field) => !BESIDE_WORK.has(field) && !isSame(before[field], after[field])
	);

/** What the rights on a deal depend on, from a row and its values as the engine hands them out. */
export function rightsOf(row: Row, values: RecordValues): DealRights {
	const { ownerId, departmentId } = rowOf(row);
	return { ownerId, departmentId, coOwnerIds: idsOf(values.coOwners) };
}

/** A key before every other card of the stage: new and newly arrived deals are seen first. */
export async function positionOnTop(ctx: Ctx, stageId: string | null): Promise<string> {
	if (stageId === null) return keyBetween(null, null);
	const [first] = await ctx.db
		.select({ position: min(deals.position) })
		.from(deals)
		.where(and(eq(deals.stageId, stageId), isNull(deals.deletedAt)));
	return keyBetween(null, first?.position ?? null);
}

async function arrivalOf(ctx: Ctx, values: RecordValues, asked: Asked = new Map()) {
	const [pipelineId, stageId] = [idOf(values.pipeline), idOf(values.stage)];
	if (pipelineId === null || stageId === null) return {};
	const steps = asked.get(pipelineId) ?? stepsOf(ctx, pipelineId);
	asked.set(pipelineId, steps);
	// Whatever this kind has asked under the id of a pipeline.
	return { ...arrivalAt((await steps) as Awaited<ReturnType<typeof stepsOf>>, stageId, ctx.now) };
}

/** Own and co-owned deals are in sight whatever their department; the rest as far as the scope goes. */
function visibleDeals(actor: Actor): SQL {
	const scope = departmentScope(actor, 'deal', deals);
	if (scopeOf(actor, 'deal', 'read') === null || actor.type === 'system') return scope;
	const coOwned = sql`exists (select 1 from ${dealCoOwners} where ${dealCoOwners.dealId} = ${deals.id} and ${dealCoOwners.userId} = ${actor.id})`;
	return sql`(${scope} or ${deals.ownerId} = ${actor.id} or ${coOwned})`;
}

function referable(
	ctx: Ctx,
	field: string,
	ids: readonly string[],
	row: Row | null,
	values: RecordValues
): Promise<ReadonlySet<string>> {
	const departmentId = idOf(values.department) ?? (row && rowOf(row).departmentId);
	const wanted = { ids, departmentId };
	switch (field) {
		case 'stage':
			return stagesOf(ctx, ids, idOf(values.pipeline) ?? (row && rowOf(row).pipelineId));
		case 'pipeline':
			return inDepartment(ctx, pipelines, wanted);
		case 'tags':
			return inDepartment(ctx, tags, wanted);
		case 'coOwners':
		case 'owner':
			return membersOf(ctx, wanted);
		case 'department':
			return existingDepartments(ctx, ids);
		case 'company':
			return visibleIds(ctx, companies, ids, companyRecords.visibleTo(ctx.actor));
		case 'contact':
		case 'partner':
			return visibleIds(ctx, contacts, ids, contactRecords.visibleTo(ctx.actor));
		case 'lead':
			return visibleIds(
				ctx,
				leads,
				ids,
				sql`${leadRecords.visibleTo(ctx.actor)} and not ${isConverted}`
			);
		default:
			throw new Error(`deal.${field} refers to nothing`);
	}
}

async function stagesOf(ctx: Ctx, ids: readonly string[], pipelineId: string | null) {
	if (ids.length === 0 || pipelineId === null) return new Set<string>();
	const rows = await ctx.db
		.select({ id: stages.id })
		.from(stages)
		.where(and(inArray(stages.id, [...ids]), eq(stages.pipelineId, pipelineId)));
	return new Set(rows.map(({ id }) => id));
}

async function visibleIds(
	ctx: Ctx,
	table: typeof companies | typeof contacts | typeof leads,
	ids: readonly string[],
	visible: SQL
) {
	if (ids.length === 0) return new Set<string>();
	const rows = await ctx.db
		.select({ id: table.id })
		.from(table)
		.where(and(inArray(table.id, [...ids]), isNull(table.deletedAt), visible));
	return new Set(rows.map(({ id }) => id));
}

/** Stages that are not open, and days that have passed where the author is. */
async function stepFacts(ctx: Ctx, candidates: readonly string[]): Promise<ReadonlySet<string>> {
	const today = todayIn(ctx.actor.timeZone, ctx.now);
	const passed = passedDays(candidates, today);
	const ids = candidates.filter(isId);
	if (ids.length === 0) return new Set(passed);
	const closed = await ctx.db
		.select({ id: stages.id })
		.from(stages)
		.where(and(inArray(stages.id, ids), ne(stages.outcome, 'open')));
	return new Set([...passed, ...closed.map(({ id }) => id)]);
}

// The engine hands out rows of this very table; it only knows them by shape.
const rowOf = (row: Row) => row as unknown as typeof deals.$inferSelect;

// Of this field's type: money() has parsed it.
const moneyOf = (value: RecordValues[string]) => value as Money | null;

function amountOf(row: { amountMinor: bigint | null; currency: string | null }): Money | null {
	if (row.amountMinor === null || row.currency === null) return null;
	return { minor: row.amountMinor.toString(), currency: row.currency };
}

const idOf = (value: RecordValues[string] | undefined) =>
	typeof value === 'string' ? value : null;

const idsOf = (value: RecordValues[string] | undefined): readonly string[] =>
	Array.isArray(value) ? value : [];

const isAmong = (facts: ReadonlySet<string>, value: RecordValues[string]) =>
	typeof value === 'string' && facts.has(value);
