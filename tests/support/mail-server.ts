import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** What a mail server does with the next mails: takes them, or what it says or does instead. */
export type Mood =
	| 'takes'
	| { readonly at: 'recipient' | 'data'; readonly code: number }
	| 'hangs up early'
	| 'hangs up after the mail';

/** A real mail server on this machine that remembers what it took. */
export async function startMailServer({ user, pass }: { user?: string; pass?: string } = {}) {
	let moods: Mood[] = [];
	const taken: string[] = [];
	const tried: string[] = [];
	const refuse = (code: number) => Object.assign(new Error('Not now'), { responseCode: code });
	const server = new SMTPServer({
		authOptional: user === undefined,
		disabledCommands: ['STARTTLS'],
		allowInsecureAuth: true,
		logger: false,
		onAuth({ username, password }, _session, done) {
			if (username === user && password === pass) done(null, { user: username });
			else done(Object.assign(new Error('Who are you?'), { responseCode: 535 }));
		},
		onRcptTo({ address }, _session, done) {
			tried.push(address);
			const [mood = 'takes'] = moods;
			if (mood === 'hangs up early') return hangUp();
			if (typeof mood === 'object' && mood.at === 'recipient') {
				moods.shift();
				return done(refuse(mood.code));
			}
			done();
		},
		onData(stream, _session, done) {
			const pieces: Buffer[] = [];
			stream.on('data', (piece: Buffer) => pieces.push(piece));
			stream.on('end', () => {
				const mood = moods.shift() ?? 'takes';
				if (mood === 'hangs up after the mail') return hangUp();
				if (typeof mood === 'object') return done(refuse(mood.code));
				taken.push(Buffer.concat(pieces).toString());
				done();
			});
		}
	});
	/** As a cable that is pulled. */
	function hangUp() {
		if (moods[0] === 'hangs up early') moods.shift();
		// Not among the types: the connections that are open now.
		const open = (server as unknown as { connections: Set<{ _socket: { destroy(): void } }> })
			.connections;
		for (const connection of open) connection._socket.destroy();
	}
	server.on('error', () => {});
	server.listen(0, '127.0.0.1');
	await once(server.server, 'listening');
	const { port } = server.server.address() as AddressInfo; // it listens on TCP
	return {
		port,
		/** The mails that it took, as they came. */
		taken,
		/** The recipients of every attempt that came so far. */
		tried,
		next: (...wished: Mood[]) => (moods = wished),
		stop: () => new Promise<void>((resolve) => server.close(resolve))
	};
}
