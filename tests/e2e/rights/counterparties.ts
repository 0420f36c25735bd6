import {
	action,
	companyAt,
	contactAt,
	CREATORS,
	EVERYBODY,
	HAMBURG,
	leadAt,
	NAME,
	page,
	renamed,
	type RightsRow,
	SELLERS,
	WRITERS
} from './rows.ts';

/** Companies, contacts and leads. */
export const counterpartyRows: Readonly<Record<string, RightsRow>> = {
	// A list is open to everybody signed in: whoever may read nothing finds it empty.
	'/companies': page('/companies', EVERYBODY),
	'/companies?/cell': action(
		() => '/companies?/cell',
		WRITERS,
		(at) => ({ id: at.company, field: 'website', value: 'smuggled.example', base: '' })
	),
	'/companies?/restore': action(
		() => '/companies?/restore',
		WRITERS,
		(at) => ({ id: at.company })
	),
	'/companies/new': page('/companies/new', CREATORS),
	'/companies/new?/default': action(
		() => '/companies/new',
		SELLERS,
		(at) => ({ id: at.fresh, name: NAME, departmentId: at.hamburg, ownerId: '' })
	),
	'/companies/[id]': { address: (at) => `/companies/${at.company}`, open: HAMBURG },
	'/companies/[id]?/save': action(companyAt('save'), WRITERS, renamed('Gnomon Werke')),
	'/companies/[id]?/look': action(companyAt('look'), HAMBURG),
	'/companies/[id]?/revert': action(companyAt('revert'), WRITERS, (at) => ({
		revert: `${at.companyBegan}.website.new`
	})),
	'/companies/[id]?/assign': action(companyAt('assign'), WRITERS, (at) => ({
		ownerId: at.ann,
		departmentId: at.hamburg
	})),
	'/companies/[id]?/unmerge': action(companyAt('unmerge'), WRITERS, (at) => ({
		mergeId: at.companyMerge
	})),
	'/companies/[id]/merge': { address: (at) => `/companies/${at.company}/merge`, open: WRITERS },
	// Of another patch than the one that was shown: shown again, and nothing is done.
	'/companies/[id]/merge?/default': action(
		(at) => `/companies/${at.company}/merge`,
		WRITERS,
		(at) => ({ with: at.companyTwin, patch: '' })
	),
	'/companies/[id]?/trash': action(companyAt('trash'), WRITERS),
	'/companies/[id]?/restore': action(companyAt('restore'), WRITERS),
	'/contacts': page('/contacts', EVERYBODY),
	'/contacts?/cell': action(
		() => '/contacts?/cell',
		WRITERS,
		(at) => ({ id: at.contact, field: 'title', value: NAME, base: '' })
	),
	'/contacts?/restore': action(
		() => '/contacts?/restore',
		WRITERS,
		(at) => ({ id: at.contact })
	),
	'/contacts/new': page('/contacts/new', CREATORS),
	'/contacts/new?/default': action(
		() => '/contacts/new',
		SELLERS,
		(at) => ({ id: at.fresh, name: NAME, companyId: at.company })
	),
	'/contacts/[id]': { address: (at) => `/contacts/${at.contact}`, open: HAMBURG },
	'/contacts/[id]?/save': action(contactAt('save'), WRITERS, () => ({
		lastName: NAME,
		'lastName.base': '"Gerlinde"'
	})),
	'/contacts/[id]?/look': action(contactAt('look'), HAMBURG),
	'/contacts/[id]?/revert': action(contactAt('revert'), WRITERS, (at) => ({
		revert: `${at.contactBegan}.title.new`
	})),
	'/contacts/[id]?/assign': action(contactAt('assign'), WRITERS, (at) => ({
		ownerId: at.ann,
		departmentId: at.hamburg
	})),
	'/contacts/[id]?/move': action(contactAt('move'), WRITERS, () => ({ companyId: '' })),
	'/contacts/[id]?/unmerge': action(contactAt('unmerge'), WRITERS, (at) => ({
		mergeId: at.contactMerge
	})),
	'/contacts/[id]/merge': { address: (at) => `/contacts/${at.contact}/merge`, open: WRITERS },
	'/contacts/[id]/merge?/default': action(
		(at) => `/contacts/${at.contact}/merge`,
		WRITERS,
		(at) => ({ with: at.contactTwin, patch: '' })
	),
	'/contacts/[id]?/trash': action(contactAt('trash'), WRITERS),
	'/contacts/[id]?/restore': action(contactAt('restore'), WRITERS),
	'/leads': page('/leads', EVERYBODY),
	'/leads?/cell': action(
		() => '/leads?/cell',
		WRITERS,
		(at) => ({ id: at.lead, field: 'title', value: NAME, base: '' })
	),
	'/leads?/restore': action(
		() => '/leads?/restore',
		WRITERS,
		(at) => ({ id: at.lead })
	),
	'/leads/new': page('/leads/new', CREATORS),
	'/leads/new?/default': action(
		() => '/leads/new',
		SELLERS,
		// Nobody is called so yet: of the others one would be warned first.
		(at) => ({ id: at.fresh, name: `${NAME} ${at.fresh}`, departmentId: at.hamburg })
	),
	'/leads/[id]': { address: (at) => `/leads/${at.lead}`, open: HAMBURG },
	'/leads/[id]?/save': action(leadAt('save'), WRITERS, () => ({
		lastName: NAME,
		'lastName.base': '"Gottlieb"'
	})),
	'/leads/[id]?/look': action(leadAt('look'), HAMBURG),
	'/leads/[id]?/revert': action(leadAt('revert'), WRITERS, (at) => ({
		revert: `${at.leadBegan}.title.new`
	})),
	'/leads/[id]?/assign': action(leadAt('assign'), WRITERS, (at) => ({
		ownerId: at.ann,
		departmentId: at.hamburg
	})),
	'/leads/[id]/convert': { address: (at) => `/leads/${at.lead}/convert`, open: WRITERS },
	'/leads/[id]/convert?/default': action(
		(at) => `/leads/${at.lead}/convert`,
		WRITERS,
		() => ({ company: 'none', contact: 'new' })
	),
	'/leads/[id]?/undo': action(leadAt('undo'), WRITERS),
	'/leads/[id]?/unmerge': action(leadAt('unmerge'), WRITERS, (at) => ({ mergeId: at.leadMerge })),
	'/leads/[id]/merge': { address: (at) => `/leads/${at.lead}/merge`, open: WRITERS },
	'/leads/[id]/merge?/default': action(
		(at) => `/leads/${at.lead}/merge`,
		WRITERS,
		(at) => ({ with: at.leadTwin, patch: '' })
	),
	'/leads/[id]?/trash': action(leadAt('trash'), WRITERS),
	'/leads/[id]?/restore': action(leadAt('restore'), WRITERS)
};
