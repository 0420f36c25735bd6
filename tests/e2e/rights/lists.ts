import {
	action,
	ANYONE,
	CREATORS,
	EVERYBODY,
	HAMBURG,
	importAt,
	mapping,
	NAME,
	page,
	type RightsRow,
	SELLERS
} from './rows.ts';

/** What concerns many records at once: views, bulk edits, imports, exports, search; and what comes in from outside. */
export const listRows: Readonly<Record<string, RightsRow>> = {
	'/bulk': page('/bulk', EVERYBODY),
	'/bulk?/choose': action(
		() => '/bulk?/choose',
		CREATORS,
		(at) => ({ kind: 'company', act: 'edit', ids: at.company })
	),
	'/bulk/[runId]': { address: (at) => `/bulk/${at.editing}`, open: ['ann'] },
	'/bulk/[runId]?/wish': action(
		(at) => `/bulk/${at.editing}?/wish`,
		['ann'],
		() => ({ region: NAME })
	),
	'/bulk/[runId]?/heir': action(
		(at) => `/bulk/${at.handing}?/heir`,
		['ann'],
		(at) => ({ ownerId: at.ann })
	),
	'/bulk/[runId]?/anew': action((at) => `/bulk/${at.handing}?/anew`, ['ann']),
	'/bulk/[runId]?/start': action((at) => `/bulk/${at.editing}?/start`, ['ann']),
	'/bulk/[runId]?/cancel': action((at) => `/bulk/${at.going}?/cancel`, ['ann']),
	'/bulk/[runId]?/undo': action((at) => `/bulk/${at.ended}?/undo`, ['ann']),
	'/bulk/[runId]?/discard': action((at) => `/bulk/${at.throwing}?/discard`, ['ann']),
	'/place/[kind]/[id] GET': {
		address: (at) => `/place/company/${at.company}?query=q%3Dgnomon`,
		open: HAMBURG
	},
	'/views': page('/views', EVERYBODY),
	'/views?/save': action(
		() => '/views?/save',
		[...CREATORS, 'carl'],
		() => ({ kind: 'company', name: NAME, query: 'q=a' })
	),
	'/views?/update': action(
		() => '/views?/update',
		['ann'],
		(at) => ({ viewId: at.view, query: 'q=b' })
	),
	'/views?/change': action(
		() => '/views?/change',
		['ann'],
		(at) => ({ viewId: at.otherView, name: NAME })
	),
	'/views?/move': action(
		() => '/views?/move',
		['ann'],
		(at) => ({ viewId: at.view, direction: 'down' })
	),
	'/views?/begin': action(
		() => '/views?/begin',
		['ann'],
		(at) => ({ kind: 'company', viewId: at.view })
	),
	'/views?/remove': action(
		() => '/views?/remove',
		['ann'],
		(at) => ({ viewId: at.lastView })
	),
	'/imports': page('/imports', EVERYBODY),
	'/imports/new': page('/imports/new', CREATORS),
	'/imports/upload POST': {
		address: () => '/imports/upload',
		open: SELLERS,
		form: (at) => ({ kind: 'company', departmentId: at.hamburg }),
		file: `Name\n${NAME}\n`
	},
	'/imports/[importId]': {
		address: (at) => `/imports/${at.import}`,
		open: ['ann', 'olga', 'adam', 'carl']
	},
	'/imports/[importId]/failed GET': {
		address: (at) => `/imports/${at.import}/failed`,
		open: ['ann', 'olga', 'adam', 'carl']
	},
	'/imports/[importId]?/preview': action(importAt('preview'), ['ann'], () => mapping),
	'/imports/[importId]?/try': action(importAt('try'), ['ann'], () => mapping),
	'/imports/[importId]?/undo': action(importAt('undo'), ['ann']),
	'/imports/[importId]?/start': action(importAt('start'), ['ann'], () => mapping),
	'/imports/[importId]?/cancel': action(importAt('cancel'), ['ann', 'olga', 'adam']),
	'/imports/[importId]?/discard': action(importAt('discard'), ['ann']),
	'/api': page('/api', EVERYBODY),
	'/export/[list] GET': page('/export/companies?sort=name', [...HAMBURG, 'tina']),

	'/search': page('/search?q=gnomon', EVERYBODY),
	'/api/options GET': page('/api/options?kind=company&q=', EVERYBODY),
	'/api/search GET': page('/api/search?q=gnomon', EVERYBODY),
	// Answers only with what the asker may see.
	'/api/cities GET': page('/api/cities?q=ky&country=UA', EVERYBODY),
	'/api/similar POST': action(
		() => '/api/similar',
		EVERYBODY,
		() => ({ kind: 'company', name: 'Gnomon' })
	),
	'/api/tags POST': {
		address: () => '/api/tags',
		open: SELLERS,
		json: (at) => ({ departmentId: at.hamburg, name: NAME })
	},
	'/api/work-tags POST': {
		address: () => '/api/work-tags',
		open: EVERYBODY,
		json: () => ({ kind: 'task', name: NAME })
	},
	'/capture POST': {
		...{ address: () => '/capture', open: ANYONE, anywhere: true },
		json: (at) => ({
			...{ sourceToken: at.sourceToken, name: 'Gnomon Gerda', email: 'gerda@gnomon.example' },
			subject: 'Gnomon inquiry'
		})
	},
	'/capture OPTIONS': {
		address: () => '/capture',
		open: ANYONE,
		anywhere: true,
		method: 'OPTIONS'
	},
	// What is posted needs the mark of a form that was shown: tests/e2e/capture.e2e.ts does it.
	'/form/[token]': { address: (at) => `/form/${at.sourceToken}`, open: ANYONE },
	'/form/[token]?/default': { address: (at) => `/form/${at.sourceToken}`, open: ANYONE }
};
