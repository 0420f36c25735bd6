import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { freePort } from '#lib/server/postgres/cluster.ts';
import { openDatabase } from './deal-page.ts';
import { quietPort, refusedStart, start, temporaryFolder } from './start-process.ts';
import { expect, test } from './test.ts';

const NOBODY = 65534;

test.describe.configure({ timeout: 240_000 });

/** A new database beside that of the journeys; nothing is in it. */
async function emptyDatabase(): Promise<string> {
	const url = new URL(process.env.TANDEM_E2E_DATABASE ?? '');
	const common = openDatabase();
	url.pathname = `/tandem_start_${crypto.randomUUID().replaceAll('-', '')}`;
	await common.unsafe(`create database ${url.pathname.slice(1)}`);
	await common.end();
	return url.href;
}

test('a first start prints address and demo sign-ins, a second one on its data says who has them, Ctrl-C stops all, Postgres last [line 1]', async () => {
	using folder = temporaryFolder();
	const dataDir = path.join(folder.path, 'made/by the start');
	const PORT = await quietPort();
	const first = start({ PORT, DATA_DIR: dataDir });
	try {
		await first.until(/Ctrl-C stops everything\./);
		expect(first.printed()).toContain(`Tandem is running at http://localhost:${PORT}\n`);
		expect(first.printed()).toMatch(/ann@tandem\.example +Ann/);
		expect((await fetch(`http://127.0.0.1:${PORT}/readyz`)).status).toBe(200);
		// Whoever could read it could sign sessions.
		expect(statSync(path.join(dataDir, 'secret')).mode & 0o777).toBe(0o600);
		expect(statSync(dataDir).mode & 0o777).toBe(0o700);

		const { code, lines } = await refusedStart({ PORT: await quietPort(), DATA_DIR: dataDir });
		expect(lines).toEqual([
			expect.stringMatching(
				/^.*by the start is in use by npm start \(process \d+, since .+\): stop that one first, or set DATA_DIR to another folder\.$/
			)
		]);
		expect(code).toBe(1);
		expect((await fetch(`http://127.0.0.1:${PORT}/readyz`)).status).toBe(200);
	} finally {
		await first.interrupt();
	}
	expect(first.printed()).toContain('Stopping …');
	await expect(fetch(`http://127.0.0.1:${PORT}/healthz`)).rejects.toThrow();
	const log = readFileSync(path.join(dataDir, 'postgres.log'), 'utf8');
	expect(log).toContain('database system is shut down');
	// It found nobody connected any more.
	expect(log).not.toContain('terminating connection due to administrator command');

	const second = start({ PORT, DATA_DIR: dataDir });
	try {
		await second.until(/Ctrl-C stops everything\./);
		expect(second.printed()).not.toContain('Building');
	} finally {
		await second.interrupt();
	}
});

test('with several web processes and workers, all serve on the one port and all stop [line 11]', async () => {
	test.skip(process.platform !== 'linux', 'only there and on FreeBSD can processes share a port');
	using folder = temporaryFolder();
	const PORT = await quietPort();
	const running = start({
		PORT,
		DATA_DIR: folder.path,
		DATABASE_URL: await emptyDatabase(),
		WEB_PROCESSES: '3',
		WORKER_PROCESSES: '2'
	});
	const times = (what: string) => running.printed().split(`"event":"${what}"`).length - 1;
	try {
		await running.until(/Ctrl-C stops everything\./);
		expect([times('web.ready'), times('worker.ready')]).toEqual([3, 2]);
		const answers = await Promise.all(
			Array.from({ length: 30 }, async () => {
				const answer = await fetch(`http://127.0.0.1:${PORT}/readyz`, {
					headers: { connection: 'close' }
				});
				return answer.status;
			})
		);
		expect(new Set(answers)).toEqual(new Set([200]));
	} finally {
		await running.interrupt();
	}
	expect([times('web.stopped'), times('worker.stopped')]).toEqual([3, 2]);
	await expect(fetch(`http://127.0.0.1:${PORT}/healthz`)).rejects.toThrow();
});

test('on a database of one’s own there is no demo: the start prints the link that makes the first administrator, and the next start another one', async () => {
	using folder = temporaryFolder();
	const settings = {
		PORT: await quietPort(),
		DATA_DIR: folder.path,
		DATABASE_URL: await emptyDatabase()
	};
	const tokens: string[] = [];
	for (let round = 0; round < 2; round++) {
		const running = start(settings);
		try {
			const [, address, token] = await running.until(/(http:\S+)\/set-up\?token=([\w-]+)\n/);
			expect(running.printed()).not.toContain('tandem-demo');
			tokens.push(token ?? '');
			expect((await fetch(`${address}/set-up?token=${token}`)).status).toBe(200);
		} finally {
			await running.interrupt();
		}
	}
	expect(new Set(tokens).size).toBe(2);
});

test('a database newer than the program is left alone, with a sentence', async () => {
	using folder = temporaryFolder();
	const DATABASE_URL = await emptyDatabase();
	const settings = { PORT: await quietPort(), DATA_DIR: folder.path, DATABASE_URL };
	const once = start(settings);
	await once.until(/Ctrl-C stops everything\./).finally(() => once.interrupt());
	const sql = openDatabase(DATABASE_URL);
	try {
		// A later version added a migration and a table, and took a right away from a role.
		await sql`create table of_the_future (id int)`;
		await sql`delete from role_permissions where verb = 'delete'`;
		await sql`insert into drizzle.__drizzle_migrations (hash, created_at)
			values ('later', ${Date.UTC(2100, 0)})`;
		const state = async () =>
			JSON.stringify(
				await sql`select
					(select json_agg(format('%s.%s', schemaname, tablename) order by 1) from (
						select * from pg_tables where schemaname not in ('pg_catalog', 'information_schema')
						order by schemaname, tablename
					) t) as tables,
					(select json_agg(m order by id) from drizzle.__drizzle_migrations m) as migrations,
					(select json_agg(i order by key) from installation i) as installation,
					(select count(*) from role_permissions) as rights`
			);
		const before = await state();
		const { code, lines } = await refusedStart({ ...settings, PORT: await quietPort() });
		expect(lines).toEqual([
			'This database was made by a newer version of Tandem: start that version, or restore a backup made with this one.'
		]);
		expect(code).toBe(1);
		expect(await state()).toBe(before);
	} finally {
		await sql.end();
	}
});

test('a taken port is named before anything is started', async () => {
	using folder = temporaryFolder();
	const other = net.createServer();
	const taken = await new Promise<number>((resolve) =>
		other.listen(0, '127.0.0.1', () => resolve((other.address() as net.AddressInfo).port))
	);
	const dataDir = path.join(folder.path, 'data');
	const { code, lines } = await refusedStart({ PORT: String(taken), DATA_DIR: dataDir });
	other.close();
	expect(lines).toEqual([
		`Port ${taken} is taken by another program: stop that one, or choose another with PORT.`
	]);
	expect(code).toBe(1);
	expect(() => statSync(dataDir)).toThrow();
});

test('a DATA_DIR that this user may not write is named', async () => {
	using folder = temporaryFolder();
	const closed = path.join(folder.path, 'closed');
	mkdirSync(closed);
	chmodSync(folder.path, 0o755);
	chmodSync(closed, 0o555);
	// Nothing is forbidden to root, so somebody else starts it.
	const isRoot = process.getuid?.() === 0;
	if (isRoot) chownSync(closed, NOBODY, NOBODY);
	const as = isRoot ? { uid: NOBODY } : {};
	for (const DATA_DIR of [closed, path.join(closed, 'below')]) {
		const { code, lines } = await refusedStart({ PORT: await quietPort(), DATA_DIR }, as);
		expect(lines).toEqual([
			`This user may not write ${DATA_DIR}: give it the right, or set DATA_DIR to a folder that may be written.`
		]);
		expect(code).toBe(1);
	}
});

test('a DATA_DIR where there can be no folder is named, and nothing spins', async () => {
	using folder = temporaryFolder();
	const file = path.join(folder.path, 'file');
	writeFileSync(file, '');
	const places = [file, path.join(file, 'below'), path.join(folder.path, 'x'.repeat(300))];
	// Making a folder there says that its parent is missing, which is there.
	if (process.platform === 'linux') places.push('/proc/tandem', '/proc/tandem/data', '/proc');
	for (const DATA_DIR of places) {
		const { code, lines } = await refusedStart({ PORT: await quietPort(), DATA_DIR });
		expect(lines).toEqual([
			expect.stringMatching(/DATA_DIR .*folder that (can|may) be written\.$/)
		]);
		expect(lines[0]).toContain(DATA_DIR);
		expect(code).toBe(1);
	}
});

test('a database that does not answer, does not exist or is none is named', async () => {
	using folder = temporaryFolder();
	const here = new URL(process.env.TANDEM_E2E_DATABASE ?? '');
	const nobody = await freePort();
	const silent = 'The database does not answer: check that it runs and that DATABASE_URL is right.';
	for (const [DATABASE_URL, sentence] of [
		[`postgres://tandem@127.0.0.1:${nobody}/tandem`, silent],
		[`postgres://tandem@localhost:${nobody}/tandem`, silent],
		['postgres://tandem@no-such-host.invalid/tandem', silent],
		[
			new URL('/tandem_is_not_here', here).href,
			'The database named in DATABASE_URL does not exist: create it first.'
		],
		[
			'mysql://tandem@127.0.0.1/tandem',
			'The setting DATABASE_URL is not valid: it has to be a PostgreSQL address, such as postgres://user:password@host:5432/tandem.'
		]
	] as const) {
		const { code, lines } = await refusedStart({
			PORT: await quietPort(),
			DATA_DIR: folder.path,
			DATABASE_URL
		});
		expect(lines, DATABASE_URL).toEqual([sentence]);
		expect(code).toBe(1);
	}
});
