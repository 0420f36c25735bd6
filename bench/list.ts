import { fork } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import path from 'node:path';
import { alternating, get, hammer, median, ms, spread, summarise } from './measure.ts';
import type { Row } from './report.ts';
import type { Site } from './site.ts';

const LATENCY_ROUNDS = 7;

/** Near the end, with a whole page behind it. */
const rowBefore = (total: number) => Math.min(999_900, total - 100);

/** The list of companies, first page and a page at the far end, beside the limit that raw-list-process.ts is. */
export async function measureList(site: Site, pace: { seconds: number }): Promise<Row[]> {
	const [count] = await site.sql`select count(*)::int as n from companies where deleted_at is null`;
	const total = Number(count?.n);
	const raw = fork(path.join(import.meta.dirname, 'raw-list-process.ts'), {
		env: { ...process.env, DATABASE_URL: site.databaseUrl }
	});
	try {
		const [port] = (await once(raw, 'message')) as [number];
		// Sees all departments: nothing narrows the list down.
		const cookie = await site.signIn('adam');
		const pages = await pagesOf(site, `http://127.0.0.1:${port}/`, rowBefore(total));
		for (const { tandem, raw } of [pages.first, pages.deep]) await sameRows(tandem, raw, cookie);
		const latency = await latencies(pages, cookie, pace.seconds);
		const throughput = await throughputs(pages, cookie, pace.seconds);
		return rowsOf(total, latency, throughput);
	} finally {
		raw.disconnect();
	}
}

interface Pair {
	readonly tandem: string;
	readonly raw: string;
}

interface Pages {
	readonly first: Pair;
	readonly deep: Pair;
}

/** The first page, and the page behind this row of the list as the pager links to it. */
async function pagesOf({ sql, url }: Site, raw: string, row: number): Promise<Pages> {
	const [last] = await sql`
		select name, id from companies where deleted_at is null
		order by name, id limit 1 offset ${row - 1}`;
	const cursor = Buffer.from(JSON.stringify([last?.name, last?.id])).toString('base64url');
	const key = new URLSearchParams({ name: String(last?.name), id: String(last?.id) });
	return {
		first: { tandem: `${url}/companies?department=all`, raw },
		deep: { tandem: `${url}/companies?department=all&after=${cursor}`, raw: `${raw}?${key}` }
	};
}

/** A time counts only when both sides give the same answer. */
async function sameRows(tandem: string, raw: string, cookie: string): Promise<void> {
	const agent = new http.Agent();
	const [ours, theirs] = await Promise.all([
		get(tandem, cookie, agent).then(idsIn),
		get(raw, '', agent).then(idsIn)
	]);
	if (theirs.length !== 50 || ours.join() !== theirs.join()) {
		throw new Error(`${tandem} and ${raw} do not show the same rows`);
	}
}

const idsIn = (html: string) => [
	...new Set([...html.matchAll(/href="\/companies\/([0-9a-f-]{36})"/g)].map(([, id]) => id))
];

async function latencies(pages: Pages, cookie: string, seconds: number) {
	const sides = { first: series(), deep: series(), rawFirst: series(), rawDeep: series() };
	const load = { seconds: seconds / 2, connections: 1 };
	const side = (of: Series, url: string) => async () => of.add(await hammer(url, cookie, load));
	const order = [
		side(sides.first, pages.first.tandem),
		side(sides.deep, pages.deep.tandem),
		side(sides.rawFirst, pages.first.raw),
		side(sides.rawDeep, pages.deep.raw)
	];
	await warmUp(order);
	for (const of of Object.values(sides)) of.clear();
	await alternating(LATENCY_ROUNDS, order);
	return sides;
}

async function throughputs({ first }: Pages, cookie: string, seconds: number) {
	const sides = { tandem: series(), raw: series() };
	const load = { seconds, connections: 8 };
	const side = (of: Series, url: string) => async () => of.add(await hammer(url, cookie, load));
	await alternating(LATENCY_ROUNDS, [side(sides.tandem, first.tandem), side(sides.raw, first.raw)]);
	return sides;
}

async function warmUp(sides: readonly (() => Promise<void>)[]): Promise<void> {
	await alternating(2, sides);
}

/** What one side did in every round. */
interface Series {
	readonly all: number[];
	readonly p50: number[];
	readonly perSecond: number[];
	add(round: { readonly latencies: readonly number[]; readonly perSecond: number }): void;
	clear(): void;
}

function series(): Series {
	const all: number[] = [];
	const p50: number[] = [];
	const perSecond: number[] = [];
	return {
		all,
		p50,
		perSecond,
		add(round) {
			all.push(...round.latencies);
			p50.push(median(round.latencies));
			perSecond.push(round.perSecond);
		},
		clear() {
			for (const list of [all, p50, perSecond]) list.length = 0;
		}
	};
}

const ratios = (some: readonly number[], others: readonly number[]) =>
	some.map((value, round) => value / (others[round] ?? Number.NaN));

function rowsOf(
	total: number,
	latency: Awaited<ReturnType<typeof latencies>>,
	throughput: Awaited<ReturnType<typeof throughputs>>
): Row[] {
	const three = ({ all }: Series) => {
		const { p50, p95, p99 } = summarise(all);
		return `${ms(p50)} / ${ms(p95)} / ${ms(p99)}`;
	};
	const depth = ratios(latency.deep.p50, latency.first.p50);
	const share = ratios(throughput.tandem.perSecond, throughput.raw.perSecond);
	const p50 = median(latency.first.all);
	const rows = total.toLocaleString('en');
	return [
		{
			what: `List of ${rows} companies, first page, one connection: p50 / p95 / p99`,
			goal: 'p50 ≤ 8 ms',
			figure: `${three(latency.first)} (raw: ${three(latency.rawFirst)})`,
			holds: p50 <= 8
		},
		{
			what: `The page behind row ${rowBefore(total).toLocaleString('en')}`,
			goal: 'p50 ≤ 1.2 × first page',
			figure: `${three(latency.deep)}; ratio ${spread(depth)} (raw: ${three(latency.rawDeep)})`,
			holds: median(depth) <= 1.2
		},
		{
			what: 'First page, eight connections: pages per second',
			goal: '≥ 0.30 × raw',
			figure: `${spread(throughput.tandem.perSecond, 0)} against ${spread(throughput.raw.perSecond, 0)}; ratio ${spread(share)}`,
			holds: median(share) >= 0.3
		}
	];
}
