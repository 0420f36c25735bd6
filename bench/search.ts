import http from 'node:http';
import { systemActor } from '../src/lib/shared/actor.ts';
import { collectWords } from '../src/lib/features/search/commands.server.ts';
import { kinds } from '../src/lib/registry.server.ts';
import { connect } from '../src/lib/server/db/connect.ts';
import { get, ms, seconds, summarise } from './measure.ts';
import type { Row } from './report.ts';
import type { Site } from './site.ts';

const GOAL_MS = 20;
/** The first one brings pages into memory, as the day's first searches do. */
const ROUNDS = 3;
const NAMES = 24;
const PREFIX_MAX = 14;
const SHOWN_WORST = 5;

/** What people type, by how they look for something. */
type Typed = ReadonlyMap<string, readonly string[]>;

/** The server's answers to what people type, letter by letter, with the rights of a manager of one department. */
export async function measureSearch(site: Site): Promise<Row[]> {
	const collecting = await collect(site);
	const typed = await typedBy(site);
	const cookie = await site.signIn('ann');
	const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
	const times = new Map<string, number[]>();
	const slowest = new Map<string, number>();
	for (let round = 0; round < ROUNDS; round++) {
		for (const [way, texts] of typed) {
			for (const text of texts) {
				const asked = performance.now();
				await get(`${site.url}/api/search?q=${encodeURIComponent(text)}`, cookie, agent);
				const took = performance.now() - asked;
				if (round === 0) continue;
				times.set(way, [...(times.get(way) ?? []), took]);
				slowest.set(`${way} "${text}"`, Math.max(took, slowest.get(`${way} "${text}"`) ?? 0));
			}
		}
	}
	agent.destroy();
	const worst = [...slowest].toSorted(([, a], [, b]) => b - a).slice(0, SHOWN_WORST);
	console.log(`Slowest: ${worst.map(([text, took]) => `${text} ${ms(took)}`).join(', ')}`);
	return [...(await rowsOf(site, times)), collecting];
}

async function rowsOf(
	{ sql }: Site,
	times: ReadonlyMap<string, readonly number[]>
): Promise<Row[]> {
	const [count] = await sql`
		select (select count(*)::int from companies) as companies, (select count(*)::int from contacts) as contacts,
			(select count(*)::int from deals) as deals`;
	const size = (name: string) => Number(count?.[name]).toLocaleString('en');
	const all = [...times.values()].flat();
	const three = (latencies: readonly number[]) => {
		const { p50, p95, p99 } = summarise(latencies);
		return `${ms(p50)} / ${ms(p95)} / ${ms(p99)}`;
	};
	const each = [...times].map(([way, own]) => `${way} ${three(own)}`);
	return [
		{
			what: `Search in ${size('companies')} companies, ${size('contacts')} contacts and ${size('deals')} deals, ${all.length.toLocaleString('en')} answers over HTTP: p50 / p95 / p99`,
			goal: `p99 ≤ ${GOAL_MS} ms`,
			figure: `${three(all)} (${each.join('; ')})`,
			holds: summarise(all).p99 <= GOAL_MS
		}
	];
}

/** The words of all names, from which slips are forgiven: what the worker does at night. */
async function collect({ databaseUrl }: Site): Promise<Row> {
	const { db, close } = connect(databaseUrl, { max: 1 });
	const log = { info() {}, warn() {}, error() {} };
	const started = performance.now();
	await db.execute('delete from search_words');
	await collectWords({ db, actor: systemActor, now: new Date(), log }, kinds);
	const figure = seconds(performance.now() - started);
	await db.execute('vacuum analyze search_words');
	await close();
	return { what: 'Collecting the words of all their names anew', goal: '', figure, holds: null };
}

/** Where the names of each script lie among the rows, by `seedLarge`. */
const SHARES = { latin: [0, 0.8], cyrillic: [0.8, 0.9], greek: [0.9, 1], all: [0, 1] } as const;

/** The same ones every time, evenly spread over the rows of a share. */
async function typedBy({ sql }: Site): Promise<Typed> {
	const sample = async (
		text: string,
		from: string,
		count: number,
		share: keyof typeof SHARES = 'all'
	) => {
		const [low, high] = SHARES[share];
		const rows = await sql<{ text: string }[]>`
			select ${sql.unsafe(text)} as text from generate_series(1, ${count}::int) n, ${sql.unsafe(from)}
			where number = (select floor(max(number) * (${low}::float8 + ${high - low}::float8 * (n - 0.5) / ${count}))::bigint from ${sql.unsafe(from.split(' ')[0] ?? '')})
			order by n`;
		return rows.map(({ text }) => text);
	};
	const names = {
		Latin: await sample('full_name', 'contacts', NAMES, 'latin'),
		families: await sample('last_name', 'contacts', NAMES, 'latin'),
		Cyrillic: await sample('full_name', 'contacts', NAMES / 2, 'cyrillic'),
		Greek: await sample('full_name', 'contacts', NAMES / 2, 'greek'),
		companies: await sample('name', 'companies', NAMES),
		deals: await sample('name', 'deals', NAMES / 2)
	};
	const withMail = 'contacts join contact_emails on contact_id = contacts.id';
	const withPhone = 'companies join company_phones on company_id = companies.id';
	const mails = await sample('contact_emails.address', withMail, NAMES);
	const phones = await sample('raw', withPhone, 2 * NAMES);
	const numbers = await sample('number::text', 'deals', NAMES);
	const tickets = await sample('ticket', 'deals', NAMES);
	return new Map<string, readonly string[]>([
		...Object.entries(names).map(([way, all]) => [way, all.flatMap(prefixesOf)] as const),
		['slips', [...names.families, ...names.companies, ...names.Cyrillic].map(slipIn)],
		['mails', mails.flatMap((text) => [...prefixesOf(text), text])],
		['phones', phones.flatMap((text) => [...prefixesOf(text), text, text.replaceAll(/\D/g, '')])],
		['numbers', numbers.flatMap((number) => [`ID ${number}`, `#${number}`, number])],
		['tickets', tickets.map((ticket) => `ticket:${ticket}`)]
	]);
}

const prefixesOf = (text: string): string[] => {
	const letters = Array.from(text);
	const length = Math.min(letters.length, PREFIX_MAX);
	return Array.from({ length }, (_, n) => letters.slice(0, n + 1).join(''));
};

/** Two letters of the first word, the third and the fourth, have changed places. */
function slipIn(name: string): string {
	const [word = ''] = name.split(' ');
	const letters = Array.from(word);
	const [third = '', fourth = ''] = letters.slice(2);
	return [...letters.slice(0, 2), fourth, third, ...letters.slice(4)].join('');
}
