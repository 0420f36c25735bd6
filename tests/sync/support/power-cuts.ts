import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inArray, sql } from 'drizzle-orm';
import { connect, type Connection } from '#lib/server/db/connect.ts';
import { migrateDatabase } from '#lib/server/db/migrate.ts';
import { deals } from '#lib/server/db/tables/index.ts';
import { startCluster, type Cluster } from '#lib/server/postgres/cluster.ts';
import { ensureDatabase } from '#lib/server/postgres/database.ts';
import { aMoment } from './havoc.ts';
import { LoopDisk } from './loop-disk.ts';
import { aDeal, anOffice } from './office.ts';
import { killHard, said, start } from './processes.ts';
import type { Random } from './random.ts';
import { until } from './tab.ts';

const DEALS = 12;

export interface Cut {
	/** Commits that were told to be done before the power went. */
	readonly acked: number;
	/** Of these, how many the database does not have after it. */
	readonly lost: number;
}

/**
 * Postgres on a disk whose power can be cut. The database is set to commit without waiting for the disk,
 * as some administrators do: the engine has to insist by itself.
 */
export class PowerPlant {
	readonly #disk: LoopDisk;
	readonly #random: Random;
	#cluster: Cluster;
	#deals: readonly string[] = [];
	#reached = 1;

	private constructor(cluster: Cluster, disk: LoopDisk, random: Random) {
		this.#cluster = cluster;
		this.#disk = disk;
		this.#random = random;
	}

	static async begin(random: Random): Promise<PowerPlant> {
		const disk = new LoopDisk();
		const cluster = await startOn(disk);
		const plant = new PowerPlant(cluster, disk, random);
		await ensureDatabase(cluster.url('postgres'), 'tandem');
		await migrateDatabase(cluster.url('tandem'));
		await plant.#withDatabase(async ({ db }) => {
			await db.execute(sql`alter database tandem set synchronous_commit = off`);
			const office = await anOffice(db);
			plant.#deals = await Promise.all(Array.from({ length: DEALS }, () => aDeal(db, office)));
		});
		return plant;
	}

	/** Writes as fast as it goes, cuts the power at a moment that nobody chose, recovers, and counts. */
	async cut(how: 'engine' | 'bare'): Promise<Cut> {
		const acked = new Map<string, number>();
		const from = this.#reached;
		const burst = await this.#burst(how, from, acked);
		await until(
			() => acked.size,
			(size) => size === DEALS,
			60_000
		);
		await aMoment(500 + this.#random.below(1_500));
		await this.#dark(burst);
		this.#disk.cut();
		this.#cluster = await startOn(this.#disk);
		const present = await this.#present();
		let [count, lost] = [0, 0];
		for (const [deal, minor] of acked) {
			count += minor - from + 1;
			lost += Math.max(0, minor - (present.get(deal) ?? 0));
			this.#reached = Math.max(this.#reached, minor + 1_000);
		}
		return { acked: count, lost };
	}

	async end(): Promise<void> {
		await this.#cluster.stop();
		this.#disk.close();
	}

	async #burst(how: 'engine' | 'bare', from: number, acked: Map<string, number>) {
		const burst = start('burst-process.ts', [
			this.#cluster.url('tandem'),
			how,
			from,
			...this.#deals
		]);
		await said(burst);
		burst.on('message', ([deal, minor]: [string, number]) => acked.set(deal, minor));
		return burst;
	}

	/** Everything dies in the same moment. */
	async #dark(burst: ChildProcess): Promise<void> {
		// Children too: those of a postmaster that dies alone have a moment to write.
		const { pid } = this.#cluster;
		for (const one of [pid, ...childrenOf(pid)]) process.kill(one, 'SIGKILL');
		await killHard(burst);
	}

	async #present(): Promise<ReadonlyMap<string, number>> {
		return this.#withDatabase(async ({ db }) => {
			const rows = await db
				.select({ id: deals.id, minor: deals.amountMinor })
				.from(deals)
				.where(inArray(deals.id, [...this.#deals]));
			return new Map(rows.map(({ id, minor }) => [id, Number(minor)]));
		});
	}

	async #withDatabase<Value>(work: (database: Connection) => Promise<Value>): Promise<Value> {
		const database = connect(this.#cluster.url('tandem'), { max: 3 });
		return work(database).finally(() => database.close());
	}
}

const childrenOf = (pid: number) =>
	readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

const startOn = (disk: LoopDisk) =>
	startCluster({ directory: path.join(disk.folder, 'data'), durability: 'full' });
