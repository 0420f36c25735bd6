import { byKind } from '#lib/shared/kinds.ts';
import type { Entity, Scope, Verb } from '#lib/shared/actor.ts';

export type StandardRoleKey =
	| 'administrator'
	| 'chief'
	| 'manager'
	| 'operator'
	| 'accountant'
	| 'task_operator'
	| 'department_head'
	| 'co_worker';

export type Rights = Partial<Record<Entity, Partial<Record<Verb, Scope>>>>;

const everything = { create: 'all', read: 'all', update: 'all', delete: 'all' } as const;
const own = { create: 'own', read: 'own', update: 'own', delete: 'own' } as const;
const ofDepartment = {
	create: 'department',
	read: 'department',
	update: 'department',
	delete: 'department'
} as const;
const ownOfDepartment = {
	create: 'department',
	read: 'department',
	update: 'own',
	delete: 'own'
} as const;
/** Sees what the department has and changes what is of his own deals. */
const ofOwnDeals = { create: 'own', read: 'department', update: 'own', delete: 'own' } as const;
/** Members of a department make and rename its tags; only an administrator removes one. */
const tagsOfDepartment = {
	create: 'department',
	read: 'department',
	update: 'department'
} as const;

/** What keeps spam away is the whole company's. */
const STOP_PHRASES_KEPT = { create: 'all', read: 'all', delete: 'all' } as const;

/** The catalogue of cities is the whole company's, and kept by those who enter places [core 3.2]. */
const CITIES_KEPT = { create: 'all', update: 'all', delete: 'all' } as const;

/** Currencies and their rates are the whole company's; only an administrator takes one away. */
const CURRENCIES_KEPT = { create: 'all', read: 'all', update: 'all' } as const;

/**
 * The roles a new installation starts with, entity by entity and verb by verb. From then on the rows in
 * the database count: an administrator may change them. Rights add up over a person's roles.
 */
export const STANDARD_ROLES: Record<StandardRoleKey, Rights> = {
	administrator: {
		...byKind(() => everything),
		deal: { ...everything, steer: 'all' },
		task: { ...everything, steer: 'all', assign: 'all' },
		project: { ...everything, steer: 'all' },
		lineItem: everything,
		shipment: { read: 'all', update: 'all' },
		payment: everything,
		tag: everything,
		import: everything,
		export: { create: 'all' },
		city: everything,
		currency: everything,
		qualitySignal: everything,
		stopPhrase: STOP_PHRASES_KEPT,
		user: everything,
		privacy: { read: 'all', delete: 'all' },
		settings: everything
	},
	// Reads everything and works on every task; of a deal he may set importance, next step, co-owners.
	chief: {
		...byKind(() => ({ read: 'all' }) as const),
		deal: { read: 'all', steer: 'all' },
		// Whom he makes responsible is his choice; on other people's work he leaves that to them.
		task: { ...everything, assign: 'all' },
		project: everything,
		lineItem: { read: 'all' },
		shipment: { read: 'all' },
		payment: { read: 'all' },
		tag: { read: 'all' },
		qualitySignal: { read: 'all' },
		import: { read: 'all' },
		export: { create: 'all' },
		settings: { read: 'all' }
	},
	manager: {
		// Requests feed the statistics of marketing: a seller does not delete them.
		request: { create: 'department', read: 'department', update: 'own' },
		company: ownOfDepartment,
		contact: ownOfDepartment,
		lead: ownOfDepartment,
		deal: ownOfDepartment,
		product: ofDepartment,
		lineItem: ofOwnDeals,
		shipment: { read: 'own', update: 'own' },
		payment: ofOwnDeals,
		tag: tagsOfDepartment,
		qualitySignal: ofDepartment,
		import: { create: 'department', read: 'own', update: 'own', delete: 'own' },
		// His own records, not the department's [core 5.20].
		export: { create: 'own' },
		city: CITIES_KEPT,
		currency: CURRENCIES_KEPT
	},
	operator: {
		request: ofDepartment,
		company: ofDepartment,
		contact: ofDepartment,
		lead: ofDepartment,
		deal: ofDepartment,
		product: ofDepartment,
		tag: tagsOfDepartment,
		import: ofDepartment,
		export: { create: 'department' },
		city: CITIES_KEPT,
		stopPhrase: STOP_PHRASES_KEPT
	},
	// Changes payments of every department, and neither adds nor removes any.
	accountant: { currency: CURRENCIES_KEPT, payment: { read: 'all', update: 'all' } },
	task_operator: {
		task: { ...everything, steer: 'all', assign: 'all' },
		project: { ...everything, steer: 'all' },
		shipment: { read: 'all' }
	},
	// Gives tasks to the people of his departments, and is the co-owner of those they set themselves.
	department_head: { task: { assign: 'department' } },
	// Everybody has this one: knows the colleagues, looks after himself, reads his departments' lists.
	co_worker: {
		task: { ...own, steer: 'own', assign: 'own' },
		project: { ...own, steer: 'own' },
		export: { create: 'own' },
		user: { read: 'all', update: 'own' },
		currency: { read: 'all' },
		settings: { read: 'department' }
	}
};

/** Names by which the roles are stored; pages show the translated one while the name is unchanged. */
export const STANDARD_ROLE_NAMES: Record<StandardRoleKey, string> = {
	administrator: 'Administrator',
	chief: 'Chief',
	manager: 'Sales manager',
	operator: 'Operator',
	accountant: 'Accountant',
	task_operator: 'Task operator',
	department_head: 'Department head',
	co_worker: 'Co-worker'
};
