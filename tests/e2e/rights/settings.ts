import {
	action,
	ADMIN,
	BOOKKEEPERS,
	CITY_KEEPERS,
	entry,
	EVERYBODY,
	NAME,
	own,
	page,
	type RightsRow,
	SELLERS,
	settings,
	SIGNAL_KEEPERS,
	SIGNAL_READERS
} from './rows.ts';

/** What is set for everybody. */
export const settingsRows: Readonly<Record<string, RightsRow>> = {
	'/settings/people/[userId]': { address: (at) => `/settings/people/${at.olga}`, open: ADMIN },
	'/settings/people/[userId]?/handOver': action(
		(at) => `/settings/people/${at.olga}?/handOver`,
		ADMIN,
		(at) => ({ [`heir.company:${at.hamburg}`]: at.ann })
	),
	'/settings/people/[userId]?/move': action(
		(at) => `/settings/people/${at.olga}?/move`,
		ADMIN,
		(at) => ({ fromDepartmentId: at.hamburg, departmentId: at.hamburg })
	),
	'/settings': own('/settings'),
	'/settings/web-form': page('/settings/web-form', ['olga', 'adam']),
	'/settings/web-form?/addPhrase': action(
		settings('web-form?/addPhrase'),
		['olga', 'adam'],
		() => ({ phrase: NAME })
	),
	'/settings/web-form?/removePhrase': action(
		settings('web-form?/removePhrase'),
		['olga', 'adam'],
		(at) => ({ id: at.phrase })
	),
	'/settings/web-form?/addDomain': action(
		settings('web-form?/addDomain'),
		['olga', 'adam'],
		() => ({ phrase: 'smuggled.example' })
	),
	'/settings/web-form?/removeDomain': action(
		settings('web-form?/removeDomain'),
		['olga', 'adam'],
		() => ({ id: 'gmail.com' })
	),
	'/settings/web-form?/ban': action(settings('web-form?/ban'), ADMIN, () => ({ phrase: NAME })),
	'/settings/web-form?/unban': action(settings('web-form?/unban'), ADMIN, (at) => ({
		id: at.banned
	})),
	'/settings/audit': page('/settings/audit', ADMIN),
	'/settings/audit/export GET': page('/settings/audit/export', ADMIN),
	'/settings/privacy': page('/settings/privacy?q=gnomon', ADMIN),
	'/settings/privacy/[kind]/[id]': {
		address: (at) => `/settings/privacy/contact/${at.contact}`,
		open: ADMIN
	},
	'/settings/privacy/[kind]/[id]?/export': action(
		(at) => `/settings/privacy/contact/${at.contact}?/export`,
		ADMIN
	),
	'/settings/privacy/[kind]/[id]?/erase': action(
		(at) => `/settings/privacy/contact/${at.contact}?/erase`,
		ADMIN,
		() => ({ name: 'Gnomon Gerlinde' })
	),
	// Nothing has been collected under this id; that a file is fetched is shown by its own journey.
	'/settings/privacy/exports/[exportId] GET': {
		address: (at) => `/settings/privacy/exports/${at.fresh}`,
		open: []
	},
	'/settings/files': page('/settings/files', ADMIN),
	'/settings/files?/default': action(settings('files'), ADMIN, () => ({
		...{ fileMb: '50', dayMb: '1000', totalGb: '50' }
	})),
	'/settings/countries': page('/settings/countries', EVERYBODY),
	'/settings/countries?/default': action(settings('countries'), ADMIN, () => ({ offered: 'DE' })),
	'/settings/cities': page('/settings/cities', EVERYBODY),
	'/settings/cities?/add': action(settings('cities?/add'), CITY_KEEPERS, () => ({
		country: 'UA',
		name: NAME
	})),
	// A city that is not there: whoever keeps them is told so, everybody else is refused before.
	'/settings/cities?/change': action(settings('cities?/change'), CITY_KEEPERS, (at) => ({
		cityId: at.fresh,
		name: NAME
	})),
	'/settings/cities?/merge': action(settings('cities?/merge'), CITY_KEEPERS, (at) => ({
		cityId: at.fresh,
		into: NAME
	})),
	'/settings/cities?/remove': action(settings('cities?/remove'), CITY_KEEPERS, (at) => ({
		cityId: at.fresh
	})),
	'/settings/currencies': page('/settings/currencies', EVERYBODY),
	'/settings/currencies?/add': action(settings('currencies?/add'), BOOKKEEPERS, () => ({
		code: 'CHF'
	})),
	'/settings/currencies?/change': action(settings('currencies?/change'), BOOKKEEPERS, () => ({
		code: 'USD',
		autoUpdate: 'on'
	})),
	'/settings/currencies?/remove': action(settings('currencies?/remove'), ADMIN, () => ({
		code: 'GBP'
	})),
	'/settings/currencies?/provider': action(settings('currencies?/provider'), BOOKKEEPERS, () => ({
		provider: 'none'
	})),
	'/settings/currencies?/payments': action(settings('currencies?/payments'), ADMIN, () => ({
		vat: '99'
	})),
	'/settings/currencies?/fetch': action(settings('currencies?/fetch'), BOOKKEEPERS),
	'/settings/currencies/[code]': page('/settings/currencies/USD', EVERYBODY),
	'/settings/currencies/[code]?/change': action(
		settings('currencies/USD?/change'),
		BOOKKEEPERS,
		() => ({ autoUpdate: 'on' })
	),
	'/settings/currencies/[code]?/rate': action(
		settings('currencies/USD?/rate'),
		BOOKKEEPERS,
		() => ({ on: '2026-01-02', rate: '0.9' })
	),
	'/settings/currencies/[code]?/remove': action(settings('currencies/GBP?/remove'), ADMIN),
	'/settings/demo': page('/settings/demo', ADMIN),
	'/settings/demo?/default': action(settings('demo'), ADMIN, () => ({
		name: NAME,
		email: 'smuggled@tandem.example',
		password: 'long enough now',
		departmentName: NAME
	})),
	'/settings/departments': page('/settings/departments', EVERYBODY),
	'/settings/departments?/add': action(settings('departments?/add'), ADMIN, () => ({ name: NAME })),
	'/settings/departments?/copy': action(settings('departments?/copy'), ADMIN, (at) => ({
		departmentId: at.hamburg
	})),
	'/settings/departments?/change': action(settings('departments?/change'), ADMIN, (at) => ({
		departmentId: at.hamburg,
		name: NAME
	})),
	'/settings/lists': page('/settings/lists', EVERYBODY),
	'/settings/lists?/source': action(settings('lists?/source'), ADMIN, (at) => ({
		...{ sourceId: at.source, email: '', active: 'on' }
	})),
	'/settings/lists?/renew': action(settings('lists?/renew'), ADMIN, (at) => ({
		sourceId: at.source
	})),
	'/settings/lists?/add': action(settings('lists?/add'), SELLERS, (at) => ({
		list: 'tags',
		departmentId: at.hamburg,
		name: NAME
	})),
	'/settings/lists?/rename': action(settings('lists?/rename'), SELLERS, entry),
	'/settings/lists?/merge': action(settings('lists?/merge'), ADMIN, (at) => ({
		...{ list: 'tags', entryId: at.tag, intoId: at.tag }
	})),
	'/settings/lists?/remove': action(settings('lists?/remove'), ADMIN, entry),
	'/settings/people': page('/settings/people', ADMIN),
	'/settings/people?/invite': action(settings('people?/invite'), ADMIN, (at) => ({
		email: 'smuggled@tandem.example',
		departmentIds: at.hamburg,
		roleIds: at.role
	})),
	'/settings/people?/inviteAgain': action(settings('people?/inviteAgain'), ADMIN, (at) => ({
		invitationId: at.invitation
	})),
	'/settings/people?/revokeInvitation': action(
		settings('people?/revokeInvitation'),
		ADMIN,
		(at) => ({ invitationId: at.invitation })
	),
	'/settings/people?/change': action(settings('people?/change'), ADMIN, (at) => ({
		userId: at.olga,
		departmentIds: at.hamburg,
		roleIds: at.role
	})),
	'/settings/people?/password': action(settings('people?/password'), ADMIN, (at) => ({
		userId: at.olga
	})),
	'/settings/people?/resetFactors': action(settings('people?/resetFactors'), ADMIN, (at) => ({
		userId: at.olga
	})),
	'/settings/people?/deactivate': action(settings('people?/deactivate'), ADMIN, (at) => ({
		userId: at.olga
	})),
	'/settings/people?/activate': action(settings('people?/activate'), ADMIN, (at) => ({
		userId: at.olga
	})),
	'/settings/jobs': page('/settings/jobs', ADMIN),
	'/settings/jobs?/retry': action(settings('jobs?/retry'), ADMIN, (at) => ({ jobId: at.fresh })),
	'/settings/jobs?/drop': action(settings('jobs?/drop'), ADMIN, (at) => ({ jobId: at.fresh })),
	'/settings/keys': page('/settings/keys', ADMIN),
	// Whoever owns a key may end it from here, too: this one is nobody's.
	'/settings/keys?/revoke': action(settings('keys?/revoke'), ADMIN, (at) => ({ keyId: at.fresh })),
	'/settings/security': page('/settings/security', ADMIN),
	'/settings/security?/require': action(settings('security?/require'), ADMIN, (at) => ({
		roleId: at.role,
		required: 'on'
	})),
	'/settings/roles': page('/settings/roles', ADMIN),
	'/settings/roles/[roleId]': { address: (at) => `/settings/roles/${at.role}`, open: ADMIN },
	'/settings/roles/[roleId]?/default': action(
		(at) => `/settings/roles/${at.role}`,
		ADMIN,
		() => ({ seen: '{}', 'company.delete': 'all' })
	),
	'/settings/pipelines': page('/settings/pipelines', EVERYBODY),
	'/settings/pipelines?/add': action(settings('pipelines?/add'), ADMIN, (at) => ({
		pipelineId: at.pipeline,
		name: NAME
	})),
	'/settings/pipelines?/rename': action(settings('pipelines?/rename'), ADMIN, (at) => ({
		stageId: at.stage,
		name: NAME
	})),
	'/settings/pipelines?/move': action(settings('pipelines?/move'), ADMIN, (at) => ({
		stageId: at.stage,
		direction: 'down'
	})),
	'/settings/pipelines?/first': action(settings('pipelines?/first'), ADMIN, (at) => ({
		stageId: at.stage
	})),
	'/settings/pipelines?/remove': action(settings('pipelines?/remove'), ADMIN, (at) => ({
		stageId: at.stage
	})),
	'/settings/pipelines?/stage': action(settings('pipelines?/stage'), ADMIN, (at) => ({
		...{ stageId: at.stage, probability: '12', staleAfterDays: '5' }
	})),
	'/settings/pipelines?/addPipeline': action(settings('pipelines?/addPipeline'), ADMIN, (at) => ({
		departmentId: at.hamburg,
		name: NAME
	})),
	'/settings/pipelines?/renamePipeline': action(
		settings('pipelines?/renamePipeline'),
		ADMIN,
		(at) => ({ pipelineId: at.pipeline, name: NAME })
	),
	'/settings/pipelines?/movePipeline': action(settings('pipelines?/movePipeline'), ADMIN, (at) => ({
		pipelineId: at.pipeline,
		direction: 'up'
	})),
	'/settings/pipelines?/removePipeline': action(
		settings('pipelines?/removePipeline'),
		ADMIN,
		(at) => ({ pipelineId: at.pipeline })
	),
	'/settings/pipelines?/addReason': action(settings('pipelines?/addReason'), ADMIN, (at) => ({
		departmentId: at.hamburg,
		name: NAME
	})),
	'/settings/pipelines?/renameReason': action(settings('pipelines?/renameReason'), ADMIN, (at) => ({
		reasonId: at.reason,
		name: NAME
	})),
	'/settings/pipelines?/moveReason': action(settings('pipelines?/moveReason'), ADMIN, (at) => ({
		reasonId: at.reason,
		direction: 'down'
	})),
	'/settings/pipelines?/success': action(settings('pipelines?/success'), ADMIN, (at) => ({
		reasonId: at.reason
	})),
	'/settings/pipelines?/removeReason': action(settings('pipelines?/removeReason'), ADMIN, (at) => ({
		reasonId: at.reason
	})),
	'/settings/quality': page('/settings/quality', SIGNAL_READERS),
	'/settings/quality?/add': action(settings('quality?/add'), SIGNAL_KEEPERS, (at) => ({
		...{ departmentId: at.hamburg, name: NAME, weight: '-5' }
	})),
	'/settings/quality?/change': action(settings('quality?/change'), SIGNAL_KEEPERS, (at) => ({
		...{ signalId: at.signal, name: NAME, weight: '-5' }
	})),
	'/settings/quality?/remove': action(settings('quality?/remove'), SIGNAL_KEEPERS, (at) => ({
		signalId: at.signal
	})),
	'/settings/mail': page('/settings/mail', ADMIN),
	'/settings/mail?/save': action(settings('mail?/save'), ADMIN, () => ({
		...{ host: 'localhost', port: '2525', security: 'none', username: '', password: '' },
		...{ senderName: NAME, senderAddress: 'smuggled@tandem.example' },
		address: 'http://localhost'
	})),
	'/settings/mail?/remove': action(settings('mail?/remove'), ADMIN),
	'/settings/mail?/test': action(settings('mail?/test'), ADMIN),
	'/settings/mail?/again': action(settings('mail?/again'), ADMIN, (at) => ({ mailId: at.mail })),
	// Settled already when the one above was taken.
	'/settings/mail?/arrived': {
		...action(settings('mail?/arrived'), ADMIN, (at) => ({ mailId: at.mail })),
		own: true
	},
	'/settings/mail/[mailId]': { address: (at) => `/settings/mail/${at.mail}`, open: ADMIN },
	'/settings/mail/[mailId]/html GET': {
		address: (at) => `/settings/mail/${at.mail}/html`,
		open: ADMIN
	}
};
