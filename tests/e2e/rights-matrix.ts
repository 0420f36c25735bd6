import type { DemoPerson } from '#lib/features/demo/model.ts';
import { apiRows } from './rights-matrix-api.ts';

/** What the rows of the matrix aim at: records of Sales Hamburg, made for this test alone. */
export interface Targets {
	readonly company: string;
	readonly contact: string;
	readonly lead: string;
	/** Merged into the three above, and apart again once one takes that back. */
	readonly companyTwin: string;
	readonly contactTwin: string;
	readonly leadTwin: string;
	readonly companyMerge: string;
	readonly contactMerge: string;
	readonly leadMerge: string;
	/** A lead source with its token, a stop phrase and a banned name. */
	readonly source: string;
	readonly sourceToken: string;
	readonly phrase: string;
	readonly banned: string;
	readonly deal: string;
	/** Ann's own: Bob, who heads her department, owns it with her. */
	readonly task: string;
	readonly project: string;
	readonly product: string;
	/** Beside Ann's deal; the item is a shipment. */
	readonly item: string;
	readonly payment: string;
	/** More of the same, so that no row takes from another what it aims at. */
	readonly sold: string;
	readonly shipment: string;
	readonly booked: string;
	readonly goingItem: string;
	readonly goingPayment: string;
	readonly import: string;
	/** What Ann has chosen to change, to hand over, to throw away, is doing, and has done with many records. */
	readonly editing: string;
	/** Three views of Ann’s own. */
	readonly view: string;
	readonly otherView: string;
	readonly lastView: string;
	readonly handing: string;
	readonly throwing: string;
	readonly going: string;
	readonly ended: string;
	/** Two of Ann's: one is worked on page by page, the other through the API. */
	readonly request: string;
	readonly apiRequest: string;
	readonly hamburg: string;
	readonly ann: string;
	readonly olga: string;
	readonly role: string;
	readonly pipeline: string;
	readonly stage: string;
	/** For which Hamburg's deals are won. */
	readonly reason: string;
	/** What Hamburg counts against its deals. */
	readonly signal: string;
	readonly qualityEvent: string;
	readonly tag: string;
	/** A picture at Ann's deal and what she said about it. */
	readonly file: string;
	readonly comment: string;
	/** A text of Ann's deal that is kept for Bob. */
	readonly kept: string;
	/** What Bob is told of Ann's deal, and what he wants to be reminded of there. */
	readonly notice: string;
	readonly reminder: string;
	/** A mail of the system's own. */
	readonly mail: string;
	/** Of somebody who has not come yet. */
	readonly invitation: string;
	readonly fresh: string;
	/** Entries of the history with which the records began. */
	readonly companyBegan: string;
	readonly contactBegan: string;
	readonly leadBegan: string;
	readonly dealBegan: string;
	readonly taskBegan: string;
	readonly projectBegan: string;
	readonly requestBegan: string;
	readonly productBegan: string;
}

/** Somebody signed in, or nobody. */
export type Visitor = DemoPerson | 'nobody';

type Form = Readonly<Record<string, string>>;

export interface RightsRow {
	readonly address: (at: Targets) => string;
	/** Who is let in; everybody else is refused. */
	readonly open: readonly Visitor[];
	/** What is posted, right in every respect but who posts it. */
	readonly form?: (at: Targets) => Form;
	readonly json?: (at: Targets) => object;
	/** When it is neither asked for nor posted. */
	readonly method?: 'PATCH' | 'DELETE' | 'OPTIONS';
	readonly headers?: Readonly<Record<string, string>>;
	readonly file?: string;
	/** Other sites may post this: no cookie is looked at. */
	readonly anywhere?: true;
	/** Posting this would end a session or touch only the poster's own account. */
	readonly own?: true;
}

const HAMBURG: readonly Visitor[] = ['ann', 'cleo', 'olga', 'adam', 'carl'];
const SELLERS: readonly Visitor[] = ['ann', 'cleo', 'olga', 'adam'];
const EVERYBODY: readonly Visitor[] = [...HAMBURG, 'tina', 'erik'];
const CREATORS: readonly Visitor[] = [...SELLERS, 'tina'];
const WRITERS: readonly Visitor[] = ['ann', 'olga', 'adam'];
/** What counts for and against deals is the managers' to say. */
const SIGNAL_KEEPERS: readonly Visitor[] = ['ann', 'cleo', 'adam'];
const SIGNAL_READERS: readonly Visitor[] = [...SIGNAL_KEEPERS, 'tina', 'carl'];
/** Requests feed the statistics: no seller deletes them [C25]. */
const DELETERS: readonly Visitor[] = ['olga', 'adam'];
/** Who may do something beside a deal's fields: a chief may, too [core 3.4]. */
const FILERS: readonly Visitor[] = [...WRITERS, 'carl'];
/** Managers keep the currencies, operators do not [core 3.2]. */
const CITY_KEEPERS: readonly Visitor[] = ['ann', 'cleo', 'olga', 'tina', 'adam'];
const BOOKKEEPERS: readonly Visitor[] = ['ann', 'cleo', 'tina', 'adam'];
/** Ann's task is hers and of those who look after all tasks, not of her department. */
const WORKERS: readonly Visitor[] = ['ann', 'adam', 'carl'];
const STEERERS: readonly Visitor[] = ['ann', 'adam'];
/** What stands beside Ann's deal: colleagues read it, who owns the deal writes it, operators have no part in it. */
const BESIDE_READERS: readonly Visitor[] = ['ann', 'cleo', 'adam', 'carl'];
const BESIDE_WRITERS: readonly Visitor[] = ['ann', 'adam'];
const SHIPPERS: readonly Visitor[] = ['ann', 'adam', 'carl'];
const ADMIN: readonly Visitor[] = ['adam'];
const ANYONE: readonly Visitor[] = [...EVERYBODY, 'nobody'];

const page = (path: string, open: readonly Visitor[]): RightsRow => ({ address: () => path, open });
const own = (path: string): RightsRow => ({ ...page(path, EVERYBODY), own: true });
const action = (
	address: RightsRow['address'],
	open: readonly Visitor[],
	form: (at: Targets) => Form = () => ({})
): RightsRow => ({ address, open, form });

const noMore = (_at: Targets): Form => ({});

const companyAt = (name: string) => (at: Targets) => `/companies/${at.company}?/${name}`;
const contactAt = (name: string) => (at: Targets) => `/contacts/${at.contact}?/${name}`;
const leadAt = (name: string) => (at: Targets) => `/leads/${at.lead}?/${name}`;
const dealAt = (name: string) => (at: Targets) => `/deals/${at.deal}?/${name}`;
const taskAt = (name: string) => (at: Targets) => `/tasks/${at.task}?/${name}`;
const projectAt = (name: string) => (at: Targets) => `/projects/${at.project}?/${name}`;
const requestAt = (name: string) => (at: Targets) => `/requests/${at.request}?/${name}`;
const productAt = (name: string) => (at: Targets) => `/products/${at.product}?/${name}`;
const importAt = (name: string) => (at: Targets) => `/imports/${at.import}?/${name}`;
const noticeAt = (name: string, open: readonly Visitor[], more = noMore) =>
	action(
		() => `/notifications?/${name}`,
		open,
		(at) => ({ notificationId: at.notice, ...more(at) })
	);
const reminderAt = (name: string, open: readonly Visitor[], more = noMore) =>
	action(
		() => `/reminders?/${name}`,
		open,
		(at) => ({ reminderId: at.reminder, ...more(at) })
	);
const WHEN = { subject: 'Smuggled in', on: '2030-01-02', at: '09:00' };
const ofDeal = (at: Targets) => new URLSearchParams({ kind: 'deal', id: at.deal });
const settings = (path: string) => () => `/settings/${path}`;

const NAME = 'Smuggled in';
const renamed = (base: string) => () => ({ name: NAME, 'name.base': JSON.stringify(base) });
const mapping = { encoding: 'utf8', delimiter: ',', hasHeader: 'yes', 'target.0': 'name' };
const payment = { amount: '99', currency: 'EUR', paidOn: '2026-01-02', status: 'received' };
const entry = (at: Targets) => ({ list: 'tags', entryId: at.tag, name: NAME });

/** One row for each page, endpoint (method) and form action of src/routes, by its place in the tree. */
export const MATRIX: Readonly<Record<string, RightsRow>> = {
	'/': page('/', EVERYBODY),
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
	'/leads/[id]?/restore': action(leadAt('restore'), WRITERS),
	'/deals': page('/deals', EVERYBODY),
	'/deals?/restore': action(
		() => '/deals?/restore',
		WRITERS,
		(at) => ({ dealId: at.deal })
	),
	'/deals/board': page('/deals/board', EVERYBODY),
	'/deals/board?/move': action(
		() => '/deals/board?/move',
		WRITERS,
		(at) => ({ dealId: at.deal, stageId: at.stage })
	),
	'/deals/board?/close': action(
		() => '/deals/board?/close',
		WRITERS,
		(at) => ({ dealId: at.deal, outcome: 'irrelevant' })
	),
	'/deals/board?/reopen': action(
		() => '/deals/board?/reopen',
		WRITERS,
		(at) => ({ dealId: at.deal })
	),
	'/deals/new': page('/deals/new', CREATORS),
	'/deals/new?/default': action(
		() => '/deals/new',
		SELLERS,
		(at) => ({ id: at.fresh, name: NAME, companyId: at.company, pipelineId: at.pipeline })
	),
	'/deals/[dealId]': { address: (at) => `/deals/${at.deal}`, open: HAMBURG },
	'/deals/[dealId]?/save': action(dealAt('save'), WRITERS, renamed('Gnomon order')),
	'/deals/[dealId]?/look': action(dealAt('look'), HAMBURG),
	// A chief may write this field.
	'/deals/[dealId]?/revert': action(dealAt('revert'), [...WRITERS, 'carl'], (at) => ({
		revert: `${at.dealBegan}.nextStep.new`
	})),
	'/deals/[dealId]?/assign': action(dealAt('assign'), WRITERS, (at) => ({ ownerId: at.ann })),
	'/deals/[dealId]?/link': action(dealAt('link'), WRITERS, () => ({
		companyId: '',
		contactId: ''
	})),
	'/deals/[dealId]?/pipeline': action(dealAt('pipeline'), WRITERS, (at) => ({
		pipelineId: at.pipeline
	})),
	'/deals/[dealId]?/close': action(dealAt('close'), WRITERS, () => ({ outcome: 'irrelevant' })),
	'/deals/[dealId]?/changeClosing': action(dealAt('changeClosing'), WRITERS, () => ({
		outcome: 'irrelevant'
	})),
	'/deals/[dealId]?/reopen': action(dealAt('reopen'), WRITERS),
	'/deals/[dealId]?/noteQuality': action(dealAt('noteQuality'), WRITERS, (at) => ({
		signalId: at.signal
	})),
	'/deals/[dealId]?/removeQuality': action(dealAt('removeQuality'), WRITERS, (at) => ({
		eventId: at.qualityEvent
	})),
	'/deals/[dealId]?/trash': action(dealAt('trash'), WRITERS),
	'/deals/[dealId]?/addItem': action(dealAt('addItem'), BESIDE_WRITERS, (at) => ({
		itemId: at.fresh,
		productId: at.sold,
		quantity: '1'
	})),
	'/deals/[dealId]?/changeItem': action(dealAt('changeItem'), BESIDE_WRITERS, (at) => ({
		itemId: at.item,
		rev: '1',
		quantity: '99',
		contractOn: '2026-01-02'
	})),
	'/deals/[dealId]?/removeItem': action(dealAt('removeItem'), BESIDE_WRITERS, (at) => ({
		itemId: at.goingItem
	})),
	'/deals/[dealId]?/ship': action(dealAt('ship'), BESIDE_WRITERS, (at) => ({ itemId: at.item })),
	'/deals/[dealId]?/unship': action(dealAt('unship'), BESIDE_WRITERS, (at) => ({
		itemId: at.item
	})),
	'/deals/[dealId]?/addPayment': action(dealAt('addPayment'), BESIDE_WRITERS, (at) => ({
		paymentId: at.fresh,
		...payment
	})),
	'/deals/[dealId]?/changePayment': action(dealAt('changePayment'), BESIDE_WRITERS, (at) => ({
		paymentId: at.payment,
		rev: '1',
		...payment
	})),
	'/deals/[dealId]?/removePayment': action(dealAt('removePayment'), BESIDE_WRITERS, (at) => ({
		paymentId: at.goingPayment
	})),
	'/payments': page('/payments', EVERYBODY),
	'/payments/[id]': { address: (at) => `/payments/${at.booked}`, open: BESIDE_READERS },
	'/payments/[id]?/save': action(
		(at) => `/payments/${at.booked}?/save`,
		BESIDE_WRITERS,
		(at) => ({ paymentId: at.booked, rev: '1', ...payment })
	),
	'/payments/[id]?/remove': action(
		(at) => `/payments/${at.booked}?/remove`,
		BESIDE_WRITERS,
		(at) => ({ paymentId: at.booked })
	),
	'/shipments': page('/shipments', EVERYBODY),
	'/shipments/[id]': { address: (at) => `/shipments/${at.shipment}`, open: SHIPPERS },
	'/shipments/[id]?/save': action(
		(at) => `/shipments/${at.shipment}?/save`,
		BESIDE_WRITERS,
		(at) => ({ itemId: at.shipment, rev: '1', serialNumber: NAME })
	),
	'/products': page('/products', EVERYBODY),
	'/products?/restore': action(
		() => '/products?/restore',
		SELLERS,
		(at) => ({ id: at.product })
	),
	'/products/new': page('/products/new', CREATORS),
	'/products/new?/default': action(
		() => '/products/new',
		SELLERS,
		(at) => ({ id: at.fresh, name: NAME, departmentId: at.hamburg, onSale: 'true' })
	),
	'/products/[id]': { address: (at) => `/products/${at.product}`, open: HAMBURG },
	'/products/[id]?/save': action(productAt('save'), SELLERS, renamed('Gnomon rack')),
	'/products/[id]?/look': action(productAt('look'), HAMBURG),
	'/products/[id]?/revert': action(productAt('revert'), SELLERS, (at) => ({
		revert: `${at.productBegan}.description.new`
	})),
	'/products/[id]?/trash': action(productAt('trash'), SELLERS),
	'/products/[id]?/restore': action(productAt('restore'), SELLERS),
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
	'/requests/[id]?/restore': action(requestAt('restore'), DELETERS),
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
	'/people': page('/people', EVERYBODY),
	'/profile': own('/profile'),
	'/profile?/save': own('/profile?/save'),
	'/profile?/password': own('/profile?/password'),
	'/profile?/scheme': own('/profile?/scheme'),
	'/profile?/private': own('/profile?/private'),
	'/profile?/department': own('/profile?/department'),
	'/profile/keys': own('/profile/keys'),
	'/profile/keys?/create': own('/profile/keys?/create'),
	'/profile/keys?/revoke': own('/profile/keys?/revoke'),
	'/profile/second-factor': own('/profile/second-factor'),
	'/profile/second-factor?/begin': own('/profile/second-factor?/begin'),
	'/profile/second-factor?/confirm': own('/profile/second-factor?/confirm'),
	'/profile/second-factor?/remove': own('/profile/second-factor?/remove'),
	'/profile/second-factor?/beginPasskey': own('/profile/second-factor?/beginPasskey'),
	'/profile/second-factor?/addPasskey': own('/profile/second-factor?/addPasskey'),
	'/profile/second-factor?/removePasskey': own('/profile/second-factor?/removePasskey'),
	'/profile/second-factor?/codes': own('/profile/second-factor?/codes'),
	'/profile/sessions': own('/profile/sessions'),
	'/profile/sessions?/revoke': own('/profile/sessions?/revoke'),
	'/profile/sessions?/revokeOthers': own('/profile/sessions?/revokeOthers'),
	'/api': page('/api', EVERYBODY),
	...apiRows(
		{
			anyone: ANYONE,
			everybody: EVERYBODY,
			readers: HAMBURG,
			sellers: SELLERS,
			writers: WRITERS,
			deleters: DELETERS,
			workers: WORKERS,
			steerers: STEERERS,
			besideReaders: BESIDE_READERS,
			besideWriters: BESIDE_WRITERS,
			shippers: SHIPPERS
		},
		NAME
	),
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
	'/form/[token]?/default': { address: (at) => `/form/${at.sourceToken}`, open: ANYONE },
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
	'/profile/notifications': own('/profile/notifications'),
	'/profile/notifications?/save': own('/profile/notifications?/save'),
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
	},
	'/kept/file GET': page('/kept/file?format=json', EVERYBODY),
	'/offline': page('/offline', ANYONE),
	'/on-device': page('/on-device', EVERYBODY),
	'/outbox POST': {
		address: () => '/outbox',
		open: WRITERS,
		json: (at) => ({
			key: at.fresh,
			action: 'deal.move',
			input: { dealId: at.deal, stageId: at.stage }
		})
	},
	'/shell': page('/shell', ANYONE),
	'/set-up': page('/set-up', ANYONE),
	'/set-up?/default': action(
		() => '/set-up',
		[],
		() => ({
			token: 'guess',
			workspaceName: NAME,
			departmentName: NAME,
			name: NAME,
			email: 'smuggled@tandem.example',
			password: 'long enough now',
			language: 'en',
			timeZone: 'Europe/Berlin'
		})
	),
	'/invite': page('/invite', ANYONE),
	'/invite?/default': { ...page('/invite', ANYONE), own: true },
	'/reset': page('/reset', ANYONE),
	'/reset?/request': { ...page('/reset?/request', ANYONE), own: true },
	'/reset?/choose': { ...page('/reset?/choose', ANYONE), own: true },
	// Whoever has not given his password is led to where he does.
	'/sign-in/code': page('/sign-in/code', ANYONE),
	'/sign-in/code?/default': { ...page('/sign-in/code', ANYONE), own: true },
	'/sign-in/set-up': page('/sign-in/set-up', ANYONE),
	'/sign-in/set-up?/begin': { ...page('/sign-in/set-up?/begin', ANYONE), own: true },
	'/sign-in/set-up?/confirm': { ...page('/sign-in/set-up?/confirm', ANYONE), own: true },
	'/sign-in/passkey': page('/sign-in/passkey', ANYONE),
	'/sign-in/passkey?/begin': { ...page('/sign-in/passkey?/begin', ANYONE), own: true },
	'/sign-in/passkey?/finish': { ...page('/sign-in/passkey?/finish', ANYONE), own: true },
	'/sign-in': page('/sign-in', ANYONE),
	'/sign-in?/default': { ...page('/sign-in', ANYONE), own: true },
	'/sign-out': page('/sign-out', ANYONE),
	'/sign-out?/default': { ...page('/sign-out', ANYONE), own: true },
	'/dev/ui': page('/dev/ui', [])
};
