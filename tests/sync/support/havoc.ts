import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { liveFields, readValues } from '#lib/records/document.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { connect, type Connection } from '#lib/server/db/connect.ts';
import { migrateDatabase } from '#lib/server/db/migrate.ts';
import { dealCoOwners } from '#lib/server/db/tables/index.ts';
import { freePort, startCluster, type Cluster } from '#lib/server/postgres/cluster.ts';
import { ensureDatabase } from '#lib/server/postgres/database.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { loadReplica } from '#lib/server/records/replica.ts';
import { systemActor } from '#lib/shared/actor.ts';
import { isSame } from '#lib/shared/same.ts';
import { FaultProxy } from './fault-proxy.ts';
import { aDeal, anOffice, dealRow, type Office } from './office.ts';
import { quietLog } from './people.ts';
import { killHard, said, start, startWeb } from './processes.ts';
import type { Random } from './random.ts';
import { until } from './tab.ts';
import { Typist } from './typist.ts';

/** A busy machine gets this long for what takes a second. */
const PATIENCE_MS = 60_000;
/** Lines end with their process here; who is slow to answer on a busy machine is not gone. */
const PING_MS = 20_000;

export const aMoment = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** An installation to be killed: Postgres with default durability, two web processes, and a proxy before them. */
export class Havoc {
	readonly office: Office;
	readonly database: Connection;
	readonly proxy: FaultProxy;
	/** Where tabs connect: behind it stands one web process or the other. */
	readonly host: string;
	readonly #random: Random;
	readonly #home: string;
	readonly #ports: readonly number[];
	readonly #webs: (ChildProcess | null)[] = [null, null];
	readonly #pingMs: number;
	#cluster: Cluster;

	private constructor(parts: {
		home: string;
		cluster: Cluster;
		database: Connection;
		office: Office;
		ports: readonly number[];
		proxy: FaultProxy;
		host: string;
		random: Random;
		pingMs: number;
	}) {
		this.#home = parts.home;
		this.#cluster = parts.cluster;
		this.database = parts.database;
		this.office = parts.office;
		this.#ports = parts.ports;
		this.proxy = parts.proxy;
		this.host = parts.host;
		this.#random = parts.random;
		this.#pingMs = parts.pingMs;
	}

	/** `pingMs` is how long a web process waits for the sign that a line still stands. */
	static async begin(random: Random, pingMs = PING_MS): Promise<Havoc> {
		const home = mkdtempSync(path.join(tmpdir(), `tandem-kill-${process.pid}-`));
		// Default durability: what is lost here would be lost in production.
		const cluster = await startCluster({
			directory: path.join(home, 'data'),
			durability: 'full'
		});
		await ensureDatabase(cluster.url('postgres'), 'tandem');
		await migrateDatabase(cluster.url('tandem'));
		const database = connect(cluster.url('tandem'), { max: 3 });
		const office = await anOffice(database.db);
		const ports = [await freePort(), await freePort()];
		const proxy = new FaultProxy(ports, random);
		const host = await proxy.listen();
		const parts = { home, cluster, database, office, ports, proxy, host, random, pingMs };
		const havoc = new Havoc(parts);
		await Promise.all(ports.map((_, index) => havoc.startWeb(index)));
		return havoc;
	}

	get url(): string {
		return this.#cluster.url('tandem');
	}

	async startWeb(index: number): Promise<void> {
		const port = this.#ports[index] ?? 0;
		const order = { url: this.#cluster.url('tandem'), port, engine: 'real' } as const;
		this.#webs[index] = await startWeb({ ...order, pingMs: this.#pingMs });
	}

	async killWeb(index: number): Promise<void> {
		const web = this.#webs[index];
		if (web) await killHard(web);
	}

	/** What `pg_ctl stop -m immediate` does, or kill -9 of the postmaster; then it recovers. */
	async killPostgres(signal: 'SIGQUIT' | 'SIGKILL'): Promise<void> {
		const { port, pid } = this.#cluster;
		process.kill(pid, signal);
		await until(
			() => isAlive(pid),
			(alive) => !alive,
			PATIENCE_MS
		);
		// Its children find out by themselves.
		await aMoment(300);
		const directory = path.join(this.#home, 'data');
		this.#cluster = await startCluster({ directory, durability: 'full', port });
	}

	async startWriter(deal: string, from: number, hear: (minor: number) => void) {
		const writer = start('writer-process.ts', [this.#cluster.url('tandem'), deal, from]);
		writer.on('message', (minor) => hear(Number(minor)));
		await said(writer);
		return writer;
	}

	async aSharedDeal(): Promise<string> {
		const deal = await aDeal(this.database.db, this.office);
		await this.database.db
			.insert(dealCoOwners)
			.values({ dealId: deal, userId: this.office.bob.id });
		return deal;
	}

	/** Ann and Bob at one deal, each in a field of his own and both in the notes. */
	twoTypists(deal: string, everyMs = 70): readonly [Typist, Typist] {
		const { ann, bob } = this.office;
		const both = [
			new Typist(this.host, deal, { name: 'ann', cookie: ann.cookie, field: 'name' }),
			new Typist(this.host, deal, { name: 'bob', cookie: bob.cookie, field: 'nextStep' })
		] as const;
		for (const typist of both) typist.start(everyMs);
		return both;
	}

	/** Waits until all have been told "saved" a few times more, and then a moment that nobody chose. */
	async someMoreSaved(typists: readonly Typist[], times = 3): Promise<void> {
		const before = typists.map(({ acked }) => acked);
		const told = () => typists.map(({ acked }, index) => acked - (before[index] ?? 0));
		await until(told, (more) => more.every((count) => count >= times), PATIENCE_MS).catch(() => {
			const ends = typists.map(({ closes, provider: { ws, synced } }) => {
				const line = ws
					? `socket ${ws.readyState}, ${synced ? 'synced' : 'not synced'}`
					: 'no socket';
				return `${closes.slice(-3).join(', ') || 'never closed'}; now ${line}`;
			});
			throw new Error(`told saved: ${told().join(' ')}; last ends: ${ends.join(' | ')}`);
		});
		await aMoment(this.#random.below(150));
	}

	/** Stops the typing, waits until everything is called saved, and looks for every word in every place. */
	async losses(deal: string, typists: readonly Typist[]): Promise<readonly string[]> {
		for (const typist of typists) typist.stop();
		await until(
			() => typists.map(({ acked, words }) => words.length - acked),
			(open) => open.every((count) => count === 0),
			PATIENCE_MS
		);
		const row = await dealRow(this.database.db, deal);
		const inColumn = new Set(String(row.notesText).split(/\s+/));
		const lost = typists
			.flatMap(({ words }) => words)
			.filter((word) => !inColumn.has(word))
			.map((word) => `lost: ${word}`);
		return [...lost, ...(await this.#differences(deal, typists))];
	}

	/** Columns, document and every tab come to say the same. */
	async #differences(deal: string, typists: readonly Typist[]): Promise<readonly string[]> {
		const { kind } = dealRecords;
		const { db } = this.database;
		const ctx = { db, actor: systemActor, now: new Date(), log: quietLog };
		const names = liveFields(kind).map(([name]) => name);
		const look = async () => {
			const replica = await loadReplica(ctx, dealRecords, deal);
			const loaded = await loadRecord(ctx, dealRecords, deal);
			const inColumns = Object.fromEntries(names.map((name) => [name, loaded?.values[name]]));
			const shown = typists.map(({ doc }) => readValues(doc, kind));
			return [replica?.values, ...shown].map((values) => isSame(values, inColumns));
		};
		return until(look, (same) => same.every(Boolean), 20_000).then(
			() => [],
			(error: Error) => [`${deal}: document and tabs against columns: ${error.message}`]
		);
	}

	async end(): Promise<void> {
		await Promise.all(this.#webs.map((web) => web && killHard(web)));
		await this.proxy.close();
		await this.database.close();
		await this.#cluster.stop();
		rmSync(this.#home, { recursive: true, force: true });
	}
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}
