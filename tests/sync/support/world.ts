import { STANDARD_ROLES } from '#lib/features/users/standard-roles.ts';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import type { Db } from '#lib/server/context.ts';
import {
	departmentMembers,
	departments,
	pipelines,
	stages,
	clientTypes,
	industries,
	leadSources,
	tags,
	userProfiles,
	users
} from '#lib/server/db/tables/index.ts';
import { defineServerKind, type Row, type ServerKind } from '#lib/server/records/kind.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Actor } from '#lib/shared/actor.ts';

// One small company with fixed ids: the same in memory and in Postgres.

const idOf = (n: number) => `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

const HAMBURG = idOf(1);
const MALMO = idOf(2);
export const PIPELINE = idOf(3);
export const STAGES = {
	open: [idOf(10), idOf(11), idOf(12)],
	won: idOf(13),
	foreign: idOf(14)
} as const;
export const TAGS = { own: [idOf(20), idOf(21), idOf(22), idOf(23)], foreign: idOf(24) } as const;
export const NOBODY = idOf(99);
export const NOW = new Date('2026-11-20T12:00:00Z');

const INDUSTRIES = [idOf(40), idOf(41), idOf(42)];
const SOURCES = [idOf(50), idOf(51)];
const TYPES = [idOf(60), idOf(61)];

type Role = keyof typeof STANDARD_ROLES;

function anActor(n: number, name: string, roles: readonly Role[], departmentIds: string[]): Actor {
	const permissions: Record<string, string> = {};
	for (const role of roles) {
		for (const [entity, verbs] of Object.entries(STANDARD_ROLES[role])) {
			for (const [verb, scope] of Object.entries(verbs)) permissions[`${entity}.${verb}`] = scope;
		}
	}
	return {
		id: idOf(n),
		type: 'user',
		name,
		departmentIds,
		permissions: permissions as Actor['permissions'], // keyed by the roles' own entities and verbs
		sessionId: idOf(n + 1000),
		language: 'en',
		timeZone: 'UTC'
	};
}

export const PEOPLE = {
	/** Owns the deal. */
	ann: anActor(30, 'Ann Becker', ['manager'], [HAMBURG]),
	/** Co-owns it, as long as nobody takes him off. */
	bob: anActor(31, 'Bob Okafor', ['manager'], [HAMBURG]),
	/** May write whatever belongs to the department. */
	olga: anActor(35, 'Olga Petrova', ['operator'], [HAMBURG]),
	/** May read it and nothing else. */
	cleo: anActor(32, 'Cleo Martin', ['manager'], [HAMBURG]),
	/** May set a few of its fields. */
	carl: anActor(33, 'Carl Weiss', ['chief'], [HAMBURG]),
	/** May not know that it exists. */
	tina: anActor(34, 'Tina Lindqvist', ['manager'], [MALMO])
} as const;

export type Name = keyof typeof PEOPLE;

export async function furnish(db: Db): Promise<void> {
	const people = Object.values(PEOPLE);
	await db.insert(departments).values([
		{ id: HAMBURG, name: 'Sales Hamburg' },
		{ id: MALMO, name: 'Sales Malmö' }
	]);
	await db
		.insert(users)
		.values(people.map(({ id, name }) => ({ id, name, email: `${id}@tandem.example` })));
	await db.insert(userProfiles).values(people.map(({ id }) => ({ userId: id })));
	await db
		.insert(departmentMembers)
		.values(
			people.flatMap(({ id, departmentIds }) =>
				departmentIds.map((departmentId) => ({ userId: id, departmentId }))
			)
		);
	await db.insert(pipelines).values([
		{ id: PIPELINE, departmentId: HAMBURG, name: 'Machines', position: 'a0' },
		{ id: idOf(4), departmentId: MALMO, name: 'Machines', position: 'a0' }
	]);
	await db.insert(stages).values([
		...STAGES.open.map((id, i) => ({
			id,
			pipelineId: PIPELINE,
			name: `Open ${i}`,
			position: `a${i}`
		})),
		{
			id: STAGES.won,
			pipelineId: PIPELINE,
			name: 'Won',
			position: 'b0',
			outcome: 'won' as const
		},
		{ id: STAGES.foreign, pipelineId: idOf(4), name: 'Elsewhere', position: 'a0' }
	]);
	await db
		.insert(tags)
		.values([
			...TAGS.own.map((id, i) => ({ id, departmentId: HAMBURG, name: `Tag ${i}` })),
			{ id: TAGS.foreign, departmentId: MALMO, name: 'Elsewhere' }
		]);
	const named = (ids: readonly string[]) =>
		ids.map((id, i) => ({ id, departmentId: HAMBURG, name: `Entry ${i}` }));
	await db.insert(industries).values(named(INDUSTRIES));
	await db.insert(leadSources).values(named(SOURCES));
	await db.insert(clientTypes).values(named(TYPES));
}

/** A kind of record that the script can be played on. */
export interface Subject {
	readonly serverKind: ServerKind;
	/** The same with the questions that the engine asks of the database answered from memory. */
	readonly inMemory: ServerKind;
	readonly first: RecordValues;
	firstRow(id: string): Row;
	/** Ids that may stand in these fields. */
	readonly referable: Readonly<Record<string, readonly string[]>>;
	/** Fields that Carl may set; everything else is refused from him. */
	readonly steered: readonly string[];
}

const answering = (referable: Subject['referable']) => ({
	referable: async (_ctx: unknown, field: string, candidates: readonly string[]) =>
		new Set(candidates.filter((id) => referable[field]?.includes(id)))
});

const members = Object.values(PEOPLE)
	.filter(({ departmentIds }) => departmentIds.includes(HAMBURG))
	.map(({ id }) => id);

const dealReferences = { stage: [...STAGES.open, STAGES.won], tags: TAGS.own, coOwners: members };
const companyReferences = { industries: INDUSTRIES, source: SOURCES, type: TYPES, tags: TAGS.own };

export const deal: Subject = {
	serverKind: dealRecords,
	inMemory: defineServerKind({
		...dealRecords,
		...answering(dealReferences),
		stepFacts: async ({ now }, candidates) =>
			new Set(candidates.filter((value) => value === STAGES.won || isPast(value, now)))
	}),
	first: {
		name: 'Harbour crane',
		stage: STAGES.open[0],
		pipeline: PIPELINE,
		owner: PEOPLE.ann.id,
		department: HAMBURG,
		coOwners: [PEOPLE.bob.id]
	},
	firstRow: (id) => ({
		...{ id, rev: 1, deletedAt: null, name: 'Harbour crane', pipelineId: PIPELINE },
		...{ stageId: STAGES.open[0], ownerId: PEOPLE.ann.id, departmentId: HAMBURG }
	}),
	referable: dealReferences,
	steered: ['important', 'nextStep', 'nextStepOn', 'coOwners']
};

export const company: Subject = {
	serverKind: companyRecords,
	inMemory: defineServerKind({ ...companyRecords, ...answering(companyReferences) }),
	first: { name: 'Nordlicht', owner: PEOPLE.ann.id, department: HAMBURG },
	firstRow: (id) => ({
		...{ id, rev: 1, deletedAt: null, name: 'Nordlicht' },
		...{ ownerId: PEOPLE.ann.id, departmentId: HAMBURG }
	}),
	referable: companyReferences,
	steered: []
};

function isPast(value: string, now: Date): boolean {
	return /^\d{4}-\d/.test(value) && value < now.toISOString().slice(0, 10);
}
