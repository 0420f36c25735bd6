import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Sql } from 'postgres';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { signedInByCookie } from '#lib/server/auth/actor.ts';
import type { Db } from '#lib/server/context.ts';
import { attachHub } from '#lib/server/hub/attach.ts';
import type { HubTimes } from '#lib/server/hub/hub.ts';
import type { RecordPort } from '#lib/server/hub/port.ts';
import { SECRET } from './office.ts';
import { quietLog } from './people.ts';

/** The kinds of the product; not its registry, which would bring every job and page text along. */
export const kinds = [companyRecords, contactRecords, dealRecords];

export interface HubServer {
	/** "127.0.0.1:port" */
	readonly host: string;
	close(): Promise<void>;
}

interface Settings {
	readonly db: Db;
	readonly sql: Sql;
	readonly times?: Partial<HubTimes>;
	readonly port?: RecordPort;
	readonly listenOn?: number;
	/** Waited for before somebody is recognised. */
	readonly beforeLookUp?: () => Promise<void>;
}

/** The hub on an HTTP server of its own, with the kinds and the sign-in of the product. */
export async function startHub({
	db,
	sql,
	times,
	port,
	listenOn,
	beforeLookUp
}: Settings): Promise<HubServer> {
	const server = createServer((_request, response) => response.end());
	const hub = attachHub(server, {
		kinds,
		db,
		sql,
		log: quietLog,
		actorOfCookie: async (database, header) => {
			await beforeLookUp?.();
			return (await signedInByCookie(database, header, { secret: SECRET }))?.actor ?? null;
		},
		...(times ? { times } : {}),
		...(port ? { port } : {})
	});
	await new Promise<void>((resolve) => server.listen(listenOn ?? 0, '127.0.0.1', resolve));
	const { port: number } = server.address() as AddressInfo; // a TCP server has one
	return {
		host: `127.0.0.1:${number}`,
		async close() {
			await hub.close();
			await new Promise((resolve) => server.close(resolve));
		}
	};
}
