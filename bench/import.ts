import { setTimeout as wait } from 'node:timers/promises';
import { SCRIPTS, TITLES } from '../scripts/support/large-words.ts';
import { usageOf } from './machine.ts';
import { seconds } from './measure.ts';
import type { Row } from './report.ts';
import type { Site } from './site.ts';

const ROWS = 200_000;
const GOAL_ROWS = 5_000;
const GOAL_MIB = 64;
const PATIENCE_MS = 300_000;
const LOOKED_MS = 250;
const KNOWN = 5_000;

/** Files of companies and of contacts, uploaded as the page does it and brought in by the worker. */
export async function measureImport(site: Site, wanted: number): Promise<Row[]> {
	const rows = Math.min(ROWS, wanted);
	const known = await site.sql<{ name: string }[]>`
		select min(c.name) as name from companies c join departments d on d.id = c.department_id
		where d.name = 'Sales Hamburg' and c.deleted_at is null
		group by lower(c.name) having count(*) = 1 order by min(c.id::text) limit ${KNOWN}`;
	const names = known.map(({ name }) => name);
	return [
		...(await bringIn(site, { kind: 'company', lines: companyLines(rows, names) })),
		...(await bringIn(site, { kind: 'contact', lines: contactLines(rows, names) }))
	];
}

interface File {
	readonly kind: 'company' | 'contact';
	/** The first one names the columns. */
	readonly lines: readonly string[];
}

async function bringIn(site: Site, file: File): Promise<Row[]> {
	const cookie = await site.signIn('ann');
	const id = await upload(site, cookie, file);
	const before = usageOf(site.workerPid).nodeBytes;
	await start(site, cookie, id);
	let peak = before;
	const until = performance.now() + PATIENCE_MS;
	for (;;) {
		const [one] = await site.sql`
			select *, extract(epoch from ended_at - started_at)::float8 as took from imports where id = ${id}`;
		if (one?.state === 'done') return rowsOf(file, one, peak - before);
		if (one?.state !== 'queued' && one?.state !== 'running')
			throw new Error(`the import is ${one?.state}: ${one?.failure}`);
		if (performance.now() > until) throw new Error('the import does not come to its end');
		peak = Math.max(peak, usageOf(site.workerPid).nodeBytes);
		await wait(LOOKED_MS);
	}
}

function rowsOf({ kind, lines }: File, one: Record<string, unknown>, grownBytes: number): Row[] {
	const rows = lines.length - 1;
	const took = Number(one.took);
	const plural = kind === 'company' ? 'companies' : 'contacts';
	const became = ['created', 'existing', 'skipped', 'failed']
		.map((what) => `${Number(one[`${what}_rows`]).toLocaleString('en')} ${what}`)
		.join(', ');
	const grown = grownBytes / 2 ** 20;
	return [
		{
			what: `Import of ${rows.toLocaleString('en')} ${plural} with validation, duplicates and history (${became}): rows per second`,
			goal: `≥ ${GOAL_ROWS.toLocaleString('en')}`,
			figure: `${(rows / took).toFixed(0)} (${seconds(took * 1000)})`,
			holds: rows / took >= GOAL_ROWS
		},
		{
			what: 'What the worker takes for it beside what it had (PSS)',
			goal: `≤ ${GOAL_MIB} MiB`,
			figure: `${grown.toFixed(0)} MiB`,
			holds: grown <= GOAL_MIB
		}
	];
}

async function upload({ sql, url }: Site, cookie: string, { kind, lines }: File): Promise<string> {
	const [department] = await sql`select id from departments where name = 'Sales Hamburg'`;
	const form = new FormData();
	form.set('kind', kind);
	form.set('departmentId', String(department?.id));
	form.set('file', new Blob([lines.join('\n')], { type: 'text/csv' }), `${kind}.csv`);
	const answer = await fetch(`${url}/imports/upload`, {
		method: 'POST',
		headers: { cookie, origin: url, accept: 'application/json' },
		body: form
	});
	const said = await answer.text();
	const id = /"id":"([0-9a-f-]{36})"/.exec(said)?.[1];
	if (answer.status !== 201 || !id) throw new Error(`the upload was answered with ${said}`);
	return id;
}

/** With what was guessed of the file: all of its columns. */
async function start({ sql, url }: Site, cookie: string, id: string): Promise<void> {
	const [one] = await sql`select * from imports where id = ${id}`;
	const mapping = one?.mapping as readonly (string | null)[];
	if (mapping.includes(null)) throw new Error(`a column is not known: ${mapping}`);
	const body = new URLSearchParams({
		importId: id,
		encoding: one?.encoding,
		delimiter: one?.delimiter,
		hasHeader: one?.has_header,
		existing: 'skip'
	});
	mapping.forEach((target, column) => body.set(`target.${column}`, target ?? ''));
	const answer = await fetch(`${url}/imports/${id}?/start`, {
		method: 'POST',
		redirect: 'manual',
		headers: { cookie, origin: url, accept: 'text/html' },
		body
	});
	if (answer.status !== 303) throw new Error(`the start was answered with ${answer.status}`);
}

/** Of a hundred rows three repeat an earlier one, one is wrong and three are about what is there already. */
const WRONG = 17;
const REPEATED: ReadonlySet<number> = new Set([31, 57, 83]);
const THERE: ReadonlySet<number> = new Set([5, 46, 91]);

const [LATIN] = SCRIPTS;
const word = (words: readonly string[] | undefined, n: number) => words?.[n % words.length] ?? '';
/** The same numbers, but not one after the other: names in files come in no order. */
const shuffled = (n: number) => (n * 7919) % 1_000_003;

/** Names as there are, which nobody has yet. */
function companyName(n: number): string {
	const k = shuffled(n);
	const [first, second] = LATIN?.company ?? [];
	return `${word(first, k)}${word(second, k >> 3)} ${k} ${word(LATIN?.form, n)}`;
}

function personName(n: number): readonly [first: string, last: string] {
	const k = shuffled(n);
	const [beginnings, endings] = LATIN?.family ?? [];
	return [word(LATIN?.given, k), `${word(beginnings, k >> 4)}${word(endings, k >> 2)}`];
}

function companyLines(rows: number, known: readonly string[]): readonly string[] {
	const line = (n: number): string => {
		if (REPEATED.has(n % 100) && n > 1000) return line(n - 970);
		const name = THERE.has(n % 100) ? known[n % known.length] : companyName(n);
		const mail = n % 100 === WRONG ? 'nonsense' : `office@werk-${shuffled(n)}.example`;
		const phone = `+49 89 ${1_000_000 + shuffled(n)}`;
		return `"${name}",${mail},${phone},Germany,${word(LATIN?.town, n)},https://werk-${shuffled(n)}.example,"Hafenstraße ${n % 300}"`;
	};
	return [
		'Name,E-mail,Phone,Country,City,Website,Address',
		...Array.from({ length: rows }, (_, n) => line(n))
	];
}

function contactLines(rows: number, known: readonly string[]): readonly string[] {
	const line = (n: number): string => {
		if (REPEATED.has(n % 100) && n > 1000) return line(n - 970);
		const [first, last] = personName(n);
		const mail = n % 100 === WRONG ? 'nonsense' : `person.${shuffled(n)}@werk.example`;
		return `${first},${last},${mail},+49 89 ${3_000_000 + shuffled(n)},"${known[n % known.length]}",${word(TITLES, n)}`;
	};
	return [
		'First name,Last name,E-mail,Phone,Company,Position',
		...Array.from({ length: rows }, (_, n) => line(n))
	];
}
