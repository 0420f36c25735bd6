import type { KindName } from './kinds.ts';

export type Verb = 'create' | 'read' | 'update' | 'delete' | 'steer' | 'assign';
export type Scope = 'own' | 'department' | 'all';
export type Entity =
	| KindName
	| 'lineItem'
	| 'shipment'
	| 'payment'
	| 'tag'
	| 'import'
	| 'export'
	| 'city'
	| 'currency'
	| 'qualitySignal'
	| 'stopPhrase'
	| 'privacy'
	| 'user'
	| 'settings';

/**
 * Who acts: made in one place from a session or a job, everything else only reads it.
 * `permissions` holds the widest scope that any of the person's roles gives, keyed "entity.verb".
 */
export interface Actor {
	readonly id: string;
	readonly type: 'user' | 'system';
	readonly name: string;
	readonly departmentIds: readonly string[];
	readonly permissions: Readonly<Partial<Record<`${Entity}.${Verb}`, Scope>>>;
	/** The session this actor came in with; null for jobs and the system. */
	readonly sessionId: string | null;
	readonly language: 'en' | 'de';
	readonly timeZone: string;
	/** Others are not shown which records this person has open. */
	readonly viewsPrivately?: boolean;
}

/** Widest scope in which the actor may do this, or null. */
export function scopeOf(actor: Actor, entity: Entity, verb: Verb): Scope | null {
	if (actor.type === 'system') return 'all';
	return actor.permissions[`${entity}.${verb}`] ?? null;
}

/** Who acts when no person does: jobs, seeds and the set-up of an installation. */
export const systemActor: Actor = {
	id: '00000000-0000-7000-8000-000000000001',
	type: 'system',
	name: 'Tandem',
	departmentIds: [],
	permissions: {},
	sessionId: null,
	language: 'en',
	timeZone: 'UTC'
};
