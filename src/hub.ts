import type { Server } from 'node:http';
import { kinds } from '#lib/registry.server.ts';
import { actorOfCookie } from '#lib/server/auth/actor.ts';
import { ConfigError, readConfig } from '#lib/server/config.ts';
import { connect } from '#lib/server/db/connect.ts';
import { attachHub, CONNECTION_SETTINGS } from '#lib/server/hub/attach.ts';
import { createLog } from '#lib/server/log.ts';

const CONNECTIONS = 8;

/**
 * Mounts the sync hub with everything the features registered on an HTTP server. It has connections of
 * its own, so that no slow page can hold up what people type.
 */
export function mountHub(server: Server): { close(): Promise<void> } {
	const { databaseUrl, origin } = readConfig(process.env);
	if (!databaseUrl) throw new ConfigError('DATABASE_URL is not set: start with `npm start`.');
	const { db, sql, close } = connect(databaseUrl, {
		max: CONNECTIONS,
		settings: CONNECTION_SETTINGS
	});
	const log = createLog({ process: 'web' });
	const hub = attachHub(server, { kinds, db, sql, actorOfCookie, log, origin });
	return {
		async close() {
			await hub.close();
			await close();
		}
	};
}
