import path from 'node:path';
import postgres from 'postgres';
import { DEMO_PASSWORD, demoEmail, type DemoPerson } from '../src/lib/features/demo/model.ts';
import { SESSION_COOKIE } from '../src/lib/server/auth/cookie.ts';
import { startCluster } from '../src/lib/server/postgres/cluster.ts';
import { ensureDatabase } from '../src/lib/server/postgres/database.ts';
import { startSystem } from '../tests/support/system.ts';
import { endAtExit, temporaryFolder } from './leftovers.ts';

const DATABASE = 'tandem';

/** A built Tandem on a database of its own, with full durability. */
export interface Site {
	readonly url: string;
	readonly databaseUrl: string;
	/** To stop the web process for a while. */
	readonly webPid: number;
	readonly workerPid: number;
	/** For what the benchmark itself asks. */
	readonly sql: postgres.Sql;
	/** Answers the cookie of a new session. */
	signIn(person: DemoPerson): Promise<string>;
	stop(): Promise<void>;
}

export async function openSite(): Promise<Site> {
	await using stack = new AsyncDisposableStack();
	const home = temporaryFolder();
	stack.defer(() => home.remove());
	const cluster = await startCluster({
		directory: path.join(home.path, 'data'),
		durability: 'full'
	});
	stack.defer(endAtExit(cluster.pid));
	stack.defer(() => cluster.stop());
	const databaseUrl = cluster.url(DATABASE);
	await ensureDatabase(cluster.url('postgres'), DATABASE);
	const sql = postgres(databaseUrl, { max: 2, onnotice: () => {} });
	stack.defer(() => sql.end());
	const system = await startSystem(databaseUrl);
	stack.defer(() => system.stop());
	const everything = stack.move();
	const { url } = system;
	return {
		url,
		databaseUrl,
		webPid: system.web.pid ?? 0,
		workerPid: system.worker.pid ?? 0,
		sql,
		signIn: (person) => signIn(url, person),
		stop: () => everything.disposeAsync()
	};
}

async function signIn(url: string, person: DemoPerson): Promise<string> {
	const answer = await fetch(`${url}/sign-in`, {
		method: 'POST',
		redirect: 'manual',
		headers: { origin: url },
		body: new URLSearchParams({ email: demoEmail(person), password: DEMO_PASSWORD })
	});
	const cookies = answer.headers.getSetCookie().flatMap((line) => line.split(';')[0] ?? []);
	// Beside it comes one that ends the steps of signing in.
	const cookie = cookies.find((one) => one.startsWith(`${SESSION_COOKIE}=`));
	if (!cookie) throw new Error(`${person} cannot sign in: ${answer.status}`);
	return cookie;
}
