import { asc, eq, notInArray, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import * as people from '#lib/features/users/commands.server.ts';
import { STANDARD_ROLE_NAMES } from '#lib/features/users/standard-roles.ts';
import { findPendingApp } from '#lib/features/users/queries.server.ts';
import { actorOfUser } from '#lib/server/auth/actor.ts';
import { codeOf } from '#lib/server/auth/totp.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	accounts,
	changes,
	authenticators,
	closingReasons,
	departments,
	installation,
	invitations,
	mailSettings,
	passkeys,
	passwordLinks,
	recoveryCodes,
	rolePermissions,
	roles,
	sessions,
	stages
} from '#lib/server/db/tables/index.ts';
import { INSTALLATION } from '#lib/server/records/announce.ts';
import { newId } from '#lib/shared/ids.ts';
import { inRollback } from '#tests/support/database.ts';
import { passkeyDevice } from '#tests/support/passkey-device.ts';
import * as settings from './commands.server.ts';

process.env.SECRET = 'a secret of at least thirty-two characters';
const PASSWORD = 'the-present-secret';
const NEW_PASSWORD = 'the-secret-to-come';

/** What the commands work on: made anew for each of them. */
interface Office {
	/** The administrator, signed in twice. */
	readonly adam: Ctx;
	readonly ann: string;
	readonly hamburg: string;
	readonly malmo: string;
	readonly pipelineId: string;
	readonly stageIds: readonly string[];
	readonly tagId: string;
	readonly reasonIds: readonly string[];
	readonly otherSession: string;
	readonly roleIds: ReadonlyMap<string, string>;
}

/** One row of the history without what differs from run to run. */
interface Written {
	readonly kind: string;
	readonly recordId?: string;
	readonly act: string;
	readonly field?: string;
	readonly old?: unknown;
	readonly new?: unknown;
}

interface Scenario {
	/** Before the command, so that it has something to do. */
	readonly first?: (office: Office) => Promise<unknown>;
	readonly run: (office: Office) => unknown;
	readonly writes: (office: Office) => readonly Written[];
	/** Runs on an installation without people, as the system. */
	readonly unclaimed?: true;
}

let token = '';
let keyId = '';
let otherTagId = '';
let madeId = '';
let totp = '';
let response: unknown;
const PROOF = { currentPassword: PASSWORD };
const SITE = { name: 'Tandem', origin: 'https://crm.tandem.example' };
const GUEST = { name: 'Nina', email: 'nina@tandem.example' };

async function invite({ adam }: Office): Promise<void> {
	const made = await people.inviteUser(adam, { ...GUEST, departmentIds: [], roleIds: [] });
	token = made.ok ? made.value.token : '';
	const [row] = await adam.db.select({ id: invitations.id }).from(invitations);
	madeId = row?.id ?? '';
}

const setMail = ({ db, now }: Ctx) =>
	db.insert(mailSettings).values({
		...{ id: newId(), host: '127.0.0.1', port: 25, security: 'none' as const },
		...{ senderName: 'Tandem', senderAddress: 'crm@tandem.example' },
		...{ address: SITE.origin, updatedAt: now }
	});

async function beginApp({ adam }: Office): Promise<void> {
	await people.beginApp(adam, PROOF);
	const about = { userId: adam.actor.id, account: 'adam', issuer: 'Tandem' };
	totp = (await findPendingApp(adam, about))?.secret ?? '';
}

async function useApp(office: Office): Promise<void> {
	await beginApp(office);
	await people.confirmApp(office.adam, { code: codeOf(totp, office.adam.now) });
}

/** What a device answers that was asked to make a passkey. */
async function newPasskey(adam: Ctx): Promise<unknown> {
	const begun = await people.beginPasskey(adam, { ...PROOF, site: SITE });
	if (!begun.ok) throw new Error(begun.error);
	return passkeyDevice(SITE.origin).create(begun.value.options);
}

const user = (recordId: string) => ({ kind: 'user', recordId }) as const;
const edit = (about: object, field: string, old: unknown, now: unknown) =>
	({ ...about, act: 'edit', field, old, new: now }) as Written;
const role = (office: Office, key: string) => office.roleIds.get(key) ?? '';

/** The first currency of an installation is the one that everything is reported in. */
const firstCurrency = (code: string) => [
	edit(INSTALLATION, 'bookkeepingCurrency', null, code),
	edit(INSTALLATION, 'currencies', [], [code]),
	edit(INSTALLATION, 'dailyRates', [], [code]),
	edit(INSTALLATION, 'marketingCurrency', null, code)
];

const EVERY_ROLE = Object.entries(STANDARD_ROLE_NAMES)
	.sort()
	.map(([key, name]) => {
		const rights = expect.any(Object);
		return { kind: 'role', act: 'create', new: { key, name, rights } };
	});

const SCENARIOS: Readonly<Record<keyof typeof people | keyof typeof settings, Scenario>> = {
	addUser: {
		run: ({ adam, hamburg }) =>
			people.addUser(adam, {
				name: 'Nina New',
				email: 'Nina@tandem.example',
				password: NEW_PASSWORD,
				departmentIds: [hamburg],
				roleIds: []
			}),
		writes: (office) => [
			{
				kind: 'user',
				act: 'create',
				new: {
					name: 'Nina New',
					email: 'nina@tandem.example',
					language: 'en',
					timeZone: 'UTC',
					departmentIds: [office.hamburg],
					roleIds: [role(office, 'co_worker')]
				}
			}
		]
	},
	changeUser: {
		run: ({ adam, ann, malmo, roleIds }) =>
			people.changeUser(adam, {
				userId: ann,
				departmentIds: [malmo],
				roleIds: [roleIds.get('manager') ?? '']
			}),
		// Her roles stay as they were, so nothing is said of them.
		writes: ({ ann, hamburg, malmo }) => [edit(user(ann), 'departmentIds', [hamburg], [malmo])]
	},
	deactivateUser: {
		run: ({ adam, ann }) => people.deactivateUser(adam, { userId: ann }),
		writes: ({ ann }) => [edit(user(ann), 'active', true, false)]
	},
	activateUser: {
		first: ({ adam, ann }) => people.deactivateUser(adam, { userId: ann }),
		run: ({ adam, ann }) => people.activateUser(adam, { userId: ann }),
		writes: ({ ann }) => [edit(user(ann), 'active', false, true)]
	},
	inviteUser: {
		run: ({ adam, hamburg }) =>
			people.inviteUser(adam, { ...GUEST, departmentIds: [hamburg], roleIds: [] }),
		writes: ({ hamburg }) => [
			{
				kind: 'invitation',
				act: 'create',
				new: { ...GUEST, departmentIds: [hamburg], roleIds: [] }
			}
		]
	},
	inviteAgain: {
		first: invite,
		run: async ({ adam }) => {
			const made = await people.inviteAgain(adam, { invitationId: madeId });
			token = made.ok ? made.value.token : '';
		},
		writes: () => [{ kind: 'invitation', recordId: madeId, act: 'invite_again' }]
	},
	revokeInvitation: {
		first: invite,
		run: ({ adam }) => people.revokeInvitation(adam, { invitationId: madeId }),
		writes: () => [{ kind: 'invitation', recordId: madeId, act: 'revoke' }]
	},
	acceptInvitation: {
		first: invite,
		run: ({ adam }) =>
			people.acceptInvitation(adam, {
				...{ token, name: 'Nina New', password: NEW_PASSWORD },
				...{ language: 'de', timeZone: 'UTC' }
			}),
		writes: () => [
			{ kind: 'invitation', recordId: madeId, act: 'accept', new: { userId: expect.any(String) } },
			{ kind: 'user', act: 'create', new: expect.objectContaining({ email: GUEST.email }) }
		]
	},
	makePasswordLink: {
		run: async ({ adam, ann }) => {
			const made = await people.makePasswordLink(adam, { userId: ann });
			token = made.ok ? made.value.token : '';
		},
		writes: ({ ann }) => [{ ...user(ann), act: 'make_password_link' }]
	},
	sendPasswordLink: {
		first: ({ adam }) => setMail(adam),
		run: ({ adam, ann }) => people.sendPasswordLink(adam, { userId: ann }),
		writes: ({ ann }) => [{ ...user(ann), act: 'make_password_link' }]
	},
	choosePassword: {
		first: async ({ adam }) => {
			const made = await people.makePasswordLink(adam, { userId: adam.actor.id });
			token = made.ok ? made.value.token : '';
		},
		run: ({ adam }) => people.choosePassword(adam, { token, newPassword: NEW_PASSWORD }),
		writes: ({ adam }) => [{ ...user(adam.actor.id), act: 'reset_password' }]
	},
	beginApp: {
		run: ({ adam }) => people.beginApp(adam, PROOF),
		writes: ({ adam }) => [{ ...user(adam.actor.id), act: 'begin_factor' }]
	},
	beginAppOf: {
		run: ({ adam }) => people.beginAppOf(adam, adam.actor.id),
		writes: ({ adam }) => [{ ...user(adam.actor.id), act: 'begin_factor' }]
	},
	confirmApp: {
		first: beginApp,
		run: ({ adam }) => people.confirmApp(adam, { code: codeOf(totp, adam.now) }),
		writes: ({ adam }) => [{ ...user(adam.actor.id), act: 'add_factor', new: { app: true } }]
	},
	confirmAppOf: {
		first: beginApp,
		run: ({ adam }) =>
			people.confirmAppOf(adam, { userId: adam.actor.id, code: codeOf(totp, adam.now) }),
		writes: ({ adam }) => [{ ...user(adam.actor.id), act: 'add_factor', new: { app: true } }]
	},
	removeApp: {
		first: useApp,
		run: ({ adam }) => people.removeApp(adam, PROOF),
		writes: ({ adam }) => [{ ...user(adam.actor.id), act: 'remove_factor', old: { app: true } }]
	},
	renewRecoveryCodes: {
		first: useApp,
		run: async ({ adam }) => {
			const made = await people.renewRecoveryCodes(adam, PROOF);
			token = made.ok ? (made.value.codes[0] ?? '') : '';
		},
		writes: ({ adam }) => [{ ...user(adam.actor.id), act: 'renew_recovery_codes' }]
	},
	noteRecoveryCode: {
		run: ({ adam }) => people.noteRecoveryCode(adam, { userId: adam.actor.id }),
		writes: ({ adam }) => [{ ...user(adam.actor.id), act: 'use_recovery_code' }]
	},
	beginPasskey: {
		run: ({ adam }) => people.beginPasskey(adam, { ...PROOF, site: SITE }),
		writes: ({ adam }) => [{ ...user(adam.actor.id), act: 'begin_factor' }]
	},
	addPasskey: {
		first: async ({ adam }) => {
			response = await newPasskey(adam);
		},
		run: ({ adam }) => people.addPasskey(adam, { name: 'Phone', response, site: SITE }),
		writes: ({ adam }) => [{ ...user(adam.actor.id), act: 'add_factor', new: { passkey: 'Phone' } }]
	},
	removePasskey: {
		first: async ({ adam }) => {
			const made = { name: 'Phone', response: await newPasskey(adam), site: SITE };
			await people.addPasskey(adam, made);
			const [row] = await adam.db.select({ id: passkeys.id }).from(passkeys);
			madeId = row?.id ?? '';
		},
		run: ({ adam }) => people.removePasskey(adam, { ...PROOF, passkeyId: madeId }),
		writes: ({ adam }) => [
			{ ...user(adam.actor.id), act: 'remove_factor', old: { passkey: 'Phone' } }
		]
	},
	resetFactors: {
		run: ({ adam, ann }) => people.resetFactors(adam, { userId: ann }),
		writes: ({ ann }) => [{ ...user(ann), act: 'reset_factors' }]
	},
	requireFactor: {
		run: (office) =>
			people.requireFactor(office.adam, { roleId: role(office, 'chief'), required: true }),
		writes: (office) => [
			edit({ kind: 'role', recordId: role(office, 'chief') }, 'secondFactor', false, true)
		]
	},
	changePassword: {
		run: ({ adam }) =>
			people.changePassword(adam, { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }),
		writes: ({ adam, otherSession }) => [
			{ ...user(adam.actor.id), act: 'change_password' },
			{ ...user(adam.actor.id), act: 'end_session', old: { id: otherSession, userAgent: null } }
		]
	},
	saveProfile: {
		run: ({ adam }) =>
			people.saveProfile(adam, {
				name: 'Adam N.',
				language: 'de',
				timeZone: 'UTC',
				colorScheme: 'system'
			}),
		writes: ({ adam }) => [
			edit(user(adam.actor.id), 'language', 'en', 'de'),
			edit(user(adam.actor.id), 'name', 'Adam Novak', 'Adam N.')
		]
	},
	chooseColorScheme: {
		run: ({ adam }) => people.chooseColorScheme(adam, { colorScheme: 'dark' }),
		writes: ({ adam }) => [edit(user(adam.actor.id), 'colorScheme', 'system', 'dark')]
	},
	viewPrivately: {
		run: ({ adam }) => people.viewPrivately(adam, { viewPrivately: true }),
		writes: ({ adam }) => [edit(user(adam.actor.id), 'viewPrivately', false, true)]
	},
	chooseDepartment: {
		run: ({ adam, malmo }) => people.chooseDepartment(adam, { departmentId: malmo }),
		writes: ({ adam, malmo }) => [
			edit(user(adam.actor.id), 'currentDepartmentId', expect.any(String), malmo)
		]
	},
	revokeSession: {
		run: ({ adam, otherSession }) => people.revokeSession(adam, { sessionId: otherSession }),
		writes: ({ adam, otherSession }) => [
			{ ...user(adam.actor.id), act: 'end_session', old: { id: otherSession, userAgent: null } }
		]
	},
	revokeOtherSessions: {
		run: ({ adam }) => people.revokeOtherSessions(adam),
		writes: ({ adam, otherSession }) => [
			{ ...user(adam.actor.id), act: 'end_session', old: { id: otherSession, userAgent: null } }
		]
	},
	signOut: {
		run: ({ adam }) => people.signOut(adam),
		writes: ({ adam }) => [
			{
				...user(adam.actor.id),
				act: 'end_session',
				old: { id: adam.actor.sessionId, userAgent: null }
			}
		]
	},
	createApiKey: {
		run: ({ adam }) => people.createApiKey(adam, { name: 'Reports', access: 'read', days: null }),
		writes: ({ adam }) => [
			{
				kind: 'apiKey',
				act: 'create',
				new: {
					userId: adam.actor.id,
					name: 'Reports',
					prefix: expect.any(String),
					scopes: ['read'],
					expiresAt: null
				}
			}
		]
	},
	revokeApiKey: {
		first: async ({ adam }) => {
			const made = await people.createApiKey(adam, { name: 'Old', access: 'read', days: null });
			keyId = made.ok ? made.value.id : '';
		},
		run: ({ adam }) => people.revokeApiKey(adam, { keyId }),
		writes: () => [{ kind: 'apiKey', recordId: keyId, act: 'revoke' }]
	},
	changeRole: {
		run: (office) =>
			people.changeRole(office.adam, {
				roleId: role(office, 'manager'),
				seen: { 'company.update': 'own', 'company.delete': 'own' },
				rights: { 'company.update': 'department', 'company.delete': null }
			}),
		writes: (office) => [
			edit({ kind: 'role', recordId: role(office, 'manager') }, 'company.delete', 'own', null),
			edit(
				{ kind: 'role', recordId: role(office, 'manager') },
				'company.update',
				'own',
				'department'
			)
		]
	},
	installStandardRoles: {
		unclaimed: true,
		first: async ({ adam }) => {
			await adam.db.delete(rolePermissions);
			await adam.db.delete(roles);
		},
		run: ({ adam }) => people.installStandardRoles(adam),
		writes: () => EVERY_ROLE
	},
	issueSetUpToken: {
		unclaimed: true,
		run: async ({ adam }) => (token = (await people.issueSetUpToken(adam)) ?? ''),
		writes: () => [{ kind: 'installation', act: 'issue_set_up_token' }]
	},
	redeemSetUpToken: {
		unclaimed: true,
		first: async ({ adam }) => (token = (await people.issueSetUpToken(adam)) ?? ''),
		run: ({ adam }) => people.redeemSetUpToken(adam, token),
		writes: () => [{ kind: 'installation', act: 'redeem_set_up_token' }]
	},
	setUpWorkspace: {
		unclaimed: true,
		first: async ({ adam }) => (token = (await people.issueSetUpToken(adam)) ?? ''),
		run: ({ adam }) =>
			settings.setUpWorkspace(adam, {
				token,
				workspaceName: 'Voss',
				departmentName: 'Sales',
				name: 'Greta Voss',
				email: 'greta@voss.example',
				password: NEW_PASSWORD,
				country: 'DE',
				currency: 'EUR',
				language: 'en',
				timeZone: 'UTC'
			}),
		writes: () => [
			{ kind: 'department', act: 'create', new: expect.objectContaining({ name: 'Sales' }) },
			{ kind: 'installation', act: 'redeem_set_up_token' },
			...firstCurrency('EUR'),
			edit({ kind: 'installation' }, 'workspaceName', null, 'Voss'),
			{ kind: 'pipeline', act: 'create', new: expect.objectContaining({ name: 'Sales' }) },
			...EVERY_ROLE,
			{ kind: 'user', act: 'create', new: expect.objectContaining({ email: 'greta@voss.example' }) }
		]
	},
	createDepartment: {
		run: ({ adam }) =>
			settings.createDepartment(adam, {
				name: 'Oslo',
				defaultCountry: 'NO',
				defaultCurrency: 'NOK'
			}),
		writes: () => [
			{
				kind: 'department',
				act: 'create',
				new: {
					name: 'Oslo',
					defaultCountry: 'NO',
					defaultCurrency: 'NOK',
					clientTypes: expect.arrayContaining(['Dealer']),
					industries: expect.any(Array),
					leadSources: expect.any(Array)
				}
			},
			...firstCurrency('NOK'),
			{
				kind: 'pipeline',
				act: 'create',
				new: { departmentId: expect.any(String), name: 'Sales', stages: expect.any(Array) }
			}
		]
	},
	changeDepartment: {
		run: ({ adam, hamburg }) =>
			settings.changeDepartment(adam, {
				departmentId: hamburg,
				name: 'Hamburg',
				defaultCountry: 'DK',
				defaultCurrency: null,
				worksGlobally: true
			}),
		writes: ({ hamburg }) => [
			edit({ kind: 'department', recordId: hamburg }, 'defaultCountry', null, 'DK'),
			edit({ kind: 'department', recordId: hamburg }, 'worksGlobally', false, true)
		]
	},
	createTag: {
		run: ({ adam, hamburg }) => settings.createTag(adam, { departmentId: hamburg, name: 'Fair' }),
		writes: ({ hamburg }) => [
			{ kind: 'tag', act: 'create', new: { departmentId: hamburg, name: 'Fair' } }
		]
	},
	addEntry: {
		run: ({ adam, hamburg }) =>
			settings.addEntry(adam, { list: 'lead_sources', departmentId: hamburg, name: 'Radio' }),
		writes: ({ hamburg }) => [
			{ kind: 'leadSource', act: 'create', new: { departmentId: hamburg, name: 'Radio' } }
		]
	},
	renameEntry: {
		run: ({ adam, tagId }) =>
			settings.renameEntry(adam, { list: 'tags', entryId: tagId, name: 'Old friend' }),
		writes: ({ tagId }) => [edit({ kind: 'tag', recordId: tagId }, 'name', 'Friend', 'Old friend')]
	},
	removeEntry: {
		run: ({ adam, tagId }) => settings.removeEntry(adam, { list: 'tags', entryId: tagId }),
		writes: ({ tagId, hamburg }) => [
			{
				kind: 'tag',
				recordId: tagId,
				act: 'remove',
				old: { departmentId: hamburg, name: 'Friend' }
			}
		]
	},
	mergeEntry: {
		first: async ({ adam, hamburg }) => {
			const made = await settings.createTag(adam, { departmentId: hamburg, name: 'Pal' });
			if (made.ok) otherTagId = made.value.id;
		},
		run: ({ adam, tagId }) =>
			settings.mergeEntry(adam, [], { list: 'tags', entryId: tagId, intoId: otherTagId }),
		writes: ({ tagId, hamburg }) => [
			{
				...{ kind: 'tag', recordId: tagId, act: 'merge' },
				old: { departmentId: hamburg, name: 'Friend' },
				new: { into: 'Pal', records: 0 }
			}
		]
	},
	saveCountries: {
		run: ({ adam }) => settings.saveCountries(adam, { offered: ['DE'] }),
		writes: () => [edit(INSTALLATION, 'countries', expect.any(Array), ['DE'])]
	},
	addStage: {
		run: ({ adam, pipelineId }) => settings.addStage(adam, { pipelineId, name: 'Waiting' }),
		writes: ({ pipelineId }) => [
			{
				kind: 'stage',
				act: 'create',
				new: { pipelineId, name: 'Waiting', position: expect.any(String), isDefault: false }
			}
		]
	},
	renameStage: {
		run: ({ adam, stageIds: [stageId = ''] }) =>
			settings.renameStage(adam, { stageId, name: 'Asked' }),
		writes: ({ stageIds: [recordId = ''] }) => [
			edit({ kind: 'stage', recordId }, 'name', 'Request', 'Asked')
		]
	},
	moveStage: {
		run: ({ adam, stageIds: [, stageId = ''] }) =>
			settings.moveStage(adam, { stageId, direction: 'up' }),
		writes: ({ stageIds: [, recordId = ''] }) => [
			edit({ kind: 'stage', recordId }, 'position', expect.any(String), expect.any(String))
		]
	},
	makeDefault: {
		run: ({ adam, stageIds: [, stageId = ''] }) => settings.makeDefault(adam, { stageId }),
		writes: ({ stageIds: [former = '', stageId = ''] }) => [
			edit({ kind: 'stage', recordId: former }, 'isDefault', true, false),
			edit({ kind: 'stage', recordId: stageId }, 'isDefault', false, true)
		]
	},
	removeStage: {
		run: ({ adam, stageIds: [, stageId = ''] }) => settings.removeStage(adam, { stageId }),
		writes: ({ stageIds: [, recordId = ''] }) => [
			{
				kind: 'stage',
				recordId,
				act: 'remove',
				old: expect.objectContaining({ name: 'Analysis', outcome: 'open' })
			}
		]
	},
	changeStage: {
		run: ({ adam, stageIds: [, stageId = ''] }) =>
			settings.changeStage(adam, {
				...{ stageId, probability: 25, staleAfterDays: null },
				...{ isSecondDefault: true, isConditionalSuccess: true }
			}),
		writes: ({ stageIds }) => {
			const about = { kind: 'stage', recordId: stageIds[1] ?? '' };
			const former = { kind: 'stage', recordId: stageIds[8] ?? '' };
			return [
				edit(former, 'isConditionalSuccess', true, false),
				edit(about, 'isConditionalSuccess', false, true),
				edit(about, 'isSecondDefault', false, true),
				edit(about, 'probability', 20, 25),
				edit(about, 'staleAfterDays', 14, null)
			];
		}
	},
	addPipeline: {
		run: ({ adam, hamburg }) =>
			settings.addPipeline(adam, { departmentId: hamburg, name: 'Service' }),
		writes: ({ hamburg }) => [
			{
				kind: 'pipeline',
				act: 'create',
				new: {
					...{ departmentId: hamburg, name: 'Service' },
					stages: ['open', 'shipped', 'won', 'lost'].map((outcome) =>
						expect.objectContaining({ outcome })
					)
				}
			}
		]
	},
	renamePipeline: {
		run: ({ adam, pipelineId }) => settings.renamePipeline(adam, { pipelineId, name: 'Machines' }),
		writes: ({ pipelineId: recordId }) => [
			edit({ kind: 'pipeline', recordId }, 'name', 'Sales', 'Machines')
		]
	},
	movePipeline: {
		first: anotherPipeline,
		run: ({ adam, pipelineId }) => settings.movePipeline(adam, { pipelineId, direction: 'down' }),
		writes: ({ pipelineId: recordId }) => [
			edit({ kind: 'pipeline', recordId }, 'position', expect.any(String), expect.any(String))
		]
	},
	removePipeline: {
		first: anotherPipeline,
		run: ({ adam, pipelineId }) => settings.removePipeline(adam, { pipelineId }),
		writes: ({ pipelineId: recordId }) => [
			...[{ kind: 'pipeline', recordId, act: 'remove' }].map((about) => ({
				...about,
				old: expect.objectContaining({ name: 'Sales', stages: expect.any(Array) })
			}))
		]
	},
	addReason: {
		run: ({ adam, hamburg }) =>
			settings.addReason(adam, { departmentId: hamburg, name: 'Too late' }),
		writes: ({ hamburg: departmentId }) => [
			{
				...{ kind: 'closingReason', act: 'create' },
				new: { departmentId, name: 'Too late', position: expect.any(String), outcome: 'lost' }
			}
		]
	},
	renameReason: {
		run: ({ adam, reasonIds: [, reasonId = ''] }) =>
			settings.renameReason(adam, { reasonId, name: 'Silence' }),
		writes: ({ reasonIds: [, recordId = ''] }) => [
			edit({ kind: 'closingReason', recordId }, 'name', 'No response', 'Silence')
		]
	},
	moveReason: {
		run: ({ adam, reasonIds: [, reasonId = ''] }) =>
			settings.moveReason(adam, { reasonId, direction: 'down' }),
		writes: ({ reasonIds: [, recordId = ''] }) => [
			edit(
				{ kind: 'closingReason', recordId },
				...(['position', expect.any(String), expect.any(String)] as const)
			)
		]
	},
	makeSuccess: {
		run: ({ adam, reasonIds: [, reasonId = ''] }) => settings.makeSuccess(adam, { reasonId }),
		writes: ({ reasonIds: [former = '', now = ''] }) => [
			edit({ kind: 'closingReason', recordId: former }, 'outcome', 'won', 'lost'),
			edit({ kind: 'closingReason', recordId: now }, 'outcome', 'lost', 'won')
		]
	},
	removeReason: {
		run: ({ adam, reasonIds: [, reasonId = ''] }) => settings.removeReason(adam, { reasonId }),
		writes: ({ reasonIds: [, recordId = ''] }) => [
			{
				...{ kind: 'closingReason', recordId, act: 'remove' },
				old: expect.objectContaining({ name: 'No response', outcome: 'lost' })
			}
		]
	}
};

function anotherPipeline({ adam, hamburg }: Office) {
	return settings.addPipeline(adam, { departmentId: hamburg, name: 'Service' });
}

async function open(ctx: Ctx): Promise<Office> {
	await people.installStandardRoles(ctx);
	const roleIds = new Map((await ctx.db.select().from(roles)).map(({ key, id }) => [key, id]));
	const [hamburg, malmo] = [newId(), newId()];
	const made = await settings.createDepartment(ctx, {
		name: 'Hamburg',
		defaultCountry: null,
		defaultCurrency: null
	});
	if (!made.ok) throw new Error(made.error);
	await ctx.db.insert(departments).values({ id: malmo, name: 'Malmö' });
	const home = made.value.departmentId;
	const person = async (name: string, key: string) => {
		const added = await people.addUser(ctx, {
			name,
			email: `${hamburg}.${key}@tandem.example`,
			password: PASSWORD,
			departmentIds: [home],
			roleIds: [roleIds.get(key) ?? '']
		});
		if (!added.ok) throw new Error(added.error);
		return added.value.userId;
	};
	const [adam, ann] = [await person('Adam Novak', 'administrator'), await person('Ann', 'manager')];
	const tag = await settings.createTag(ctx, { departmentId: home, name: 'Friend' });
	const steps = await ctx.db
		.select({ id: stages.id })
		.from(stages)
		.where(eq(stages.pipelineId, made.value.pipelineId))
		.orderBy(asc(stages.position));
	const reasons = await ctx.db
		.select({ id: closingReasons.id })
		.from(closingReasons)
		.where(eq(closingReasons.departmentId, home))
		.orderBy(asc(closingReasons.position));
	const [sessionId, otherSession] = [newId(), newId()];
	const expiresAt = new Date(ctx.now.getTime() + 60_000);
	for (const id of [sessionId, otherSession]) {
		await ctx.db.insert(sessions).values({ id, token: `token-${id}`, userId: adam, expiresAt });
	}
	const actor = await actorOfUser(ctx.db, adam);
	if (!actor || !tag.ok) throw new Error('the office is not open');
	return {
		adam: { ...ctx, actor: { ...actor, sessionId } },
		ann,
		hamburg: home,
		malmo,
		...made.value,
		stageIds: steps.map(({ id }) => id),
		tagId: tag.value.id,
		reasonIds: reasons.map(({ id }) => id),
		otherSession,
		roleIds
	};
}

const NOBODY: Omit<Office, 'adam'> = {
	ann: '',
	hamburg: '',
	malmo: '',
	pipelineId: '',
	stageIds: [],
	tagId: '',
	reasonIds: [],
	otherSession: '',
	roleIds: new Map()
};

const idsOf = async ({ db }: Ctx) =>
	(await db.select({ id: changes.id }).from(changes)).map(({ id }) => id);

async function written({ db }: Ctx, before: readonly string[]) {
	const rows = await db
		.select()
		.from(changes)
		.where(before.length > 0 ? notInArray(changes.id, [...before]) : undefined);
	const key = (row: (typeof rows)[number]) => `${keyOf(row)} ${JSON.stringify(row.new)}`;
	return rows.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Everything that these commands write, but for the history and the count of tries. */
async function state({ db }: Ctx): Promise<string> {
	const tables = [
		'users',
		'user_profiles',
		'accounts',
		'sessions',
		'departments',
		'department_members'
	]
		.concat(['roles', 'role_permissions', 'user_roles', 'pipelines', 'stages', 'tags'])
		.concat([
			'closing_reasons',
			'industries',
			'client_types',
			'lead_sources',
			'installation',
			'api_keys'
		])
		.concat(['invitations', 'password_links', 'authenticators', 'recovery_codes', 'passkeys']);
	const rows = [];
	for (const table of tables) {
		rows.push(
			await db.execute(
				sql`select jsonb_agg(to_jsonb(t) order by to_jsonb(t)::text) from ${sql.identifier(table)} t`
			)
		);
	}
	return JSON.stringify(rows);
}

/** What opens something, as it is typed and as it is kept. */
async function secrets({ db }: Ctx): Promise<string[]> {
	const hashes = await db.select({ hash: accounts.password }).from(accounts);
	const codes = await db
		.select({ hash: sql<string>`${installation.value} ->> 'hash'` })
		.from(installation)
		.where(eq(installation.key, 'set_up_token'));
	const links = [
		...(await db.select({ hash: invitations.tokenHash }).from(invitations)),
		...(await db.select({ hash: passwordLinks.tokenHash }).from(passwordLinks)),
		...(await db.select({ hash: recoveryCodes.hash }).from(recoveryCodes)),
		...(await db.select({ hash: authenticators.secret }).from(authenticators))
	];
	const kept = [...hashes, ...codes, ...links].map(({ hash }) => hash ?? '');
	return [PASSWORD, NEW_PASSWORD, 'token-', token, totp, ...kept].filter((secret) => secret !== '');
}

describe('the history of people and settings', () => {
	test('is written by every command that there is', () => {
		expect(Object.keys(SCENARIOS).sort()).toEqual(
			[...Object.keys(people), ...Object.keys(settings)].sort()
		);
	});

	for (const [name, scenario] of Object.entries(SCENARIOS)) {
		inRollback(
			`${name} says who did what, with old and new values and no secret, or does nothing`,
			async (ctx) => {
				const office = scenario.unclaimed ? { ...NOBODY, adam: ctx } : await open(ctx);
				await scenario.first?.(office);
				const before = { rows: await idsOf(ctx), state: await state(ctx) };

				await refuseHistory(ctx);
				// What a command did outside one transaction with its history would stay, or break this one.
				await expect((async () => scenario.run(office))()).rejects.toThrow();
				expect(await state(ctx)).toBe(before.state);
				await ctx.db.execute(sql`drop trigger full_history on changes`);

				await scenario.run(office);
				const rows = await written(ctx, before.rows);
				const expected = scenario.writes(office).map((row) => ({ ...NOTHING, ...row }));
				expect(rows.map(keyOf)).toEqual(expected.map(keyOf));
				for (const [at, row] of rows.entries()) expect(row).toMatchObject(expected[at] ?? {});
				for (const row of rows) expect(row.actorId).toBe(office.adam.actor.id);
				const text = JSON.stringify(rows);
				for (const secret of await secrets(ctx)) expect(text).not.toContain(secret);
			}
		);
	}
});

const NOTHING = { old: null, new: null, field: null };
const keyOf = (row: { kind: string; act: string; field: string | null }) =>
	`${row.kind} ${row.field ?? ''} ${row.act}`;

async function refuseHistory({ db }: Ctx): Promise<void> {
	await db.execute(sql`create function refuse_row() returns trigger language plpgsql as
		$$ begin raise exception 'the history is full'; end $$`);
	await db.execute(
		sql`create trigger full_history before insert on changes for each row execute function refuse_row()`
	);
}
