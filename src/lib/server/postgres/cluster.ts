import { spawn, type ChildProcess } from 'node:child_process';
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { disguise, postgresBinaries, type Disguise } from './binaries.ts';
import { retireOrphan } from './database.ts';

export interface Cluster {
	readonly port: number;
	readonly pid: number;
	url(database: string): string;
	/** Fast shutdown: open transactions are rolled back, everything committed is kept. */
	stop(): Promise<void>;
}

interface ClusterOptions {
	/** Data directory; made when it is not there. */
	readonly directory: string;
	/** Throw-away data may skip every wait for the disk. */
	readonly durability: 'full' | 'none';
	/** A free one unless it is given. */
	readonly port?: number;
	/** More settings of the server, each as "name=value". */
	readonly settings?: readonly string[];
}

const START_TIMEOUT_MS = 60_000;
const WITHOUT_DISK = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'];

/** Starts the PostgreSQL from node_modules on a free loopback port and waits until it answers. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
	const { directory, durability } = options;
	const binaries = await postgresBinaries();
	const as = disguise();
	await retireOrphan(directory);
	if (!existsSync(path.join(directory, 'PG_VERSION'))) {
		await initialise(binaries.initdb, as, directory, durability);
	}
	const port = options.port ?? (await freePort());
	const settings = [
		'listen_addresses=127.0.0.1',
		'max_connections=200',
		...(options.settings ?? [])
	];
	if (durability === 'none') settings.push(...WITHOUT_DISK);
	const logFile = path.join(path.dirname(directory), `${path.basename(directory)}.log`);
	const log = openSync(logFile, 'a', 0o600);
	const server = launch(
		as,
		binaries.postgres,
		// No socket file: its path would be limited to 107 characters.
		['-D', directory, '-p', `${port}`, '-k', '', ...settings.flatMap((line) => ['-c', line])],
		log
	);
	closeSync(log);
	await untilReady(server, directory, logFile);
	return handle(server, port);
}

function handle(server: ChildProcess, port: number): Cluster {
	const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
	return {
		port,
		pid: server.pid ?? 0,
		url: (database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
		async stop() {
			if (server.exitCode === null && server.signalCode === null) {
				server.kill('SIGINT');
				await exited;
			}
		}
	};
}

function launch({ prefix, options }: Disguise, program: string, args: string[], log: number) {
	const [command = program, ...rest] = [...prefix, program, ...args];
	// Its own process group: Ctrl-C reaches the group, and Postgres has to stop last.
	return spawn(command, rest, { ...options, stdio: ['ignore', log, log], detached: true });
}

async function initialise(
	initdb: string,
	as: Disguise,
	directory: string,
	durability: ClusterOptions['durability']
) {
	mkdirSync(directory, { recursive: true, mode: 0o700 });
	if (as.options.uid) chownSync(directory, as.options.uid, as.options.gid ?? as.options.uid);
	const [command = initdb, ...args] = [
		...as.prefix,
		initdb,
		...['-D', directory, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8'],
		...['--locale=C.UTF-8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
		...(durability === 'none' ? ['--no-sync'] : [])
	];
	const child = spawn(command, args, { ...as.options, stdio: ['ignore', 'ignore', 'pipe'] });
	let complaint = '';
	child.stderr.on('data', (part: Buffer) => (complaint += part.toString()));
	const code = await new Promise((resolve, reject) => {
		child.once('error', reject).once('close', resolve);
	});
	if (code !== 0) throw new Error(`The database could not be created: ${complaint.trim()}`);
}

/** The port opens before crash recovery ends; the eighth line of postmaster.pid tells when it is over. */
async function untilReady(server: ChildProcess, directory: string, logFile: string) {
	const deadline = Date.now() + START_TIMEOUT_MS;
	let ended = false;
	server.once('error', () => (ended = true)).once('exit', () => (ended = true));
	while (!statusOf(directory, server.pid)) {
		if (ended || Date.now() > deadline) {
			throw new Error(`The database did not start; its log is ${logFile}`);
		}
		await wait(15);
	}
}

function statusOf(directory: string, pid: number | undefined): boolean {
	try {
		const lines = readFileSync(path.join(directory, 'postmaster.pid'), 'utf8').split('\n');
		return Number(lines[0]) === pid && (lines[7] ?? '').startsWith('ready');
	} catch {
		return false;
	}
}

/** A port that nobody listens on now. */
export function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const probe = net.createServer().once('error', reject);
		probe.listen(0, '127.0.0.1', () => {
			const address = probe.address();
			const port = typeof address === 'object' && address ? address.port : 0;
			probe.close(() => resolve(port));
		});
	});
}
