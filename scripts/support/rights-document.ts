import { GRANTABLE } from '../../src/lib/features/users/standard-rights.ts';
import {
	STANDARD_ROLE_NAMES,
	STANDARD_ROLES,
	type Rights
} from '../../src/lib/features/users/standard-roles.ts';
import type { Entity } from '../../src/lib/shared/actor.ts';

/** Where the rights of the standard roles are printed for people. */
export const RIGHTS_DOCUMENT = 'docs/rights.md';

/** The rights that an installation begins with, as a document; `scripts/print-rights.ts` writes it. */
export function rightsDocument(): string {
	return [
		'# Rights',
		'',
		'Printed from `src/lib/features/users/standard-roles.ts` by `node scripts/print-rights.ts`; a test fails when the two differ.',
		'These are the rows that an installation begins with. An administrator changes them under Settings → Roles; rights add up over',
		'the roles that somebody has, and everybody is a co-worker beside them.',
		'',
		'**own**: what one owns or co-owns, has a part in, or brought oneself. **department**: what belongs to one of the departments',
		'that one is a member of, however many they are. **all**: everything. A verb that is missing is not given.',
		'',
		`| | ${ROLES.map((role) => STANDARD_ROLE_NAMES[role]).join(' | ')} |`,
		`| --- |${ROLES.map(() => ' --- |').join('')}`,
		...entities().map((entity) => row(entity)),
		'',
		...RULES
	].join('\n');
}

// Object.keys forgets what it was given.
const ROLES = Object.keys(STANDARD_ROLES) as (keyof typeof STANDARD_ROLES)[];

const entities = () => Object.keys(GRANTABLE) as Entity[];

const row = (entity: Entity) =>
	`| ${entity} | ${ROLES.map((role) => cell(STANDARD_ROLES[role], entity)).join(' | ')} |`;

function cell(rights: Rights, entity: Entity): string {
	const byScope = Map.groupBy(Object.entries(rights[entity] ?? {}), ([, scope]) => scope);
	return [...byScope]
		.map(([scope, verbs]) => `${verbs.map(([verb]) => verb).join(' ')}: ${scope}`)
		.join('<br>');
}

/** What is not of the shape entity, verb and scope, and where it stands. */
const RULES = [
	'## Rules beside the table',
	'',
	'| rule | stands in |',
	'| --- | --- |',
	'| Whoever may not read a record may not change it either; a foreign one is not found, and never named | `users/policy.ts`, `users/scope.server.ts` |',
	'| "Steer" a deal: importance, next step and its day, co-owners, and nothing else (a chief’s) | `deals/policy.ts` |',
	'| Owner and department of a contact are always those of its company | `contacts/commands` |',
	'| The owner of a record is a member of its department | `server/db/referable.ts` |',
	'| Line items, shipments and payments are one’s own when the deal is | `deals/policy.ts`, `deals/scope.server.ts` |',
	'| Requests without an owner are the inbox of whoever changes all requests of the department | `requests/policy.ts` |',
	'| What is kept aside, reminders and notifications are for the person alone, administrators included | `kept`, `reminders`, `notifications` |',
	'| A key gives no more than its owner has; one that may only read changes nothing | `server/auth/api-key.ts` |',
	'| The audit and the files that are missing are for whoever manages people and settings | `activity/policy.ts`, `attachments` |',
	'',
	'## What is different from the reference, and better',
	'',
	'- Operators and everybody else open a deal whatever they may see of its payments: what they may not see is not there.',
	'- A person in several departments has the rights of all of them at once; there is no department that "is chosen" and hides the others.',
	'- "ID 12" and every other search find only what one may open.',
	'- Several roles add up; no rule asks for exactly one of them.',
	'- Every act has its right: import, merge, hand-over, export, print pages and file addresses are rows of the tested matrix.',
	''
];
