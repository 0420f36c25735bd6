import type { Server } from 'node:http';
import { kinds } from '#lib/registry.server.ts';
import { actorOfCookie } from '#lib/server/auth/actor.ts';
import { readConfig } from '#lib/server/config.ts';
import { pool } from '#lib/server/db/pool.ts';
import { attachHub } from '#lib/server/hub/attach.ts';
import { createLog } from '#lib/server/log.ts';

/** Mounts the sync hub with everything the features registered on an HTTP server. */
export function mountHub(server: Server): { close(): Promise<void> } {
	const { db, sql } = pool();
	const { origin } = readConfig(process.env);
	const log = createLog({ process: 'web' });
	return attachHub(server, { kinds, db, sql, actorOfCookie, log, origin });
}
