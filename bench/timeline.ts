import { newIds } from '../src/lib/shared/ids.ts';
import { alternating, hammer, median, ms, summarise } from './measure.ts';
import type { Row } from './report.ts';
import type { Site } from './site.ts';

const ENTRIES = 5_000;
const ROUNDS = 5;
const GOAL_MS = 10;
const GOAL_STATEMENTS = 6;
const COUNTED = 50;

/** The page of a deal to which much has happened, beside one to which nothing has. */
export async function measureTimeline(site: Site, pace: { seconds: number }): Promise<Row[]> {
	const [long, short] = await twoDeals(site);
	await fill(site, long);
	const cookie = await site.signIn('ann');
	const page = (id: string) => `${site.url}/deals/${id}`;
	const times = { long: [] as number[], short: [] as number[] };
	const side = (into: number[], id: string) => async () => {
		const load = { seconds: pace.seconds / 2, connections: 1 };
		into.push(...(await hammer(page(id), cookie, load)).latencies);
	};
	await alternating(1, [side([], long), side([], short)]);
	await alternating(ROUNDS, [side(times.long, long), side(times.short, short)]);
	const { p50, p95 } = summarise(times.long);
	const statements = await statementsOf(site, page(long), cookie);
	return [
		{
			what: `Page of a deal with ${ENTRIES.toLocaleString('en')} timeline entries, one connection: p50 / p95 (without: p50)`,
			goal: `p50 ≤ ${GOAL_MS} ms`,
			figure: `${ms(p50)} / ${ms(p95)} (${ms(median(times.short))})`,
			holds: p50 <= GOAL_MS
		},
		{
			what: 'Statements of that page',
			goal: `≤ ${GOAL_STATEMENTS}`,
			figure: statements.toFixed(1),
			holds: Math.round(statements) <= GOAL_STATEMENTS
		}
	];
}

async function twoDeals({ sql }: Site): Promise<readonly [string, string]> {
	const rows = await sql`
		select d.id from deals d join users u on u.id = d.owner_id
		where u.name like 'Ann%' and d.deleted_at is null order by d.id limit 2`;
	const [long, short] = rows.map(({ id }) => String(id));
	if (!long || !short) throw new Error('Ann has too few deals');
	return [long, short];
}

/** Changes of fields, and a comment or a file now and then. */
async function fill({ sql }: Site, deal: string): Promise<void> {
	const ids = newIds(ENTRIES);
	await sql`
		with entry as (
			select id, (n - 1)::int as n from unnest(${sql.array([...ids])}::uuid[]) with ordinality as e(id, n)
		), author as (select owner_id as id from deals where id = ${deal}),
		said as (
			insert into comments (id, kind, record_id, author_id, body)
			select entry.id, 'deal', ${deal}, author.id, 'They called again about lot ' || n
			from entry, author where n % 25 = 0
		)
		insert into changes (id, kind, record_id, rev, at, actor_id, source, act, field, old, new)
		select entry.id, 'deal', ${deal}, 10 + n, now() - (${ENTRIES} - n) * interval '1 hour', author.id, 'form',
			case when n % 25 = 0 then 'comment.added' else 'edit' end,
			case when n % 25 = 0 then null else 'nextStep' end,
			case when n % 25 = 0 then null else to_jsonb('Step ' || n) end,
			case when n % 25 = 0 then jsonb_build_object('comment', entry.id) else to_jsonb('Step ' || (n + 1)) end
		from entry, author`;
	await sql`update deals set rev = ${10 + ENTRIES} where id = ${deal}`;
	await sql`vacuum analyze changes`;
}

/** Reads outside of a transaction are one transaction each; what the rest of the system does is taken off. */
async function statementsOf({ sql }: Site, url: string, cookie: string): Promise<number> {
	const idle = await committedDuring(
		sql,
		() => new Promise((resolve) => setTimeout(resolve, 3000))
	);
	const started = performance.now();
	const busy = await committedDuring(sql, async () => {
		for (let asked = 0; asked < COUNTED; asked++) {
			const answer = await fetch(url, { headers: { cookie, accept: 'text/html' } });
			await answer.text();
		}
		// A process tells what it did at most once a second.
		await new Promise((resolve) => setTimeout(resolve, 2000));
	});
	const seconds = (performance.now() - started) / 1000;
	return (busy - (idle / 3) * seconds) / COUNTED;
}

async function committedDuring(sql: Site['sql'], work: () => Promise<unknown>): Promise<number> {
	const committed = async () => {
		const [row] = await sql`
			select xact_commit::float8 as n from pg_stat_database where datname = current_database()`;
		return Number(row?.n);
	};
	const before = await committed();
	await work();
	return (await committed()) - before;
}
