import {
	action,
	CREATORS,
	DELETERS,
	EVERYBODY,
	HAMBURG,
	NAME,
	page,
	projectAt,
	renamed,
	requestAt,
	type RightsRow,
	SELLERS,
	STEERERS,
	taskAt,
	WORKERS,
	WRITERS
} from './rows.ts';

/** Tasks, projects and requests. */
export const workRows: Readonly<Record<string, RightsRow>> = {
	'/tasks': page('/tasks', EVERYBODY),
	'/tasks?/restore': action(
		() => '/tasks?/restore',
		WORKERS,
		(at) => ({ id: at.task })
	),
	'/tasks/new': page('/tasks/new', EVERYBODY),
	'/tasks/new?/default': action(
		() => '/tasks/new',
		EVERYBODY,
		(at) => ({ id: at.fresh, name: NAME })
	),
	'/tasks/[id]': { address: (at) => `/tasks/${at.task}`, open: WORKERS },
	'/tasks/[id]?/save': action(taskAt('save'), WORKERS, renamed('Gnomon errand')),
	'/tasks/[id]?/look': action(taskAt('look'), WORKERS),
	'/tasks/[id]?/revert': action(taskAt('revert'), WORKERS, (at) => ({
		revert: `${at.taskBegan}.nextStep.new`
	})),
	'/tasks/[id]?/assign': action(taskAt('assign'), STEERERS, () => ({ coOwner: '' })),
	'/tasks/[id]?/link': action(taskAt('link'), WORKERS, () => ({ project: '' })),
	'/tasks/[id]?/trash': action(taskAt('trash'), WORKERS),
	'/projects': page('/projects', EVERYBODY),
	'/projects?/restore': action(
		() => '/projects?/restore',
		WORKERS,
		(at) => ({ id: at.project })
	),
	'/projects/new': page('/projects/new', EVERYBODY),
	'/projects/new?/default': action(
		() => '/projects/new',
		EVERYBODY,
		(at) => ({ id: at.fresh, name: NAME })
	),
	'/projects/[id]': { address: (at) => `/projects/${at.project}`, open: WORKERS },
	'/projects/[id]?/save': action(projectAt('save'), WORKERS, renamed('Gnomon plan')),
	'/projects/[id]?/look': action(projectAt('look'), WORKERS),
	'/projects/[id]?/revert': action(projectAt('revert'), WORKERS, (at) => ({
		revert: `${at.projectBegan}.nextStep.new`
	})),
	'/projects/[id]?/assign': action(projectAt('assign'), STEERERS, () => ({ coOwner: '' })),
	'/projects/[id]?/trash': action(projectAt('trash'), WORKERS),
	'/requests': page('/requests', EVERYBODY),
	'/requests?/restore': action(
		() => '/requests?/restore',
		DELETERS,
		(at) => ({ id: at.request })
	),
	'/requests/new': page('/requests/new', CREATORS),
	'/requests/new?/default': action(
		() => '/requests/new',
		SELLERS,
		(at) => ({ id: at.fresh, requestFor: NAME, name: NAME, departmentId: at.hamburg, ownerId: '' })
	),
	'/requests/[id]': { address: (at) => `/requests/${at.request}`, open: HAMBURG },
	'/requests/[id]/print': { address: (at) => `/requests/${at.request}/print`, open: HAMBURG },
	'/requests/[id]?/save': action(requestAt('save'), WRITERS, () => ({
		requestFor: NAME,
		'requestFor.base': JSON.stringify('Gnomon inquiry')
	})),
	'/requests/[id]?/look': action(requestAt('look'), HAMBURG),
	'/requests/[id]?/revert': action(requestAt('revert'), WRITERS, (at) => ({
		revert: `${at.requestBegan}.website.new`
	})),
	'/requests/[id]?/assign': action(requestAt('assign'), WRITERS, (at) => ({
		ownerId: at.ann,
		coOwnerId: ''
	})),
	'/requests/[id]?/newContact': action(requestAt('newContact'), WRITERS),
	'/requests/[id]?/link': action(requestAt('link'), WRITERS, () => ({
		contactId: '',
		companyId: ''
	})),
	'/requests/[id]?/choose': action(requestAt('choose'), WRITERS, (at) => ({
		choice: `contact.${at.contact}`
	})),
	'/requests/[id]?/verify': action(requestAt('verify'), WRITERS),
	'/requests/[id]?/duplicate': action(requestAt('duplicate'), WRITERS),
	'/requests/[id]?/notDuplicate': action(requestAt('notDuplicate'), WRITERS),
	'/requests/[id]?/case': action(requestAt('case'), WRITERS),
	'/requests/[id]?/closeCase': action(requestAt('closeCase'), WRITERS),
	'/requests/[id]?/activateCase': action(requestAt('activateCase'), WRITERS),
	'/requests/[id]?/notCase': action(requestAt('notCase'), WRITERS),
	'/requests/[id]?/copy': action(requestAt('copy'), SELLERS),
	'/requests/[id]?/deal': action(requestAt('deal'), WRITERS),
	'/requests/[id]?/trash': action(requestAt('trash'), DELETERS),
	'/requests/[id]?/restore': action(requestAt('restore'), DELETERS)
};
