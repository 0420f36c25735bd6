import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { SESSION_COOKIE, signToken } from '../src/lib/server/auth/cookie.ts';
import { newId } from '../src/lib/shared/ids.ts';
import type { CrowdOptions, Place } from './crowd.ts';
import { named, plain } from './dialects.ts';
import type { Held } from './servers/server.ts';
import type { Site } from './site.ts';

export type Side = 'raw' | 'y-websocket' | 'hocuspocus' | 'tandem' | 'tandem without journal';

/** A server process of one side, and how a crowd of it looks. */
export interface SyncServer {
	crowd(connections: number, perRoom: number): CrowdOptions;
	held(): Promise<Held>;
	kill(): Promise<void>;
}

/** People, sessions and deals for so many connections; nobody has more sockets than a person may have. */
export interface Cast {
	readonly secret: string;
	readonly cookies: readonly string[];
	readonly deals: readonly string[];
}

const SOCKETS_EACH = 20;

/** Makes people with sessions by SQL, all with the rights of the administrator. */
export async function castFor({ sql }: Site, connections: number): Promise<Cast> {
	const secret = randomBytes(32).toString('base64url');
	const count = Math.ceil(connections / SOCKETS_EACH);
	const cookies: string[] = [];
	for (let index = 0; index < count; index++) {
		const [id, token] = [newId(), newId()];
		await sql.begin(async (sql) => {
			await sql`insert into users (id, name, email) values (${id}, ${`Extra ${index}`}, ${`${id}@bench.example`})`;
			await sql`insert into user_profiles (user_id) values (${id})`;
			await sql`insert into user_roles (user_id, role_id)
				select ${id}, r.role_id from user_roles r join users u on u.id = r.user_id where u.name like 'Adam%'`;
			await sql`insert into sessions (id, token, user_id, expires_at)
				values (${newId()}, ${token}, ${id}, now() + interval '1 day')`;
		});
		cookies.push(`${SESSION_COOKIE}=${encodeURIComponent(signToken(token, secret))}`);
	}
	const rows = await sql<{ id: string }[]>`
		select id from deals where deleted_at is null order by id limit ${connections}`;
	return { secret, cookies, deals: rows.map(({ id }) => id) };
}

const FILES: Readonly<Record<Side, readonly [string, ...string[]]>> = {
	raw: ['raw.ts'],
	'y-websocket': ['y-websocket.ts'],
	hocuspocus: ['hocuspocus.ts'],
	tandem: ['tandem.ts'],
	'tandem without journal': ['tandem.ts', 'no-journal']
};

export async function startServer(
	side: Side,
	site: Site,
	cast: Cast,
	fixedPort = 0
): Promise<SyncServer> {
	const [file, ...args] = FILES[side];
	const child = fork(path.join(import.meta.dirname, 'servers', file), args, {
		env: {
			...process.env,
			DATABASE_URL: site.databaseUrl,
			SECRET: cast.secret,
			PORT: String(fixedPort)
		},
		execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning']
	});
	const port = Number(await answer(child));
	const isOurs = side.startsWith('tandem');
	return {
		crowd: (connections, perRoom) => ({
			dialect: side === 'hocuspocus' ? named : plain,
			isSilent: side === 'raw',
			places: Array.from({ length: connections }, (_, index): Place => {
				const room = cast.deals[Math.floor(index / perRoom)];
				if (!room) throw new Error('there are too few deals');
				if (!isOurs) return { room, url: `ws://127.0.0.1:${port}/${room}` };
				const cookie = cast.cookies[index % cast.cookies.length] ?? '';
				const origin = `http://127.0.0.1:${port}`;
				return {
					room,
					url: `ws://127.0.0.1:${port}/ws/record/deal/${room}`,
					headers: { cookie, origin }
				};
			})
		}),
		held: () => {
			child.send('held');
			return answer(child) as Promise<Held>;
		},
		async kill() {
			const gone = once(child, 'exit');
			child.kill('SIGKILL');
			await gone;
		}
	};
}

async function answer(child: ChildProcess): Promise<unknown> {
	const ended = once(child, 'exit').then(([code]) => {
		throw new Error(`the server ended with ${code}`);
	});
	const [said] = await Promise.race([once(child, 'message'), ended]);
	return said;
}
