import type postgres from 'postgres';

/** How many rows of each kind the benchmarks want. */
export interface LargeSeed {
	readonly companies: number;
	readonly contacts: number;
	readonly deals: number;
}

const WORDS = {
	first:
		'Nord Süd Elb Rhein Alpen Hafen Berg Wald Stern Silber Kupfer Blau Rot Grün Atlas Delta Orion Vega Luna Terra Aqua Nova Prima Kestrel Harbor Summit Cedar Maple River Stone Iron Bright Swift Noble Grand Royal Union Global Metro Vertex',
	second:
		'licht werk bau technik stahl holz glas chemie pharma data soft net log fracht mobil energie solar wind wasser food agrar textil mode druck papier medien foto ton bild garten haus hof markt handel kontor point line works craft field',
	form: 'GmbH|AG|KG|SE|Ltd|Inc.|S.A.|B.V.|AB|Oy|SpA|s.r.o.|Lda|& Co. KG|Group|Partners',
	city: 'Hamburg|Berlin|München|Köln|Leipzig|Dresden|Kiel|Bremen|Lyon|Paris|Leeds|Glasgow|Rotterdam|Utrecht|Malmö|Lund|Oslo|Bergen|Wien|Graz|Bologna|Torino|Valencia|Porto',
	given:
		'Anna Ben Clara David Elena Felix Greta Hugo Ida Jonas Katrin Lars Mia Nils Olga Paul Quinn Rosa Sven Tina Uwe Vera Willi Xenia Yara Zoe Ágnes Björn Chloé Éric',
	family:
		'Müller Schmidt Weber Becker Hoffmann Krüger Lindqvist Hansen Brouwer Garnier Rossi Silva Novak Kowalski Nagy Petrov Yılmaz Okafor Nair Smith Jones Taylor Brown García Robles Öberg Sjögren Falk Haugen Berg'
};

const list = (words: string) => words.split(words.includes('|') ? '|' : ' ');

/**
 * Fills an installed database with generated records by SQL for benchmarks, spread over all
 * departments and their members. The same numbers give the same rows. Not for real data.
 */
export async function seedLarge(sql: postgres.Sql, wanted: LargeSeed): Promise<void> {
	await sql.begin((sql) =>
		withoutIndexes(sql, async () => {
			await seedCompanies(sql, wanted.companies);
			await seedContacts(sql, wanted.contacts);
			await seedDeals(sql, wanted.deals);
		})
	);
	// Sets the visibility map too: without it, counting from an index looks into the table as well.
	for (const table of TABLES) await sql`vacuum analyze ${sql(table)}`;
}

const TABLES = ['companies', 'company_emails', 'contacts', 'contact_emails', 'deals'];

type Tx = postgres.TransactionSql;

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
const rowId = (sql: Tx, prefix: string) =>
	sql`(${prefix} || lpad(to_hex(i), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid`;

const pick = (sql: Tx, words: readonly string[], salt: number) =>
	sql`(${sql.array([...words])}::text[])[1 + (abs(hashint4(i * 31 + ${salt}::int)) % ${words.length}::int)]`;

const owners = (sql: Tx) => sql`
	select row_number() over (order by m.user_id, m.department_id) - 1 as n, count(*) over () as total, m.user_id, m.department_id
	from department_members m`;

async function seedCompanies(sql: Tx, count: number): Promise<void> {
	await sql`
		with owner as (${owners(sql)})
		insert into companies (id, name, country, city, website, owner_id, department_id, created_at, updated_at)
		select ${rowId(sql, '')}, ${pick(sql, list(WORDS.first), 1)} || ${pick(sql, list(WORDS.second), 2)} || ' ' || i || ' ' || ${pick(sql, list(WORDS.form), 3)},
			'DE', ${pick(sql, list(WORDS.city), 4)}, 'https://company-' || i || '.example', owner.user_id, owner.department_id,
			timestamptz '2024-01-01' + i * interval '40 seconds', timestamptz '2025-01-01' + i * interval '20 seconds'
		from generate_series(1, ${count}) i join owner on owner.n = i % owner.total
		on conflict do nothing`;
	await sql`
		insert into company_emails (company_id, id, position, address)
		select ${rowId(sql, '')}, 'main', 0, 'office@company-' || i || '.example' from generate_series(1, ${count}) i
		on conflict do nothing`;
}

async function seedContacts(sql: Tx, count: number): Promise<void> {
	await sql`
		with company as (select row_number() over (order by id) - 1 as n, count(*) over () as total, id, owner_id, department_id from companies)
		insert into contacts (id, first_name, last_name, title, company_id, owner_id, department_id)
		select ${rowId(sql, '')}, ${pick(sql, list(WORDS.given), 5)}, ${pick(sql, list(WORDS.family), 6)} || ' ' || i, 'Purchasing', company.id, company.owner_id, company.department_id
		from generate_series(1, ${count}) i join company on company.n = i % company.total
		on conflict do nothing`;
	await sql`
		insert into contact_emails (contact_id, id, position, address)
		select ${rowId(sql, '')}, 'main', 0, 'person-' || i || '@company.example' from generate_series(1, ${count}) i
		on conflict do nothing`;
}

async function seedDeals(sql: Tx, count: number): Promise<void> {
	await sql`
		with owner as (${owners(sql)}),
		stage as (
			select row_number() over (partition by p.department_id order by s.position) - 1 as n, count(*) over (partition by p.department_id) as total, p.department_id, s.pipeline_id, s.id
			from stages s join pipelines p on p.id = s.pipeline_id where s.outcome = 'open'
		)
		insert into deals (id, name, pipeline_id, stage_id, position, next_step, next_step_on, amount_minor, currency, owner_id, department_id)
		select ${rowId(sql, '')}, ${pick(sql, list(WORDS.first), 7)} || ' order ' || i, stage.pipeline_id, stage.id, 'a' || lpad(i::text, 8, '0'), 'Call back',
			date '2026-06-01' + i % 365, (1 + abs(hashint4(i)) % 5000000), 'EUR', owner.user_id, owner.department_id
		from generate_series(1, ${count}) i
		join owner on owner.n = i % owner.total
		join stage on stage.department_id = owner.department_id and stage.n = i % stage.total
		on conflict do nothing`;
}
