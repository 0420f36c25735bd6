import type { Entity, Scope, Verb } from '#lib/shared/actor.ts';
import { byKind } from '#lib/shared/kinds.ts';

/** One right by its name, as in a form and in `Actor.permissions`. */
export type RightName = `${Entity}.${Verb}`;

/** What a role may do: a scope for each right that it gives. */
export type RoleRights = Readonly<Partial<Record<RightName, Scope>>>;

const ANY = ['own', 'department', 'all'] as const;
const SHARED = ['department', 'all'] as const;
const WHOLE = ['all'] as const;

type Grants = Partial<Record<Verb, readonly Scope[]>>;

/** New records have no owner yet, so nobody makes only his own. */
const OF_RECORDS: Grants = { create: SHARED, read: ANY, update: ANY, delete: ANY };

/** Work belongs to people and not to departments: one has a part in it, or may do it with all. */
const OWN_OR_ALL = ['own', 'all'] as const;
const OF_WORK: Grants = {
	create: OWN_OR_ALL,
	read: OWN_OR_ALL,
	update: OWN_OR_ALL,
	delete: OWN_OR_ALL,
	steer: OWN_OR_ALL
};

/**
 * Every right that an administrator can give, with the scopes in which some rule obeys it: a right that
 * nothing asks for is no choice. In the order in which people see them.
 */
export const GRANTABLE: Readonly<Record<Entity, Grants>> = {
	...byKind(() => OF_RECORDS),
	deal: { ...OF_RECORDS, steer: ANY },
	task: { ...OF_WORK, assign: ANY },
	project: OF_WORK,
	// Products have no owner.
	product: { create: SHARED, read: SHARED, update: SHARED, delete: SHARED },
	// Rows of a deal: one's own are those of deals that one owns or co-owns.
	lineItem: { create: ANY, read: ANY, update: ANY, delete: ANY },
	shipment: { read: ANY, update: ANY },
	payment: { create: ANY, read: ANY, update: ANY, delete: ANY },
	import: { create: SHARED, read: ANY, update: ANY },
	// Of what one may read, as much as one may take along in a file.
	export: { create: ANY },
	tag: { create: SHARED, read: SHARED, update: SHARED, delete: SHARED },
	qualitySignal: { create: SHARED, read: SHARED, update: SHARED, delete: SHARED },
	stopPhrase: { create: WHOLE, read: WHOLE, delete: WHOLE },
	city: { create: WHOLE, update: WHOLE, delete: WHOLE },
	currency: { create: WHOLE, update: WHOLE, delete: WHOLE },
	settings: { create: SHARED, read: SHARED, update: SHARED, delete: SHARED },
	user: { create: WHOLE },
	// To have everything about a person collected, and to erase him.
	privacy: { read: WHOLE, delete: WHOLE }
};

interface Grantable {
	readonly entity: Entity;
	readonly verb: Verb;
	readonly name: RightName;
	readonly scopes: readonly Scope[];
}

/** The same, one after the other. */
export const GRANTABLE_RIGHTS: readonly Grantable[] = Object.entries(GRANTABLE).flatMap(
	([entity, grants]) =>
		Object.entries(grants).map(([verb, scopes]) => {
			// Object.entries forgets which keys these are.
			const right = { entity: entity as Entity, verb: verb as Verb };
			return { ...right, name: `${right.entity}.${right.verb}` as const, scopes };
		})
);
