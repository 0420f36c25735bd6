import type { Page } from '@playwright/test';
import type { DemoPerson } from '#lib/features/demo/model.ts';

/** One page of each kind, with the words of the link on it that leads to the kind meant. */
export interface PageKind {
	readonly name: string;
	readonly person: DemoPerson | null;
	readonly address: string;
	/** Leads on to the record of this name. */
	readonly record?: string;
}

export const PAGE_KINDS: readonly PageKind[] = [
	{ name: 'sign-in', person: null, address: '/sign-in' },
	{ name: 'offline', person: null, address: '/offline' },
	{ name: 'today', person: 'ann', address: '/' },
	{ name: 'requests', person: 'adam', address: '/requests' },
	{ name: 'requests of a seller', person: 'ann', address: '/requests?view=all' },
	{
		name: 'request',
		person: 'adam',
		address: '/requests?view=all&q=pallet',
		record: 'Pallet boxes for the new depot'
	},
	{ name: 'new request', person: 'ann', address: '/requests/new' },
	{ name: 'deals', person: 'ann', address: '/deals' },
	{ name: 'board', person: 'ann', address: '/deals/board' },
	{ name: 'deal', person: 'ann', address: '/deals?q=hall', record: 'Shelving for hall 4' },
	{ name: 'new deal', person: 'ann', address: '/deals/new' },
	{ name: 'leads', person: 'ann', address: '/leads' },
	{ name: 'lead', person: 'ann', address: '/leads?q=vogel', record: 'Henrike Vogel' },
	{ name: 'new lead', person: 'ann', address: '/leads/new' },
	{ name: 'companies', person: 'ann', address: '/companies' },
	{
		name: 'company',
		person: 'ann',
		address: '/companies?q=nord',
		record: 'Nordlicht Logistik GmbH'
	},
	{ name: 'new company', person: 'ann', address: '/companies/new' },
	{ name: 'contacts', person: 'ann', address: '/contacts' },
	{ name: 'contact', person: 'ann', address: '/contacts?q=katrin', record: 'Katrin Hoffmann' },
	{ name: 'new contact', person: 'ann', address: '/contacts/new' },
	{ name: 'tasks', person: 'ann', address: '/tasks' },
	{
		name: 'task',
		person: 'ann',
		address: '/tasks?q=rack',
		record: 'Send rack samples to Dresden'
	},
	{ name: 'new task', person: 'bob', address: '/tasks/new' },
	{ name: 'projects', person: 'ann', address: '/projects' },
	{
		name: 'project',
		person: 'bob',
		address: '/projects?q=fair',
		record: 'Trade fair in Hanover'
	},
	{ name: 'new project', person: 'ann', address: '/projects/new' },
	{ name: 'products', person: 'ann', address: '/products' },
	{ name: 'product', person: 'ann', address: '/products?q=pallet', record: 'Pallet rack R4' },
	{ name: 'new product', person: 'ann', address: '/products/new' },
	{ name: 'payments', person: 'adam', address: '/payments' },
	{ name: 'payment', person: 'ann', address: '/payments', record: 'Tool storage, plant 2' },
	{ name: 'shipments', person: 'adam', address: '/shipments' },
	{
		name: 'shipment',
		person: 'adam',
		address: '/shipments',
		record: 'Tool cabinet, seven drawers'
	},
	{
		name: 'deal with goods',
		person: 'ann',
		address: '/deals?q=plant',
		record: 'Tool storage, plant 2'
	},
	{ name: 'imports', person: 'ann', address: '/imports' },
	{ name: 'new import', person: 'ann', address: '/imports/new' },
	{ name: 'search', person: 'ann', address: '/search?q=nord' },
	{ name: 'kept for you', person: 'ann', address: '/kept' },
	{ name: 'notifications', person: 'ann', address: '/notifications?show=all' },
	{ name: 'reminders', person: 'ann', address: '/reminders' },
	{ name: 'profile', person: 'ann', address: '/profile' },
	{ name: 'preferences', person: 'ann', address: '/profile/notifications' },
	{ name: 'sessions', person: 'ann', address: '/profile/sessions' },
	{ name: 'keys', person: 'ann', address: '/profile/keys' },
	{ name: 'api', person: 'ann', address: '/api' },
	{ name: 'people', person: 'adam', address: '/settings/people' },
	{ name: 'roles', person: 'adam', address: '/settings/roles' },
	{ name: 'role', person: 'adam', address: '/settings/roles', record: 'Sales manager' },
	{ name: 'lists', person: 'adam', address: '/settings/lists' },
	{ name: 'sources', person: 'adam', address: '/settings/lists?list=lead_sources' },
	{ name: 'web form', person: 'adam', address: '/settings/web-form' },
	{ name: 'pipelines', person: 'adam', address: '/settings/pipelines' },
	{ name: 'departments', person: 'adam', address: '/settings/departments' },
	{ name: 'audit', person: 'adam', address: '/settings/audit' },
	{ name: 'countries', person: 'adam', address: '/settings/countries' },
	{ name: 'privacy', person: 'adam', address: '/settings/privacy?q=a' },
	{ name: 'file store', person: 'adam', address: '/settings/files' },
	{ name: 'cities', person: 'adam', address: '/settings/cities' },
	{ name: 'currencies', person: 'adam', address: '/settings/currencies' },
	{ name: 'currency', person: 'adam', address: '/settings/currencies/USD' },
	{ name: 'mail', person: 'adam', address: '/settings/mail' },
	{ name: 'empty list', person: 'ann', address: '/companies?q=zzzzzz' },
	{ name: 'trash', person: 'ann', address: '/contacts?trash=1' },
	{ name: 'nothing here', person: 'ann', address: '/companies/nowhere' },
	{ name: 'not allowed', person: 'ann', address: '/settings/people' }
];

/** Opens a page of this kind; the browser must be that of its person already. */
export async function openKind(page: Page, { address, record }: PageKind): Promise<void> {
	await page.goto(address, { waitUntil: 'load' });
	if (record) await openRecord(page, record);
	await page.locator('h1').first().waitFor();
}

/** Follows the name of a record in a list, by loading its page. */
export async function openRecord(page: Page, name: string): Promise<void> {
	const link = page.locator('main').getByRole('link', { name, exact: true }).first();
	await page.goto((await link.getAttribute('href')) ?? '', { waitUntil: 'load' });
}
