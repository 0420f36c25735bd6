import type postgres from 'postgres';
import { ORDERS, SCRIPTS, TITLES, type Script } from './support/large-words.ts';

/** How many rows of each kind the benchmarks want. */
export interface LargeSeed {
	readonly companies: number;
	readonly contacts: number;
	readonly deals: number;
}

/** Of the deals of one pipeline so many are open; the others have ended, as most deals of a company have. */
export const OPEN_DEALS = 10_000;

/**
 * Fills an installed database with generated records by SQL for benchmarks, spread over all
 * departments and their members. The same numbers give the same rows. Not for real data.
 */
export async function seedLarge(sql: postgres.Sql, wanted: LargeSeed): Promise<void> {
	const [role] = await sql`select rolsuper from pg_roles where rolname = current_user`;
	await sql.begin(async (sql) => {
		// What is referred to is there; asking for each row whether it is takes longer than all else.
		if (role?.rolsuper) await sql`set local session_replication_role = replica`;
		await withoutIndexes(sql, async () => {
			for (const share of shares()) await seedCompanies(sql, wanted.companies, share);
			// What joins them has to know how many they are.
			await sql`analyze companies`;
			for (const share of shares()) await seedContacts(sql, wanted.contacts, share);
			await seedDeals(sql, wanted.deals);
		});
	});
	// Sets the visibility map too: without it, counting from an index looks into the table as well.
	for (const table of TABLES) await sql`vacuum analyze ${sql(table)}`;
}

const TABLES = [
	...['companies', 'company_emails', 'company_phones'],
	...['contacts', 'contact_emails', 'contact_phones'],
	...['deals', 'deal_closures']
];

type Tx = postgres.TransactionSql;

/** A script and the row numbers that are written in it: those whose remainder by `of` is in [from, to). */
interface Share extends Script {
	readonly from: number;
	readonly to: number;
	readonly of: number;
}

function shares(): readonly Share[] {
	const of = SCRIPTS.reduce((sum, { weight }) => sum + weight, 0);
	let to = 0;
	return SCRIPTS.map((script) => ({ ...script, from: to, to: (to += script.weight), of }));
}

/** Building an index over all rows takes a fraction of the time of growing it row by row. */
async function withoutIndexes(sql: Tx, fill: () => Promise<void>) {
	const indexes = await sql<{ name: string; definition: string }[]>`
		select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
		from pg_index where indrelid = any(${TABLES}::regclass[]) and not indisunique`;
	for (const { name } of indexes) await sql.unsafe(`drop index ${name}`);
	await fill();
	await sql`set local maintenance_work_mem = '512MB'`;
	for (const { definition } of indexes) await sql.unsafe(definition);
}

/** Ids look like UUIDv7 and rise with the row number, as those of records made one after the other. */
const rowId = (sql: Tx) =>
	sql`(lpad(to_hex(i), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid`;

const pick = (sql: Tx, words: readonly string[], salt: number) =>
	sql`(${sql.array([...words])}::text[])[1 + (hashint4(i * 31 + ${salt}::int) & 2147483647) % ${words.length}::int]`;

const rowsOf = (sql: Tx, count: number, { from, to, of }: Share) =>
	sql`(select i from generate_series(1, ${count}::int) i where i % ${of}::int >= ${from} and i % ${of}::int < ${to}) rows`;

const owners = (sql: Tx) => sql`
	select row_number() over (order by m.user_id, m.department_id) - 1 as n, count(*) over () as total, m.user_id, m.department_id
	from department_members m`;

/** The same number in the ways in which people write it. */
const phone = (sql: Tx, area: string) => sql`
	case number % 4
		when 0 then ${`+49 ${area} `} || left(digits, 4) || ' ' || right(digits, 4)
		when 1 then ${`(0${area}) `} || left(digits, 4) || '-' || right(digits, 4)
		when 2 then ${`0049 ${area}/`} || digits
		else ${`+49${area}`} || digits
	end`;

const madeWithDigits = (sql: Tx) =>
	sql`(select *, lpad((number * 7919 % 100000000)::text, 8, '0') as digits from made where number % 2 = 0) made`;

async function seedCompanies(sql: Tx, count: number, share: Share): Promise<void> {
	const [first, second] = share.company;
	await sql`
		with owner as (${owners(sql)}),
		made as (
			insert into companies (id, name, country, city, website, owner_id, department_id, created_at, updated_at)
			select ${rowId(sql)}, ${pick(sql, first, 1)} || ${share.between} || ${pick(sql, second, 2)} || ' ' || ${pick(sql, share.town, 8)} || ' ' || ${pick(sql, share.form, 3)},
				'DE', ${pick(sql, share.town, 8)}, 'https://company-' || i || '.example', owner.user_id, owner.department_id,
				timestamptz '2024-01-01' + i * interval '40 seconds', timestamptz '2025-01-01' + i * interval '20 seconds'
			from ${rowsOf(sql, count, share)} join owner on owner.n = i % owner.total
			on conflict do nothing returning id, number
		),
		mailed as (
			insert into company_emails (company_id, id, position, address)
			select id, 'main', 0, (array['office', 'info', 'contact', 'sales'])[1 + number % 4] || '@company-' || number || '.example' from made
		)
		insert into company_phones (company_id, id, position, raw, e164)
		select id, 'main', 0, ${phone(sql, '40')}, '+4940' || digits from ${madeWithDigits(sql)}`;
}

async function seedContacts(sql: Tx, count: number, share: Share): Promise<void> {
	const [beginnings, endings] = share.family;
	await sql`
		with company as (select row_number() over (order by id) - 1 as n, id, owner_id, department_id from companies),
		number as (select count(*) as companies from company),
		made as (
			insert into contacts (id, first_name, last_name, title, company_id, owner_id, department_id, created_at, updated_at)
			select ${rowId(sql)}, ${pick(sql, share.given, 5)}, ${pick(sql, beginnings, 6)} || ${pick(sql, endings, 9)},
				${pick(sql, TITLES, 10)}, company.id, company.owner_id, company.department_id,
				timestamptz '2024-01-01' + i * interval '40 seconds', timestamptz '2025-01-01' + i * interval '20 seconds'
			from ${rowsOf(sql, count, share)} cross join number join company on company.n = i % number.companies
			on conflict do nothing returning id, number, first_name, last_name
		),
		mailed as (
			insert into contact_emails (contact_id, id, position, address)
			select id, 'main', 0, regexp_replace(search_fold(first_name || '.' || last_name), '[^a-z.]', '', 'g') || number || '@company-' || number % 50000 || '.example' from made
		)
		insert into contact_phones (contact_id, id, position, raw, e164)
		select id, 'main', 0, ${phone(sql, '30')}, '+4930' || digits from ${madeWithDigits(sql)}`;
}

async function seedDeals(sql: Tx, count: number): Promise<void> {
	const [{ company }] = SCRIPTS as readonly [Script];
	await sql`
		with owner as (${owners(sql)}),
		stage as (
			select row_number() over (partition by p.department_id order by p.id, s.position) - 1 as n, count(*) over (partition by p.department_id) as total, p.department_id, s.pipeline_id, s.id
			from stages s join pipelines p on p.id = s.pipeline_id where s.outcome = 'open'
		),
		client as (
			select row_number() over (partition by department_id order by id) - 1 as n, id, department_id
			from companies where deleted_at is null
		),
		number as (select department_id, count(*) as clients from client group by department_id)
		insert into deals (id, name, pipeline_id, stage_id, position, next_step, next_step_on, amount_minor, currency, company_id, owner_id, department_id, is_open, created_at, updated_at)
		select ${rowId(sql)}, ${pick(sql, company[0], 7)} || ${pick(sql, company[1], 11)} || ' ' || ${pick(sql, ORDERS, 12)} || ' ' || i, stage.pipeline_id, stage.id, 'a' || lpad(i::text, 8, '0') || 'V', 'Call back',
			date '2026-06-01' + i % 365, (1 + (hashint4(i) & 2147483647) % 5000000), 'EUR', client.id, owner.user_id, owner.department_id,
			row_number() over (partition by stage.pipeline_id order by i) <= ${OPEN_DEALS},
			timestamptz '2024-01-01' + i * interval '2 minutes', timestamptz '2025-01-01' + i * interval '1 minute'
		from generate_series(1, ${count}::int) i
		join owner on owner.n = i % owner.total
		join stage on stage.department_id = owner.department_id and stage.n = i / owner.total % stage.total
		join number on number.department_id = owner.department_id
		join client on client.department_id = owner.department_id and client.n = i % number.clients
		on conflict do nothing`;
	await sql`
		insert into deal_closures (deal_id, outcome, closed_at, from_stage_id)
		select id, 'irrelevant', updated_at, stage_id from deals d
		where not is_open and not exists (select from deal_closures c where c.deal_id = d.id)`;
}
