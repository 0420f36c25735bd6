import { jobs, schedules } from '#lib/registry.server.ts';
import { collectAtFirstRest } from '#lib/server/first-rest.ts';
import { readConfig } from '#lib/server/config.ts';
import { connect } from '#lib/server/db/connect.ts';
import { createLog } from '#lib/server/log.ts';
import { workJobs } from '#lib/server/jobs/work.ts';

const CONNECTIONS = 6;

const log = createLog({ process: 'worker' });
const { databaseUrl } = readConfig(process.env);
if (!databaseUrl) throw new Error('the worker needs DATABASE_URL: start it with `npm start`');

const database = connect(databaseUrl, { max: CONNECTIONS });
const work = await workJobs(databaseUrl, database.db, jobs, log, schedules);
log.info('worker.ready', { jobs: jobs.length });
process.send?.({ type: 'ready' });
collectAtFirstRest();

let stopping = false;

/** Lets running jobs finish for a while; what is left is taken up by the next worker. */
async function stop() {
	if (stopping) return;
	stopping = true;
	await work.stop();
	await database.close();
	log.info('worker.stopped');
	process.exit(0);
}

process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());
// Whoever started this process is gone: Postgres will follow.
process.on('disconnect', () => void stop());
