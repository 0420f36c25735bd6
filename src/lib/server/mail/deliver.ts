import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MailServer } from './settings.ts';

/** What is to be delivered. */
export interface Letter {
	readonly recipient: string;
	readonly subject: string;
	readonly text: string;
	readonly html: string;
	readonly messageId: string;
}

/**
 * How an attempt went. `later`: the server did not take it, for reasons that may pass; `refused`: it never
 * will; `unclear`: it was given the mail and did not answer.
 */
export interface Delivery {
	readonly outcome: 'sent' | 'later' | 'refused' | 'unclear';
	/** What the server said, or what went wrong. */
	readonly answer: string;
}

const PATIENCE_MS = 20_000;
const ANSWER_MAX = 500;

/** Hands a mail to a mail server; never throws. */
export async function deliver(server: MailServer, letter: Letter, now: Date): Promise<Delivery> {
	const message = new Message(await compose(server, letter, now));
	try {
		const answer = await converse(server, letter, message);
		return { outcome: 'sent', answer: cut(answer) };
	} catch (thrown) {
		return { outcome: outcomeOf(thrown, message.isBegun), answer: cut(String(thrown)) };
	}
}

const compose = (server: MailServer, letter: Letter, now: Date): Promise<Buffer> =>
	new MailComposer({
		from: { name: server.senderName, address: server.senderAddress },
		to: letter.recipient,
		subject: letter.subject,
		text: letter.text,
		html: letter.html,
		messageId: letter.messageId,
		date: now,
		// Nobody's out-of-office answers it.
		headers: { 'Auto-Submitted': 'auto-generated' }
	})
		.compile()
		.build();

/** The mail's bytes, and whether the server has been given any: from then on silence is no refusal. */
class Message extends Readable {
	isBegun = false;
	readonly #bytes: Buffer;

	constructor(bytes: Buffer) {
		super();
		this.#bytes = bytes;
	}

	override _read(): void {
		this.isBegun = true;
		this.push(this.#bytes);
		this.push(null);
	}
}

async function converse(
	{ host, port, security, username, password, senderAddress }: MailServer,
	{ recipient }: Letter,
	message: Message
): Promise<string> {
	const connection = new SMTPConnection({
		host,
		port,
		secure: security === 'tls',
		requireTLS: security === 'starttls',
		ignoreTLS: security === 'none',
		connectionTimeout: PATIENCE_MS,
		greetingTimeout: PATIENCE_MS,
		socketTimeout: 3 * PATIENCE_MS
	});
	const { promise: broken, reject } = Promise.withResolvers<never>();
	// Awaited below together with each step.
	broken.catch(() => {});
	connection.on('error', reject);
	connection.on('end', () => reject(new Error('The mail server has closed the connection.')));
	const step = <Value>(begin: (done: (error: unknown, value?: Value) => void) => void) =>
		Promise.race([
			broken,
			new Promise<Value>((resolve, fail) =>
				begin((error, value) =>
					// Of each call's own type.
					error ? fail(error as Error) : resolve(value as Value)
				)
			)
		]);
	try {
		await step((done) => connection.connect((error) => done(error)));
		if (username !== null) {
			const credentials = { user: username, pass: password ?? '' };
			await step((done) => connection.login({ credentials }, (error) => done(error)));
		}
		const envelope = { from: senderAddress, to: recipient };
		const sent = await step<{ response?: string }>((done) =>
			connection.send(envelope, message, done)
		);
		connection.quit();
		return sent.response ?? '';
	} finally {
		connection.close();
	}
}

const PERMANENT = 500;

/** A server that answered has answered, whatever it was given. */
function outcomeOf(thrown: unknown, isBegun: boolean): Delivery['outcome'] {
	const { responseCode, code } = (thrown ?? {}) as {
		readonly responseCode?: number;
		readonly code?: string;
	};
	if (responseCode === undefined) return isBegun ? 'unclear' : 'later';
	// A wrong password is the installation's fault, not the mail's: somebody may correct it.
	return responseCode >= PERMANENT && code !== 'EAUTH' ? 'refused' : 'later';
}

const cut = (text: string) => text.slice(0, ANSWER_MAX);
