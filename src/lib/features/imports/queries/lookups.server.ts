import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { createTag } from '#lib/features/settings/commands.server.ts';
import {
	listClientTypes,
	listIndustries,
	listLeadSources,
	listPipelines,
	listTags,
	type ListEntry,
	type Pipeline
} from '#lib/features/settings/queries.server.ts';
import { mayCreateIn } from '#lib/features/users/policy.ts';
import { listColleagues } from '#lib/features/users/queries.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { companies, contacts } from '#lib/server/db/tables/index.ts';
import type {
	FoundCompany,
	FoundContact,
	FoundPipeline,
	Lookups,
	NamedList
} from '../model/columns.ts';

/** Names that the rows of one batch mention. */
export interface Mentioned {
	readonly company: ReadonlySet<string>;
	readonly contact: ReadonlySet<string>;
	readonly tags: ReadonlySet<string>;
}

const MAX_TAG_NAME = 70;
/** Stands for a tag that the run would make; only previews see it. */
const FUTURE_TAG = 'new';

type Lists = Record<NamedList | 'owner', Map<string, string>>;

/** Turns names in cells into ids for one import; the lists are read once, companies batch by batch. */
export class Directory {
	readonly #departmentId: string;
	readonly #lists: Lists;
	readonly #pipelines: readonly Pipeline[];

	private constructor(departmentId: string, lists: Lists, pipelines: readonly Pipeline[]) {
		this.#departmentId = departmentId;
		this.#lists = lists;
		this.#pipelines = pipelines;
	}

	static async read(ctx: Ctx, departmentId: string): Promise<Directory> {
		const department = [departmentId];
		const [tags, industries, types, sources, colleagues, pipelines] = await Promise.all([
			listTags(ctx, department),
			listIndustries(ctx, department),
			listClientTypes(ctx, department),
			listLeadSources(ctx, department),
			listColleagues(ctx),
			listPipelines(ctx, department)
		]);
		const members = colleagues.filter(
			(colleague) => colleague.active && colleague.departmentIds.includes(departmentId)
		);
		return new Directory(
			departmentId,
			{
				tags: byName(tags),
				industries: byName(industries),
				type: byName(types),
				source: byName(sources),
				owner: new Map([
					...byOnlyName(members),
					...members.map(({ id, email }) => [fold(email), id] as const)
				])
			},
			pipelines
		);
	}

	/** What a preview needs: tags that the run would make count as known. */
	async preview(ctx: Ctx, mentioned: Mentioned): Promise<Lookups> {
		const found = await this.#find(ctx, mentioned);
		const mayTag = mayCreateIn(ctx.actor, 'tag', this.#departmentId);
		return this.#lookups(found, (name) => (mayTag && isTagName(name) ? FUTURE_TAG : null));
	}

	/** What a run needs: tags that are missing are made in the run's transaction, where the actor may. */
	async resolve(ctx: Ctx, mentioned: Mentioned): Promise<Lookups> {
		const departmentId = this.#departmentId;
		const unknown = [...mentioned.tags].filter((name) => !this.#lists.tags.has(fold(name)));
		if (unknown.length > 0 && mayCreateIn(ctx.actor, 'tag', departmentId)) {
			for (const name of unknown.filter(isTagName)) await createTag(ctx, { departmentId, name });
			// A colleague may have made one of them in between; the database knows all of them now.
			this.#lists.tags = byName(await listTags(ctx, [departmentId]));
		}
		return this.#lookups(await this.#find(ctx, mentioned), () => null);
	}

	async #find(ctx: Ctx, { company, contact }: Mentioned) {
		const [companies, contacts] = await Promise.all([
			findCompanies(ctx, company, this.#departmentId),
			findContacts(ctx, contact, this.#departmentId)
		]);
		return { companies, contacts };
	}

	#lookups(
		{ companies, contacts }: { readonly companies: Found; readonly contacts: FoundPeople },
		futureTag: (name: string) => string | null
	): Lookups {
		return {
			company: (name) => companies.get(name) ?? null,
			contact: (name) => contacts.get(name) ?? null,
			pipeline: (name) => pipelineNamed(this.#pipelines, name),
			owner: (called) => this.#lists.owner.get(fold(called)) ?? null,
			named: (list, name) =>
				this.#lists[list].get(fold(name)) ?? (list === 'tags' ? futureTag(name) : null)
		};
	}
}

const fold = (name: string) => name.toLowerCase();
const byName = (entries: readonly ListEntry[]) =>
	new Map(entries.map(({ id, name }) => [fold(name), id]));

/** A name that several people have names none of them. */
const byOnlyName = (people: readonly { readonly id: string; readonly name: string }[]) =>
	[...Map.groupBy(people, ({ name }) => fold(name))].flatMap(([name, all]) =>
		all.length === 1 ? all.map(({ id }) => [name, id] as const) : []
	);
const isTagName = (name: string) => name.length <= MAX_TAG_NAME;

const elementsOf = (names: ReadonlySet<string>): SQL =>
	sql`jsonb_array_elements_text(${JSON.stringify([...names])}::text::jsonb)`;

/** Two say as much as all: which one it is, or that there are several. Each name is looked up in the index by itself. */
const theFirst = (column: PgColumn, departmentId: string): SQL =>
	sql`order by ${column} = ${departmentId} desc limit 2`;

type Found = ReadonlyMap<string, FoundCompany | 'several'>;

/** Companies by their exact name in whatever letters, among those the actor may see; the chosen department first. */
async function findCompanies(
	ctx: Ctx,
	names: ReadonlySet<string>,
	departmentId: string
): Promise<Found> {
	if (names.size === 0) return new Map();
	const rows = await ctx.db.execute<{
		asked: string;
		id: string;
		owner: string | null;
		department: string;
	}>(sql`
		select asked, one.* from ${elementsOf(names)} as q(asked), lateral (
			select ${companies.id} as id, ${companies.ownerId} as owner, ${companies.departmentId} as department
			from ${companies} where lower(${companies.name}) = lower(asked collate "und-x-icu")
				and ${companies.deletedAt} is null and ${companyRecords.visibleTo(ctx.actor)}
			${theFirst(companies.departmentId, departmentId)}
		) one`);
	const found = new Map<string, FoundCompany[]>();
	for (const { asked, ...company } of rows) {
		found.set(asked, [...(found.get(asked) ?? []), company]);
	}
	return new Map([...found].map(([name, all]) => [name, theOne(all, departmentId)]));
}

type FoundPeople = ReadonlyMap<string, FoundContact | 'several'>;

/** Contacts by their whole name, in the same way. */
async function findContacts(
	ctx: Ctx,
	names: ReadonlySet<string>,
	departmentId: string
): Promise<FoundPeople> {
	if (names.size === 0) return new Map();
	const rows = await ctx.db.execute<{
		asked: string;
		id: string;
		company: string | null;
		department: string;
	}>(sql`
		select asked, one.* from ${elementsOf(names)} as q(asked), lateral (
			select ${contacts.id} as id, ${contacts.companyId} as company, ${contacts.departmentId} as department
			from ${contacts} where ${contacts.fullName} = asked
				and ${contacts.deletedAt} is null and ${contactRecords.visibleTo(ctx.actor)}
			${theFirst(contacts.departmentId, departmentId)}
		) one`);
	return new Map(
		[...Map.groupBy(rows, ({ asked }) => asked)].map(([name, all]) => [
			name,
			theOne(all, departmentId)
		])
	);
}

function pipelineNamed(pipelines: readonly Pipeline[], name: string | null): FoundPipeline | null {
	const found =
		name === null ? pipelines[0] : pipelines.find((one) => fold(one.name) === fold(name));
	if (!found) return null;
	const { id, stages } = found;
	const stage = (name: string | null) =>
		name === null
			? stages.find(({ isDefault }) => isDefault)
			: stages.find((one) => fold(one.name) === fold(name));
	return { id, stage: (name) => stage(name)?.id ?? null };
}

function theOne<Row extends { readonly department: string }>(
	all: readonly Row[],
	departmentId: string
): Row | 'several' {
	const here = all.filter(({ department }) => department === departmentId);
	const [first, ...others] = here.length > 0 ? here : all;
	return first && others.length === 0 ? first : 'several';
}
