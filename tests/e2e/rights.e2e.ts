import { request as requests, type APIRequestContext, type APIResponse } from '@playwright/test';
import postgres from 'postgres';
import { WebSocket } from 'ws';
import {
	DEMO_PASSWORD,
	demoCompanies,
	demoContacts,
	demoDeals,
	demoEmail,
	demoLeads,
	demoPeople,
	demoProjects,
	demoRequests,
	demoTasks,
	type DemoPerson,
	type DemoTask
} from '#lib/features/demo/model.ts';
import { demoProducts } from '#lib/features/demo/model/goods.ts';
import { newApiToken } from '#lib/server/auth/api-key.ts';
import { CLOSE } from '#lib/records/wire.ts';
import { newId } from '#lib/shared/ids.ts';
import { KIND_NAMES, KINDS } from '#lib/shared/kinds.ts';
import { openTab } from '#tests/sync/support/tab.ts';
import { MATRIX } from './rights/matrix.ts';
import type { RightsRow, Targets, Visitor } from './rights/rows.ts';
import { skipsRows, unboundedCounts, watched } from './statements.ts';
import { expect, test } from './test.ts';

const VISITORS: readonly Visitor[] = [
	'nobody',
	...demoPeople.map(({ key }) => key).filter((key) => key !== 'bob')
];
const EVIL = 'https://evil.example';

/** Names that nobody outside Sales Hamburg may ever read. */
const CANARIES = [
	'Gnomon',
	...demoCompanies.filter((company) => company[6] !== 'tina').map(([name]) => unescaped(name)),
	...demoDeals.filter((deal) => deal[7] !== 'tina').map(([name]) => name),
	...demoContacts
		.filter(([, , , company]) => company !== null && demoCompanies[company][6] !== 'tina')
		.map(([first, last]) => `${first} ${last}`),
	...demoLeads.filter(({ owner }) => owner !== 'tina').map(({ name }) => name),
	...demoProducts.filter((product) => product[6] !== 'tina').map(([name]) => name),
	...demoProjects.filter(({ owner }) => owner !== 'tina').map(({ name }) => name),
	...demoTasks.filter((task) => !isOfMalmo(task)).map(({ name }) => name),
	...demoRequests.filter(({ by }) => by !== 'tina').map(({ requestFor }) => requestFor)
];

function isOfMalmo({ owner, responsible = [] }: DemoTask): boolean {
	return [owner, ...responsible].some((key) => key === 'tina' || key === 'erik');
}

/** The part of a name that reads the same in HTML. */
function unescaped(name: string): string {
	return name.split(' &')[0] ?? name;
}

const sql = postgres(process.env.TANDEM_E2E_DATABASE ?? '', { max: 2, onnotice: () => {} });
const contexts = new Map<Visitor, APIRequestContext>();
let at: Targets;
let cookies: Map<Visitor, string>;

test.beforeAll(async ({ baseURL }) => {
	const opened = VISITORS.map(async (visitor) => {
		const context = await requests.newContext({
			...(baseURL && { baseURL }),
			...(baseURL && { extraHTTPHeaders: { origin: baseURL, accept: 'text/html' } })
		});
		contexts.set(visitor, context);
		if (visitor === 'nobody') return;
		const form = { email: demoEmail(visitor), password: DEMO_PASSWORD };
		const answer = await context.post('/sign-in', { form, maxRedirects: 0 });
		expect.soft(answer.status(), visitor).toBe(303);
	});
	await Promise.all(opened);
	cookies = new Map();
	for (const [visitor, context] of contexts) {
		const { cookies: jar } = await context.storageState();
		cookies.set(visitor, jar.map(({ name, value }) => `${name}=${value}`).join('; '));
	}
	at = await makeTargets();
});

test.afterAll(async () => {
	await Promise.all([...contexts.values()].map((context) => context.dispose()));
	await sql`delete from tags where name like 'Smuggled%'`;
	await sql`delete from work_tags where name like 'Smuggled%'`;
	await sql.end();
});

async function makeViews(ann: string) {
	const views = { view: newId(), otherView: newId(), lastView: newId() };
	for (const id of Object.values(views)) {
		await sql`
			insert into saved_views (id, owner_id, kind, name, query, position)
			values (${id}, ${ann}, 'company', 'Gnomon view', 'q=gnomon', 'a0')`;
	}
	return views;
}

/** What Ann is about to do with many records, and one thing that she has done. */
async function makeRuns(ann: string, company: string) {
	const runs = {
		editing: newId(),
		handing: newId(),
		throwing: newId(),
		going: newId(),
		ended: newId()
	};
	const rows = [
		{ id: runs.editing, act: 'edit', state: 'draft', wish: null },
		{ id: runs.handing, act: 'hand_over', state: 'draft', wish: null },
		{ id: runs.throwing, act: 'trash', state: 'draft', wish: {} },
		{ id: runs.going, act: 'edit', state: 'queued', wish: { edits: [] } },
		{ id: runs.ended, act: 'edit', state: 'done', wish: { edits: [] } }
	];
	for (const { id, act, state, wish } of rows) {
		await sql`
			insert into bulk_runs (id, actor_id, act, kind, state, wish)
			values (${id}, ${ann}, ${act}, 'company', ${state}, ${wish === null ? null : sql.json(wish)})`;
		await sql`
			insert into bulk_items (run_id, kind, record_id, position) values (${id}, 'company', ${company}, 0)`;
	}
	await sql`
		insert into changes (id, batch_id, kind, record_id, rev, actor_id, source, act, field, old, new)
		values (${newId()}, ${runs.ended}, 'company', ${company}, 1, ${ann}, 'form', 'edit', 'district', null, null)`;
	return runs;
}

const as = (visitor: Visitor): APIRequestContext => {
	const context = contexts.get(visitor);
	if (!context) throw new Error(visitor);
	return context;
};

/** Records of Ann's that only this test knows. */
async function makeTargets(): Promise<Targets> {
	const [known] = await sql<Targets[]>`
		select d.id as hamburg, a.id as ann, o.id as olga, p.id as pipeline,
			(select id from stages s where s.pipeline_id = p.id and s.outcome = 'open' order by position limit 1) as stage,
			(select id from closing_reasons r where r.department_id = d.id and outcome = 'won') as reason,
			(select id from tags t where t.department_id = d.id order by name limit 1) as tag,
			(select id from roles where key = 'manager') as role
		from users a
		join users o on o.email = ${demoEmail('olga')}
		join departments d on d.name = 'Sales Hamburg'
		join pipelines p on p.department_id = d.id
		where a.email = ${demoEmail('ann')} limit 1`;
	if (!known) throw new Error('no demo company');
	const [company, contact, lead, deal] = [newId(), newId(), newId(), newId()];
	const [task, project] = [newId(), newId()];
	const [request, apiRequest] = [newId(), newId()];
	const made = [
		post('ann', '/companies/new', {
			id: company,
			name: 'Gnomon Werke',
			departmentId: known.hamburg,
			ownerId: known.ann
		}),
		post('ann', '/contacts/new', {
			id: contact,
			name: 'Gnomon Gerlinde',
			ownerId: known.ann,
			departmentId: known.hamburg
		}),
		post('ann', '/leads/new', {
			id: lead,
			name: 'Gnomon Gottlieb',
			ownerId: known.ann,
			departmentId: known.hamburg
		}),
		post('ann', '/deals/new', {
			id: deal,
			name: 'Gnomon order',
			ownerId: known.ann,
			pipelineId: known.pipeline
		}),
		post('ann', '/tasks/new', { id: task, name: 'Gnomon errand' }),
		post('ann', '/projects/new', { id: project, name: 'Gnomon plan' }),
		...[request, apiRequest].map((id) =>
			post('ann', '/requests/new', {
				...{ id, requestFor: 'Gnomon inquiry', name: 'Gnomon Gustav' },
				departmentId: known.hamburg
			})
		)
	];
	for (const answer of await Promise.all(made)) expect.soft(answer.status()).toBe(303);
	const uploaded = await as('ann').post('/imports/upload', {
		multipart: { ...file('Name\nGnomon import\n'), kind: 'company', departmentId: known.hamburg },
		headers: { accept: 'application/json' }
	});
	const { id } = await uploaded.json();
	const comment = newId();
	const query = new URLSearchParams({ kind: 'deal', id: deal });
	const said = { body: 'Gnomon said', commentId: comment };
	expect.soft((await post('ann', `/comments?/add&${query}`, said)).status()).toBe(303);
	const picture = { name: 'Gnomon.png', mimeType: 'image/png', buffer: ONE_PIXEL };
	const stored = await as('ann').post(`/files/upload?${query}`, {
		multipart: { file: picture },
		headers: { accept: 'application/json' }
	});
	await as('ann').post(`/pictures/company/${company}/upload`, {
		multipart: { file: picture },
		headers: { accept: 'application/json' }
	});
	const { files } = await stored.json();
	const kept = newId();
	await sql`
		insert into kept_edits (id, user_id, kind, record_id, reason, field, value)
		select ${kept}, id, 'deal', ${deal}, 'closed', 'nextStep', '"Gnomon text"' from users where email = ${demoEmail('bob')}`;
	const [notice, reminder, mail] = [newId(), newId(), newId()];
	await sql`
		insert into notifications (id, user_id, cause_id, at, act, reason, kind, record_id, params, in_app)
		select ${notice}, id, ${newId()}, now(), 'deal.assigned', 'owner', 'deal', ${deal}, '{}', true from users where email = ${demoEmail('bob')}`;
	await sql`
		insert into reminders (id, user_id, kind, record_id, subject, due_at, send_mail)
		select ${reminder}, id, 'deal', ${deal}, 'Gnomon reminder', '2030-01-01', false from users where email = ${demoEmail('bob')}`;
	await sql`
		insert into outgoing_mails (id, purpose, recipient, subject, text, html, message_id, state, created_at)
		values (${mail}, 'test', 'nobody@tandem.example', 'Gnomon mail', 'Gnomon', 'Gnomon', ${mail}, 'unknown', now())`;
	const runs = await makeRuns(known.ann, company);
	const invitation = newId();
	await sql`
		insert into invitations (id, email, name, language, department_ids, role_ids, token_hash, created_at, expires_at)
		values (${invitation}, ${`gnomon-${invitation}@tandem.example`}, 'Gnomon', 'en', '{}', '{}', ${invitation}, now(), now() + interval '1 day')`;
	const [source] = await sql<{ id: string; token: string }[]>`
		select id, token from lead_sources where department_id = ${known.hamburg} order by name limit 1`;
	const [phrase, banned] = [newId(), newId()];
	await sql`insert into stop_phrases (id, phrase, created_at) values (${phrase}, ${`gnomon ${phrase}`}, now())`;
	await sql`insert into banned_names (id, name, created_at) values (${banned}, ${`Gnomon ${banned}`}, now())`;
	const goods = await makeGoods(known.hamburg, deal);
	// What is sold is named before a deal is made of a request [C86].
	await sql`insert into request_products (request_id, product_id) values (${request}, ${goods.sold}), (${apiRequest}, ${goods.sold})`;
	const [signal, qualityEvent] = [newId(), newId()];
	await sql`insert into quality_signals (id, department_id, name, weight) values (${signal}, ${known.hamburg}, ${`Gnomon signal ${signal}`}, -5)`;
	// Used, so that nobody takes it from another who tries to remove it.
	await sql`insert into quality_events (id, deal_id, signal_id, weight, created_at) values (${qualityEvent}, ${deal}, ${signal}, -5, now())`;
	const began = await sql<{ kind: string; id: string }[]>`
		select kind, id from changes where act = 'create' and record_id in (${company}, ${contact}, ${lead}, ${deal}, ${task}, ${project}, ${request})`;
	const beganAs = (kind: string) => began.find((entry) => entry.kind === kind)?.id ?? '';
	return {
		...known,
		...{ company, contact, lead, deal, task, project, request, apiRequest, import: id, kept },
		...goods,
		...(await makeTwins(known, { company, contact, lead })),
		...{ notice, reminder, mail, invitation, fresh: newId() },
		...runs,
		...(await makeViews(known.ann)),
		...{ source: source?.id ?? '', sourceToken: source?.token ?? '', phrase, banned },
		...{ comment, file: files[0].id, signal, qualityEvent },
		companyBegan: beganAs('company'),
		contactBegan: beganAs('contact'),
		leadBegan: beganAs('lead'),
		dealBegan: beganAs('deal'),
		taskBegan: beganAs('task'),
		projectBegan: beganAs('project'),
		requestBegan: beganAs('request')
	};
}

const ONE_PIXEL = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64'
);
/** A second one of each, merged into the first: it lies in the trash until somebody takes the merge back. */
async function makeTwins(
	{ hamburg, ann }: Pick<Targets, 'hamburg' | 'ann'>,
	kept: Pick<Targets, 'company' | 'contact' | 'lead'>
) {
	const tables = { company: 'companies', contact: 'contacts', lead: 'leads' } as const;
	const made = { company: newId(), contact: newId(), lead: newId() };
	const merged = { company: newId(), contact: newId(), lead: newId() };
	for (const kind of ['company', 'contact', 'lead'] as const) {
		const id = made[kind];
		const twin = { id, name: `Gnomon Twin ${tables[kind]}`, departmentId: hamburg, ownerId: ann };
		expect.soft((await post('ann', `/${tables[kind]}/new`, twin)).status()).toBe(303);
		await sql`update ${sql(tables[kind])} set deleted_at = now(), deleted_by = ${ann} where id = ${id}`;
		await sql`
			insert into merges (id, kind, kept_id, gone_id, moved, merged_by, merged_at)
			values (${merged[kind]}, ${kind}, ${kept[kind]}, ${id}, '{}', ${ann}, now())`;
	}
	return {
		...{ companyTwin: made.company, contactTwin: made.contact, leadTwin: made.lead },
		...{ companyMerge: merged.company, contactMerge: merged.contact, leadMerge: merged.lead }
	};
}

/** What stands beside that deal, and the product that it is about. */
async function makeGoods(departmentId: string, deal: string) {
	const [product, sold] = [newId(), newId()];
	for (const id of [product, sold]) {
		await post('ann', '/products/new', { id, name: 'Gnomon rack', departmentId, onSale: 'true' });
	}
	const items = { item: newId(), shipment: newId(), goingItem: newId() };
	for (const itemId of Object.values(items)) {
		const added = { itemId, productId: sold, quantity: '3', contractOn: '2026-01-02' };
		await post('ann', `/deals/${deal}?/addItem`, added);
	}
	const payments = { payment: newId(), booked: newId(), goingPayment: newId() };
	const paid = { amount: '7', currency: 'EUR', paidOn: '2026-01-02', status: 'received' };
	for (const paymentId of Object.values(payments)) {
		await post('ann', `/deals/${deal}?/addPayment`, { paymentId, ...paid });
	}
	const [began] = await sql<{ id: string }[]>`
		select id from changes where act = 'create' and record_id = ${product}`;
	return { product, sold, ...items, ...payments, productBegan: began?.id ?? '' };
}

const file = (text: string) => ({
	file: { name: 'Gnomon.csv', mimeType: 'text/csv', buffer: Buffer.from(text) }
});

const post = (visitor: Visitor, path: string, form: Record<string, string>, origin?: string) =>
	as(visitor).post(path, { form, maxRedirects: 0, ...(origin && { headers: { origin } }) });

const isPosted = ({ form, json, method }: RightsRow) =>
	form !== undefined || json !== undefined || method !== undefined;

/** So many rows at once: the server is asked by the next while it answers the one before. */
async function inTurns<Row>(rows: readonly Row[], judge: (row: Row) => Promise<void>) {
	for (let from = 0; from < rows.length; from += 6) {
		await Promise.all(rows.slice(from, from + 6).map(judge));
	}
}

/** What a page makes of an answer to its scripts stands in it. */
async function statusOf(answer: APIResponse): Promise<number> {
	const isTold = answer.status() === 200 && /json/.test(answer.headers()['content-type'] ?? '');
	const told = isTold ? ((await answer.json()) as { type?: string; status?: number }) : {};
	return told.type === 'failure' ? (told.status ?? 0) : answer.status();
}

/** Posts the form of a page as its scripts do: no page is drawn around the answer. Everything else as `ask`. */
function askQuickly(visitor: Visitor, row: RightsRow, name: string): Promise<APIResponse> {
	const form = row.form?.(at);
	const isAction = form !== undefined && name.includes('?/') && !row.file;
	if (!isAction || name.startsWith('/set-up')) return ask(visitor, row);
	const headers = { ...row.headers, accept: 'application/json', 'x-sveltekit-action': 'true' };
	return as(visitor).post(row.address(at), { form, maxRedirects: 0, headers });
}

function ask(visitor: Visitor, row: RightsRow, origin?: string): Promise<APIResponse> {
	const headers = {
		...row.headers,
		...(origin && { origin }),
		// A page and an endpoint may share an address; only who asks for a page gets to the page.
		...((row.file || row.json) && { accept: 'application/json' })
	};
	const options = { maxRedirects: 0, headers };
	const path = row.address(at);
	const context = as(visitor);
	const data = row.json?.(at);
	if (row.method) {
		const sent = data === undefined ? options : { ...options, data };
		return context.fetch(path, { ...sent, method: row.method });
	}
	if (data) return context.post(path, { ...options, data });
	const form = row.form?.(at);
	if (!form) return context.get(path, options);
	return row.file
		? context.post(path, { ...options, multipart: { ...file(row.file), ...form } })
		: context.post(path, { ...options, form });
}

/** Every row that the refused requests aim at, as texts in an order of their own. */
async function stateOfTargets(): Promise<readonly string[]> {
	const rows = await sql`
		select to_jsonb(x) from companies x where id in (${at.company}, ${at.fresh})
		union all select to_jsonb(x) from contacts x where id in (${at.contact}, ${at.fresh})
		union all select to_jsonb(x) from leads x where id in (${at.lead}, ${at.fresh})
		union all select to_jsonb(x) from lead_conversions x where lead_id = ${at.lead}
		union all select to_jsonb(x) from deals x where id in (${at.deal}, ${at.fresh})
		union all select to_jsonb(x) from tasks x where id in (${at.task}, ${at.fresh})
		union all select to_jsonb(x) from projects x where id in (${at.project}, ${at.fresh})
		union all select to_jsonb(x) from requests x where id in (${at.request}, ${at.apiRequest}, ${at.fresh})
		union all select to_jsonb(x) from work_tags x where name like 'Smuggled%'
		union all select to_jsonb(x) from imports x where id = ${at.import}
		union all select to_jsonb(x) from saved_views x where name like 'Gnomon%' or name like 'Smuggled%'
		union all select to_jsonb(x) from view_defaults x
		union all select to_jsonb(x) from view_places x
		union all select to_jsonb(x) from bulk_runs x where actor_id = ${at.ann}
		union all select to_jsonb(x) from attachments x where record_id = ${at.deal}
		union all select to_jsonb(x) from comments x where record_id = ${at.deal}
		union all select to_jsonb(x) from pictures x where record_id = ${at.company}
		union all select to_jsonb(x) from changes x where record_id in (${at.company}, ${at.contact}, ${at.lead}, ${at.deal}, ${at.task}, ${at.project}, ${at.request}, ${at.apiRequest}, ${at.fresh})
		union all select to_jsonb(x) from products x where id in (${at.product}, ${at.fresh})
		union all select to_jsonb(x) from quality_events x where deal_id = ${at.deal}
		union all select to_jsonb(x) from quality_signals x where id = ${at.signal} or name like 'Smuggled%'
		union all select to_jsonb(x) from line_items x where deal_id = ${at.deal}
		union all select to_jsonb(x) from payments x where deal_id = ${at.deal}
		union all select to_jsonb(x) from installation x where key = 'payments'
		union all select to_jsonb(x) from changes x where record_id in (${at.product}, ${at.item}, ${at.payment})
		union all select to_jsonb(x) from departments x where id = ${at.hamburg}
		union all select to_jsonb(x) from lead_sources x where id = ${at.source}
		union all select to_jsonb(x) from stop_phrases x where id = ${at.phrase} or phrase like 'Smuggled%'
		union all select to_jsonb(x) from banned_names x where id = ${at.banned} or name like 'Smuggled%'
		union all select to_jsonb(x) from pipelines x where department_id = ${at.hamburg}
		union all select to_jsonb(x) from stages x where pipeline_id = ${at.pipeline}
		union all select to_jsonb(x) from closing_reasons x where department_id = ${at.hamburg}
		union all select to_jsonb(x) from tags x where id = ${at.tag} or name like 'Smuggled%'
		union all select to_jsonb(x) from user_profiles x where user_id = ${at.olga}
		union all select to_jsonb(x) from user_roles x where user_id = ${at.olga}
		union all select to_jsonb(x) from role_permissions x where role_id = ${at.role}
		union all select to_jsonb(x) from accounts x where user_id = ${at.olga}
		union all select to_jsonb(x) from users x where email like 'smuggled%'
		union all select to_jsonb(x) from departments x where name like 'Smuggled%'
		union all select to_jsonb(x) from companies x where name like 'Smuggled%'
		union all select to_jsonb(x) from kept_edits x where id = ${at.kept}
		union all select to_jsonb(x) from notifications x where id = ${at.notice}
		union all select to_jsonb(x) from reminders x where id = ${at.reminder} or subject like 'Smuggled%'
		union all select to_jsonb(x) from outgoing_mails x where id = ${at.mail}
		union all select to_jsonb(x) from mail_settings x
		union all select to_jsonb(x) from erasures x
		union all select to_jsonb(x) from public_mail_domains x
		union all select to_jsonb(x) from countries x
		union all select to_jsonb(x) from person_exports x
		union all select to_jsonb(x) from invitations x where id = ${at.invitation} or email like 'smuggled%'
		union all select to_jsonb(x) from password_links x where user_id = ${at.olga}
		union all select to_jsonb(x) from roles x where id = ${at.role}
		union all select jsonb_build_object('imports', count(*)) from imports where owner_id <> ${at.ann} and file_name = 'Gnomon.csv'`;
	return rows.map((row) => JSON.stringify(row)).sort();
}

/** Of a deal, a chief may change some fields, so the name is a fault of the form. */
const isFault = (name: string, visitor: Visitor) =>
	name === '/deals/[dealId]?/save' && visitor === 'carl';

const isSentAway = (answer: APIResponse) =>
	answer.status() === 401 ||
	(answer.status() === 303 && (answer.headers()['location'] ?? '').startsWith('/sign-in'));

test('[C11, B15, B35] whoever has no right to a page or endpoint is turned away from it, the others see it', async () => {
	const rows = Object.entries(MATRIX).filter(
		([name, row]) => !(isPosted(row) || name.includes('?/') || name.endsWith(' POST'))
	);
	await inTurns(rows, async ([name, row]) => {
		const answers = VISITORS.map(async (visitor) => {
			const answer = await ask(visitor, row);
			const what = `${visitor} at ${name}: ${answer.status()}`;
			if (visitor === 'tina' || visitor === 'erik') {
				expect.soft(await canariesIn(answer), `${visitor} reads ${name}`).toEqual([]);
			}
			if (row.open.includes(visitor)) expect.soft(answer.status(), what).toBeLessThan(400);
			else if (visitor === 'nobody' && name !== '/dev/ui')
				expect.soft(isSentAway(answer), what).toBe(true);
			else expect.soft([403, 404], what).toContain(answer.status());
		});
		await Promise.all(answers);
	});
});

test('a record of another department is not found, in its page as in its data', async () => {
	for (const path of [
		`/companies/${at.company}`,
		`/contacts/${at.contact}`,
		`/leads/${at.lead}`,
		`/leads/${at.lead}/convert`,
		`/deals/${at.deal}`,
		`/tasks/${at.task}`,
		`/projects/${at.project}`,
		`/requests/${at.request}`,
		`/requests/${at.request}/print`,
		`/products/${at.product}`,
		`/payments/${at.booked}`,
		`/shipments/${at.shipment}`,
		`/imports/${at.import}`
	]) {
		for (const visitor of ['tina', 'erik'] as const) {
			expect((await as(visitor).get(path)).status(), `${visitor} at ${path}`).toBe(404);
		}
	}
});

test('no data of a page and no header of it that Tina or Erik gets holds a name of Hamburg', async () => {
	const read = async (visitor: Visitor, row: RightsRow, data: boolean, searched = '') => {
		const url = new URL(row.address(at), 'http://here');
		if (searched) url.searchParams.set('q', searched);
		const path = data
			? `${url.pathname.replace(/\/$/, '')}/__data.json${url.search}`
			: url.pathname + url.search;
		const answer = await as(visitor).get(path);
		return (await answer.text()) + JSON.stringify(answer.headers());
	};
	const pages = Object.entries(MATRIX).filter(
		([name, row]) => !(isPosted(row) || name.includes('?/') || name.includes(' '))
	);
	await inTurns(pages, async ([name, row]) => {
		for (const visitor of ['tina', 'erik'] as const) {
			const leaked = canariesOf(await read(visitor, row, true));
			expect.soft(leaked, `${visitor} reads ${name}`).toEqual([]);
		}
	});
	// The names are those that the rightful readers see.
	for (const place of ['/tasks', '/projects']) {
		const row = MATRIX[place];
		if (row) expect(await read('adam', row, false, 'gnomon'), place).toContain('Gnomon');
	}
	const places = ['/companies', '/contacts', '/leads', '/deals', '/requests', '/products'];
	for (const place of [...places, '/search']) {
		const row = MATRIX[place];
		if (row) expect(await read('cleo', row, false, 'gnomon'), place).toContain('Gnomon');
	}
});

test('[B34] whoever has no right to a command is refused, and the rows are as they were', async () => {
	const before = await stateOfTargets();
	const rows = Object.entries(MATRIX).filter(([, row]) => isPosted(row));
	const refuse = async ([name, row]: (typeof rows)[number]) => {
		const refused = VISITORS.filter((visitor) => !row.open.includes(visitor));
		const answers = refused.map(async (visitor) => {
			// Those who must not even read a name get whole pages; of the others the status is enough.
			const isForeign = visitor === 'tina' || visitor === 'erik' || visitor === 'nobody';
			const asPage = isForeign || isFault(name, visitor);
			const answer = await (asPage ? ask(visitor, row) : askQuickly(visitor, row, name));
			const status = await statusOf(answer);
			const what = `${visitor} posts ${name}: ${status}`;
			// A guessed set-up token is worth nothing: the page leads to the sign-in once there is somebody.
			if (visitor === 'nobody' || name.startsWith('/set-up'))
				expect.soft(isSentAway(answer), what).toBe(true);
			else expect.soft(isFault(name, visitor) ? [400] : [403, 404], what).toContain(status);
			if (isForeign) expect.soft(await canariesIn(answer), what).toEqual([]);
		});
		await Promise.all(answers);
	};
	for (let from = 0; from < rows.length; from += 6) {
		const some = rows.slice(from, from + 6);
		await Promise.all(some.map(refuse));
		expect.soft(await stateOfTargets(), some.map(([name]) => name).join()).toEqual(before);
	}
});

const canariesOf = (text: string) => CANARIES.filter((canary) => text.includes(canary));

const canariesIn = async (answer: APIResponse) =>
	canariesOf((await answer.text()) + JSON.stringify(answer.headers()));

test('a form, an upload or a message from another origin is refused whoever is signed in', async () => {
	const before = await stateOfTargets();
	for (const [name, row] of Object.entries(MATRIX)) {
		const isOwnCommand = row.own && name.includes('?/');
		if (row.anywhere || (!isPosted(row) && !isOwnCommand)) continue;
		const forged = isOwnCommand ? { ...row, form: () => ({ email: 'x' }) } : row;
		for (const origin of [EVIL, 'null']) {
			expect.soft((await ask('adam', forged, origin)).status(), `${name} from ${origin}`).toBe(403);
		}
	}
	expect(await stateOfTargets()).toEqual(before);
	expect((await as('adam').get('/profile')).status()).toBe(200);
});

test('the same forms are taken from those who may send them', async () => {
	const comesLast =
		/\?\/(trash|restore|discard)$|^\/imports\/\[importId\]\?\/(try|undo)$|\[id\](\/restore POST| DELETE)$/;
	const names = Object.keys(MATRIX).filter(
		(name) => !name.startsWith('/settings') && !comesLast.test(name)
	);
	const inAndOut = [
		'/companies/[id]?/trash',
		'/companies?/restore',
		'/companies/[id]?/trash',
		'/companies/[id]?/restore',
		'/contacts/[id]?/trash',
		'/contacts?/restore',
		'/contacts/[id]?/trash',
		'/contacts/[id]?/restore',
		'/leads/[id]?/trash',
		'/leads?/restore',
		'/leads/[id]?/trash',
		'/leads/[id]?/restore',
		'/deals/[dealId]?/trash',
		'/deals?/restore',
		'/tasks/[id]?/trash',
		'/tasks?/restore',
		'/projects/[id]?/trash',
		'/projects?/restore',
		...KIND_NAMES.map((kind) => KINDS[kind].path).flatMap((path) => [
			`/api/v1${path}/[id] DELETE`,
			`/api/v1${path}/[id]/restore POST`
		])
	];
	const target = at;
	for (const name of [...names, ...inAndOut]) {
		const row = MATRIX[name];
		if (!row || !isPosted(row) || !row.open.includes('ann')) continue;
		at = { ...target, fresh: newId() };
		const answer = await ask('ann', row);
		const what = answer.ok() ? '' : (await answer.text()).slice(0, 500);
		expect.soft(answer.status(), `ann posts ${name}: ${what}`).toBeLessThan(400);
	}
	at = target;
	// Other journeys begin Ann's lists with everything.
	await sql`delete from view_defaults where user_id = ${at.ann}`;
});

test('a key gives no more than its owner has, and one that may only read changes nothing', async ({
	baseURL
}) => {
	const before = await stateOfTargets();
	const rows = Object.entries(MATRIX).filter(([name]) => name.startsWith('/api/v1/'));
	for (const visitor of VISITORS.filter((one) => one !== 'nobody')) {
		const context = await requests.newContext({
			...(baseURL && { baseURL }),
			extraHTTPHeaders: { authorization: `Bearer ${await aReadingKey(visitor)}` }
		});
		for (const [name, row] of rows) {
			const [, method = 'GET'] = name.split(' ');
			const data = row.json?.(at);
			const options = {
				method,
				...(row.headers && { headers: row.headers }),
				...(data && { data })
			};
			const answer = await context.fetch(row.address(at), options);
			const what = `${visitor}'s key at ${name}: ${answer.status()}`;
			if (method !== 'GET') expect.soft(answer.status(), what).toBe(403);
			else if (row.open.includes(visitor)) expect.soft(answer.status(), what).toBe(200);
			else expect.soft(answer.status(), what).toBe(404);
			if (visitor !== 'tina' && visitor !== 'erik') continue;
			expect.soft(await canariesIn(answer), what).toEqual([]);
		}
		await context.dispose();
	}
	expect(await stateOfTargets()).toEqual(before);
});

test('a key that was taken back, has run out or is made up opens nothing, and none opens a page or a socket', async ({
	baseURL
}) => {
	const company = `/api/v1/companies/${at.company}`;
	const asked = async (token: string, path: string) => {
		const context = await requests.newContext({ ...(baseURL && { baseURL }) });
		const headers = { authorization: `Bearer ${token}` };
		return context.get(path, { headers, maxRedirects: 0 });
	};
	const good = await aReadingKey('adam');
	expect((await asked(good, company)).status()).toBe(200);
	expect(isSentAway(await asked(good, '/companies'))).toBe(true);
	const data = await (await asked(good, `/companies/${at.company}/__data.json`)).text();
	expect(data).toContain('/sign-in');
	expect(data).not.toContain('Gnomon');
	expect((await asked(`${good}x`, company)).status()).toBe(401);
	for (const ended of ['revoked_at', 'expires_at'] as const) {
		const token = await aReadingKey('adam');
		await sql`update api_keys set ${sql(ended)} = now() - interval '1 minute'
			where id = (select id from api_keys where name = 'Rights' order by id desc limit 1)`;
		expect((await asked(token, company)).status(), ended).toBe(401);
	}
});

test('a role may do what its rows say: with an administrator’s it is let in as he is, and without any refused', async () => {
	const key = `rights_${at.fresh}`;
	const email = `${at.fresh}@tandem.example`;
	const [role] = await sql<{ id: string }[]>`
		insert into roles (id, key, name) values (${newId()}, ${key}, 'Of the rights test') returning id`;
	await aPerson(email, role?.id ?? '');
	const context = await requests.newContext({
		baseURL: process.env.TANDEM_E2E_URL ?? '',
		extraHTTPHeaders: { origin: process.env.TANDEM_E2E_URL ?? '', accept: 'text/html' }
	});
	const form = { email, password: DEMO_PASSWORD };
	expect((await context.post('/sign-in', { form, maxRedirects: 0 })).status()).toBe(303);
	const own = contexts.get('bob');
	// He stands where nobody else does, so that rows are asked in the same way as for all the others.
	contexts.set('bob', context);
	try {
		for (const [like, of] of [
			['adam', 'administrator'],
			['erik', null]
		] as const) {
			await sql`delete from role_permissions where role_id = ${role?.id ?? ''}`;
			await sql`insert into role_permissions (role_id, entity, verb, scope)
				select ${role?.id ?? ''}, entity, verb, scope from role_permissions
				where role_id = (select id from roles where key = ${of})`;
			const before = await stateOfTargets();
			await judgeLike('bob', like);
			expect.soft(await stateOfTargets(), like).toEqual(before);
		}
	} finally {
		if (own) contexts.set('bob', own);
		else contexts.delete('bob');
		await context.dispose();
		await forgetPerson(email, role?.id ?? '');
	}
});

/** Looks at everything that this visitor may see if he is like that one, and tries all that he may not do. */
async function judgeLike(visitor: Visitor, like: Visitor): Promise<void> {
	const rows = Object.entries(MATRIX).filter(
		([name, row]) => isPosted(row) || !(name.includes('?/') || name.endsWith(' POST'))
	);
	const judge = async ([name, row]: (typeof rows)[number]) => {
		const isOpen = row.open.includes(like);
		// What is his own is his own; what he may do, others have done.
		if (isPosted(row) && isOpen) return;
		const answer = await askQuickly(visitor, row, name);
		const status = await statusOf(answer);
		const what = `like ${like} at ${name}: ${status}`;
		// As that one himself: what somebody has taken away by now is there for neither.
		if (isOpen) expect.soft(status, what).toBe((await ask(like, row)).status());
		else if (name.startsWith('/set-up?')) expect.soft(isSentAway(answer), what).toBe(true);
		else expect.soft([403, 404], what).toContain(status);
	};
	await inTurns(rows, judge);
}

/** Somebody in Hamburg with this role beside everybody's, and the demo's password. */
async function aPerson(email: string, roleId: string): Promise<void> {
	const id = newId();
	await sql`insert into users (id, name, email) values (${id}, 'Of the rights test', ${email})`;
	await sql`insert into user_profiles (user_id) values (${id})`;
	await sql`insert into department_members (user_id, department_id) values (${id}, ${at.hamburg})`;
	await sql`insert into user_roles (user_id, role_id)
		select ${id}, r.id from roles r where r.id = ${roleId} or r.key = 'co_worker'`;
	await sql`insert into accounts (id, user_id, account_id, provider_id, password)
		select ${newId()}, ${id}, ${id}, provider_id, password from accounts
		where user_id = (select id from users where email = ${demoEmail('adam')}) and password is not null`;
}

async function forgetPerson(email: string, roleId: string): Promise<void> {
	const [person] = await sql<{ id: string }[]>`select id from users where email = ${email}`;
	const id = person?.id ?? null;
	await sql`delete from user_roles where user_id = ${id} or role_id = ${roleId}`;
	await sql`delete from department_members where user_id = ${id}`;
	await sql`delete from user_profiles where user_id = ${id}`;
	await sql`delete from users where id = ${id}`;
	await sql`delete from roles where id = ${roleId}`;
}

async function aReadingKey(visitor: DemoPerson): Promise<string> {
	const { token, prefix, hash } = newApiToken();
	await sql`insert into api_keys (id, user_id, name, prefix, hash, scopes, created_at)
		select ${newId()}, id, 'Rights', ${prefix}, ${hash}, '{read}', now() from users
		where email = ${demoEmail(visitor)}`;
	return token;
}

interface Closed {
	readonly code: number;
	readonly status?: number;
}

/** How the server ends a socket that it does not want; open sockets are closed by us with 1000. */
function knock(path: string, visitor: Visitor, origin: string): Promise<Closed> {
	const base = process.env.TANDEM_E2E_URL?.replace('http', 'ws') ?? '';
	return new Promise((resolve) => {
		const socket = new WebSocket(`${base}${path}`, {
			headers: { cookie: cookies.get(visitor) ?? '' },
			origin
		});
		socket.on('message', () => socket.close(1000));
		socket.on('unexpected-response', (_request, response) => {
			resolve({ code: 0, ...(response.statusCode && { status: response.statusCode }) });
		});
		socket.on('error', () => {});
		socket.on('close', (code) => resolve({ code }));
	});
}

test('sockets: nobody is signed out, a foreign record is gone, a foreign origin is refused', async ({
	baseURL
}) => {
	const home = baseURL ?? '';
	// A kind that is registered and not aimed at here would have a socket that nobody has tried.
	for (const kind of KIND_NAMES.filter((name) => name !== 'task' && name !== 'project')) {
		const path = `/ws/record/${kind}/${at[kind]}`;
		expect(await knock(path, 'nobody', home)).toEqual({ code: CLOSE.signedOut });
		expect(await knock(path, 'tina', home)).toEqual({ code: CLOSE.gone });
		expect(await knock(path, 'erik', home)).toEqual({ code: CLOSE.gone });
		expect(await knock(path, 'cleo', home)).toEqual({ code: 1000 });
		expect(await knock(path, 'ann', EVIL)).toEqual({ code: 0, status: 403 });
	}
	for (const path of [`/ws/record/task/${at.task}`, `/ws/record/project/${at.project}`]) {
		expect(await knock(path, 'nobody', home)).toEqual({ code: CLOSE.signedOut });
		for (const visitor of ['cleo', 'olga', 'tina', 'erik'] as const) {
			expect(await knock(path, visitor, home), visitor).toEqual({ code: CLOSE.gone });
		}
		expect(await knock(path, 'carl', home)).toEqual({ code: 1000 });
	}
	expect(await knock('/ws/live', 'nobody', home)).toEqual({ code: CLOSE.signedOut });
	expect(await knock('/ws/live', 'ann', EVIL)).toEqual({ code: 0, status: 403 });
	expect(await knock(`/ws/record/user/${at.olga}`, 'adam', home)).toEqual({ code: CLOSE.gone });
});

test('sockets: what Ann does is told by ids to whoever may see it, and to nobody else', async ({
	baseURL
}) => {
	const lines = (['cleo', 'tina', 'erik'] as const).map((visitor) =>
		listen(visitor, baseURL ?? '')
	);
	await Promise.all(lines.map(({ opened }) => opened));
	const ids = KIND_NAMES.map((kind) => at[kind]);
	for (const kind of KIND_NAMES) {
		await post('ann', `/comments?/add&${new URLSearchParams({ kind, id: at[kind] })}`, {
			body: 'Gnomon has news'
		});
	}
	const [cleo, ...others] = lines;
	for (const kind of KIND_NAMES.filter((name) => name !== 'task' && name !== 'project')) {
		await expect.poll(() => cleo?.heard.join('\n'), kind).toContain(at[kind]);
	}
	for (const { heard } of others) {
		const told = heard.join('\n');
		expect([...ids, ...CANARIES].filter((secret) => told.includes(secret))).toEqual([]);
	}
	for (const { close } of lines) close();
});

/** A live line of a page, and all that it is told. */
function listen(visitor: Visitor, origin: string) {
	const base = process.env.TANDEM_E2E_URL?.replace('http', 'ws') ?? '';
	const headers = { cookie: cookies.get(visitor) ?? '' };
	const socket = new WebSocket(`${base}/ws/live`, { headers, origin });
	const heard: string[] = [];
	socket.on('message', (frame: Buffer) => void heard.push(frame.toString()));
	const opened = new Promise<void>((resolve) => socket.once('message', () => resolve()));
	return { heard, opened, close: () => socket.close() };
}

test('sockets: a colleague who may only read writes nothing', async ({ baseURL }) => {
	const { host } = new URL(baseURL ?? '');
	const stateOfDeal = () =>
		// The revision counts repairs of the document, too.
		sql`select to_jsonb(d) - 'rev' as row, (select count(*) from changes where record_id = d.id) from deals d where id = ${at.deal}`;
	const before = [...(await stateOfDeal())];
	for (const visitor of ['cleo', 'carl'] as const) {
		const tab = openTab(host, at.deal, cookies.get(visitor) ?? '');
		await expect.poll(() => tab.provider.synced).toBe(true);
		tab.doc.getMap('f').set('name', 'Smuggled by socket');
		// A second reader sees what the server holds after it has read the frame above.
		const other = openTab(host, at.deal, cookies.get('ann') ?? '');
		await expect.poll(() => other.provider.synced).toBe(true);
		expect(other.doc.getMap('f').get('name')).not.toBe('Smuggled by socket');
		tab.destroy();
		other.destroy();
	}
	expect([...(await stateOfDeal())]).toEqual(before);
});

test('no page that was asked for here skips rows or counts a table that grows to its end [P2]', async () => {
	const statements = await watched(sql);
	// The lists alone are more.
	expect(statements.length).toBeGreaterThan(10);
	expect(statements.filter(skipsRows)).toEqual([]);
	expect([...new Set(statements.flatMap(unboundedCounts))]).toEqual([]);
});
