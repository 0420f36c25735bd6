import type { DemoPerson } from '#lib/features/demo/model.ts';

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

export type Form = Readonly<Record<string, string>>;

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

export const HAMBURG: readonly Visitor[] = ['ann', 'cleo', 'olga', 'adam', 'carl'];
export const SELLERS: readonly Visitor[] = ['ann', 'cleo', 'olga', 'adam'];
export const EVERYBODY: readonly Visitor[] = [...HAMBURG, 'tina', 'erik'];
export const CREATORS: readonly Visitor[] = [...SELLERS, 'tina'];
export const WRITERS: readonly Visitor[] = ['ann', 'olga', 'adam'];
/** What counts for and against deals is the managers' to say. */
export const SIGNAL_KEEPERS: readonly Visitor[] = ['ann', 'cleo', 'adam'];
export const SIGNAL_READERS: readonly Visitor[] = [...SIGNAL_KEEPERS, 'tina', 'carl'];
/** Requests feed the statistics: no seller deletes them [C25]. */
export const DELETERS: readonly Visitor[] = ['olga', 'adam'];
/** Who may do something beside a deal's fields: a chief may, too [core 3.4]. */
export const FILERS: readonly Visitor[] = [...WRITERS, 'carl'];
/** Managers keep the currencies, operators do not [core 3.2]. */
export const CITY_KEEPERS: readonly Visitor[] = ['ann', 'cleo', 'olga', 'tina', 'adam'];
export const BOOKKEEPERS: readonly Visitor[] = ['ann', 'cleo', 'tina', 'adam'];
/** Ann's task is hers and of those who look after all tasks, not of her department. */
export const WORKERS: readonly Visitor[] = ['ann', 'adam', 'carl'];
export const STEERERS: readonly Visitor[] = ['ann', 'adam'];
/** What stands beside Ann's deal: colleagues read it, who owns the deal writes it, operators have no part in it. */
export const BESIDE_READERS: readonly Visitor[] = ['ann', 'cleo', 'adam', 'carl'];
export const BESIDE_WRITERS: readonly Visitor[] = ['ann', 'adam'];
export const SHIPPERS: readonly Visitor[] = ['ann', 'adam', 'carl'];
export const ADMIN: readonly Visitor[] = ['adam'];
export const ANYONE: readonly Visitor[] = [...EVERYBODY, 'nobody'];

export const page = (path: string, open: readonly Visitor[]): RightsRow => ({
	address: () => path,
	open
});
export const own = (path: string): RightsRow => ({ ...page(path, EVERYBODY), own: true });
export const action = (
	address: RightsRow['address'],
	open: readonly Visitor[],
	form: (at: Targets) => Form = () => ({})
): RightsRow => ({ address, open, form });

export const noMore = (_at: Targets): Form => ({});

export const companyAt = (name: string) => (at: Targets) => `/companies/${at.company}?/${name}`;
export const contactAt = (name: string) => (at: Targets) => `/contacts/${at.contact}?/${name}`;
export const leadAt = (name: string) => (at: Targets) => `/leads/${at.lead}?/${name}`;
export const dealAt = (name: string) => (at: Targets) => `/deals/${at.deal}?/${name}`;
export const taskAt = (name: string) => (at: Targets) => `/tasks/${at.task}?/${name}`;
export const projectAt = (name: string) => (at: Targets) => `/projects/${at.project}?/${name}`;
export const requestAt = (name: string) => (at: Targets) => `/requests/${at.request}?/${name}`;
export const productAt = (name: string) => (at: Targets) => `/products/${at.product}?/${name}`;
export const importAt = (name: string) => (at: Targets) => `/imports/${at.import}?/${name}`;
export const noticeAt = (name: string, open: readonly Visitor[], more = noMore) =>
	action(
		() => `/notifications?/${name}`,
		open,
		(at) => ({ notificationId: at.notice, ...more(at) })
	);
export const reminderAt = (name: string, open: readonly Visitor[], more = noMore) =>
	action(
		() => `/reminders?/${name}`,
		open,
		(at) => ({ reminderId: at.reminder, ...more(at) })
	);
export const WHEN = { subject: 'Smuggled in', on: '2030-01-02', at: '09:00' };
export const ofDeal = (at: Targets) => new URLSearchParams({ kind: 'deal', id: at.deal });
export const settings = (path: string) => () => `/settings/${path}`;

export const NAME = 'Smuggled in';
export const renamed = (base: string) => () => ({ name: NAME, 'name.base': JSON.stringify(base) });
export const mapping = { encoding: 'utf8', delimiter: ',', hasHeader: 'yes', 'target.0': 'name' };
export const payment = { amount: '99', currency: 'EUR', paidOn: '2026-01-02', status: 'received' };
export const entry = (at: Targets) => ({ list: 'tags', entryId: at.tag, name: NAME });
