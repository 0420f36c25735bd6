import type { ServerResponse } from 'node:http';
import { pool } from '../db/pool.ts';
import { appliedMigration, latestMigration } from '../db/migrate.ts';

const ANSWER_WITHIN_MS = 2_000;

/** Answers /healthz (the process runs) and /readyz (it can serve); false for every other path. */
export function answerHealth(path: string, response: ServerResponse, isStopping: boolean): boolean {
	if (path === '/healthz') {
		answer(response, 200, 'ok');
		return true;
	}
	if (path !== '/readyz') return false;
	if (isStopping) answer(response, 503, 'stopping');
	else void readiness().then((fault) => answer(response, fault ? 503 : 200, fault ?? 'ready'));
	return true;
}

/** Why the process cannot serve now, or null. */
async function readiness(): Promise<string | null> {
	const patience = AbortSignal.timeout(ANSWER_WITHIN_MS);
	const tooLate = new Promise<string>((resolve) => {
		patience.addEventListener('abort', () => resolve('the database does not answer'));
	});
	return Promise.race([databaseFault(), tooLate]);
}

async function databaseFault(): Promise<string | null> {
	try {
		const [applied, latest] = await Promise.all([appliedMigration(pool().sql), latestMigration()]);
		return applied === latest.when ? null : 'the database is not at this version';
	} catch {
		return 'the database does not answer';
	}
}

function answer(response: ServerResponse, status: number, text: string) {
	response.writeHead(status, { 'content-type': 'text/plain', 'cache-control': 'no-store' });
	response.end(`${text}\n`);
}
