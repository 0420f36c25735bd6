import {
	action,
	EVERYBODY,
	FILERS,
	HAMBURG,
	NAME,
	noticeAt,
	ofDeal,
	page,
	reminderAt,
	type RightsRow,
	WHEN,
	WRITERS
} from './rows.ts';

/** What stands beside records: files, comments, pictures, kept texts, notices, reminders. */
export const besideRows: Readonly<Record<string, RightsRow>> = {
	'/': page('/', EVERYBODY),
	'/files': { address: (at) => `/files?${ofDeal(at)}`, open: HAMBURG },
	'/files?/remove': action(
		() => '/files?/remove',
		FILERS,
		(at) => ({ fileId: at.file })
	),
	'/files?/restore': action(
		() => '/files?/restore',
		FILERS,
		(at) => ({ fileId: at.file })
	),
	'/files/[fileId] GET': { address: (at) => `/files/${at.file}`, open: HAMBURG },
	'/files/[fileId]/preview GET': { address: (at) => `/files/${at.file}/preview`, open: HAMBURG },
	'/files/upload POST': {
		address: (at) => `/files/upload?${ofDeal(at)}`,
		open: FILERS,
		form: () => ({}),
		file: NAME
	},
	'/comments': { address: (at) => `/comments?${ofDeal(at)}`, open: HAMBURG },
	'/comments?/add': action(
		(at) => `/comments?/add&${ofDeal(at)}`,
		HAMBURG,
		(at) => ({ body: NAME, commentId: at.fresh })
	),
	'/comments?/edit': action(
		() => '/comments?/edit',
		['ann'],
		(at) => ({ body: NAME, commentId: at.comment })
	),
	'/comments?/remove': action(
		() => '/comments?/remove',
		WRITERS,
		(at) => ({ commentId: at.comment })
	),
	'/comments/people GET': page('/comments/people?q=a', EVERYBODY),
	'/pictures/[kind]/[id] GET': {
		address: (at) => `/pictures/company/${at.company}`,
		open: HAMBURG
	},
	'/pictures/[kind]/[id]/upload POST': {
		address: (at) => `/pictures/company/${at.company}/upload`,
		open: WRITERS,
		form: () => ({ remove: 'yes' }),
		file: NAME
	},
	'/people': page('/people', EVERYBODY),
	// Each sees and settles only what is his own; a foreign text is not there.
	'/kept': page('/kept', EVERYBODY),
	'/kept?/apply': action(
		() => '/kept?/apply',
		[],
		(at) => ({ keptId: at.kept, base: 'null' })
	),
	'/kept?/dismiss': action(
		() => '/kept?/dismiss',
		[],
		(at) => ({ keptId: at.kept })
	),
	'/kept?/restore': action(
		() => '/kept?/restore',
		[],
		(at) => ({ keptId: at.kept })
	),
	// The same with what one is told, and with what one wants to be reminded of.
	'/notifications': page('/notifications?show=all', EVERYBODY),
	'/notifications?/read': noticeAt('read', []),
	'/notifications?/unread': noticeAt('unread', []),
	'/notifications?/snooze': noticeAt('snooze', [], () => ({ until: 'hour' })),
	'/notifications?/all': { ...noticeAt('all', EVERYBODY, (at) => ({ upTo: at.fresh })), own: true },
	'/notifications?/mute': {
		...noticeAt('mute', EVERYBODY, (at) => ({ kind: 'deal', recordId: at.deal })),
		own: true
	},
	'/notifications?/unmute': {
		...noticeAt('unmute', EVERYBODY, (at) => ({ kind: 'deal', recordId: at.deal })),
		own: true
	},
	'/reminders': page('/reminders', EVERYBODY),
	'/reminders?/done': reminderAt('done', []),
	'/reminders?/remove': reminderAt('remove', []),
	'/reminders?/snooze': reminderAt('snooze', [], () => ({ until: 'hour' })),
	'/reminders?/follow': reminderAt('follow', HAMBURG, (at) => ({ reminderOf: `deal/${at.deal}` })),
	'/reminders?/unfollow': {
		...reminderAt('unfollow', EVERYBODY, (at) => ({ reminderOf: `deal/${at.deal}` })),
		own: true
	},
	'/reminders/new': {
		address: (at) => `/reminders/new?kind=deal&record=${at.deal}`,
		open: HAMBURG
	},
	'/reminders/new?/default': action(
		() => '/reminders/new',
		HAMBURG,
		(at) => ({ kind: 'deal', recordId: at.deal, ...WHEN })
	),
	'/reminders/[reminderId]': { address: (at) => `/reminders/${at.reminder}`, open: [] },
	'/reminders/[reminderId]?/default': action(
		(at) => `/reminders/${at.reminder}`,
		[],
		() => WHEN
	),
	'/kept/file GET': page('/kept/file?format=json', EVERYBODY)
};
