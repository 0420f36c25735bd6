import { eq } from 'drizzle-orm';
import { STANDARD_ROLES } from '#lib/features/users/standard-roles.ts';
import { SESSION_COOKIE, signToken } from '#lib/server/auth/cookie.ts';
import type { Db } from '#lib/server/context.ts';
import {
	deals,
	departmentMembers,
	departments,
	pipelines,
	rolePermissions,
	roles,
	sessions,
	stages,
	userProfiles,
	userRoles,
	users
} from '#lib/server/db/tables/index.ts';
import { newId } from '#lib/shared/ids.ts';

export const SECRET = 'a secret that is only good for tests, and long';

export interface Colleague {
	readonly id: string;
	readonly sessionId: string;
	readonly cookie: string;
}

export interface Office {
	readonly hamburg: string;
	readonly pipeline: string;
	readonly stage: string;
	readonly ann: Colleague;
	readonly bob: Colleague;
	/** Of the same department; may read Ann's deals and not write them. */
	readonly cleo: Colleague;
	/** Of another department. */
	readonly tina: Colleague;
}

/** Two departments and four people who are signed in. */
export async function anOffice(db: Db): Promise<Office> {
	const [hamburg, malmo, manager] = [newId(), newId(), newId()];
	await db.insert(departments).values([
		{ id: hamburg, name: 'Sales Hamburg' },
		{ id: malmo, name: 'Sales Malmö' }
	]);
	await db.insert(roles).values({ id: manager, key: 'manager', name: 'Sales manager' });
	const rights = Object.entries(STANDARD_ROLES.manager).flatMap(([entity, verbs]) =>
		Object.entries(verbs).map(([verb, scope]) => ({ roleId: manager, entity, verb, scope }))
	);
	await db.insert(rolePermissions).values(rights);
	const [pipeline, stage] = [newId(), newId()];
	await db
		.insert(pipelines)
		.values({ id: pipeline, departmentId: hamburg, name: 'Machines', position: 'a0' });
	await db
		.insert(stages)
		.values({ id: stage, pipelineId: pipeline, name: 'Offer', position: 'a0', outcome: 'open' });
	const someone = (name: string, departmentId: string) =>
		aColleague(db, name, departmentId, manager);
	return {
		hamburg,
		pipeline,
		stage,
		ann: await someone('Ann Becker', hamburg),
		bob: await someone('Bob Okafor', hamburg),
		cleo: await someone('Cleo Martin', hamburg),
		tina: await someone('Tina Lindqvist', malmo)
	};
}

async function aColleague(db: Db, name: string, departmentId: string, roleId: string) {
	const id = newId();
	await db.insert(users).values({ id, name, email: `${id}@tandem.example` });
	await db.insert(userProfiles).values({ userId: id });
	await db.insert(departmentMembers).values({ userId: id, departmentId });
	await db.insert(userRoles).values({ userId: id, roleId });
	return { id, ...(await signedIn(db, id)) };
}

/** Another session of the person. */
export async function signedIn(db: Db, userId: string, lastsMs = 3_600_000) {
	const [sessionId, token] = [newId(), newId()];
	const expiresAt = new Date(Date.now() + lastsMs);
	await db.insert(sessions).values({ id: sessionId, token, userId, expiresAt });
	const cookie = `${SESSION_COOKIE}=${encodeURIComponent(signToken(token, SECRET))}`;
	return { sessionId, cookie };
}

/** A deal that Ann owns. */
export async function aDeal(db: Db, office: Office, name = 'Harbour crane'): Promise<string> {
	const id = newId();
	await db.insert(deals).values({
		id,
		name,
		rev: 1,
		pipelineId: office.pipeline,
		stageId: office.stage,
		position: 'a0',
		nextStep: 'Get in touch',
		ownerId: office.ann.id,
		departmentId: office.hamburg
	});
	return id;
}

export async function dealRow(db: Db, id: string) {
	const [row] = await db.select().from(deals).where(eq(deals.id, id));
	if (!row) throw new Error('no such deal');
	return row;
}
