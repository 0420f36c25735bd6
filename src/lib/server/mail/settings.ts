import { authSecret } from '../auth/cookie.ts';
import { readConfig } from '../config.ts';
import type { Ctx } from '../context.ts';
import { mailSettings } from '../db/tables/index.ts';
import { unseal } from '../seal.ts';

/** The mail server that an administrator has set. */
export interface MailServer {
	readonly host: string;
	readonly port: number;
	readonly security: 'tls' | 'starttls' | 'none';
	readonly username: string | null;
	readonly password: string | null;
	readonly senderName: string;
	readonly senderAddress: string;
}

/** Its password cannot be read: it was sealed under another secret than this installation's. */
export class UnreadablePassword extends Error {}

/** The mail server to send through; null when none is set. Throws UnreadablePassword. */
export async function findMailServer(ctx: Ctx): Promise<MailServer | null> {
	const row = await findMailSettings(ctx);
	if (!row) return null;
	const { host, port, security, username, senderName, senderAddress } = row;
	const password = row.password === null ? null : unseal(authSecret(), row.id, row.password);
	if (row.password !== null && password === null) throw new UnreadablePassword();
	return { host, port, security, username, password, senderName, senderAddress };
}

/** Whether mail leaves this machine; else it is only captured, and people need another way. */
export const isMailSet = async (ctx: Ctx): Promise<boolean> =>
	(await findMailSettings(ctx)) !== null;

/** The row as it lies, with its password sealed. */
export async function findMailSettings(ctx: Ctx) {
	const [row] = await ctx.db.select().from(mailSettings);
	return row ?? null;
}

/** Where people reach this installation; links in mails begin with it. */
export async function publicAddress(ctx: Ctx): Promise<string> {
	const row = await findMailSettings(ctx);
	if (row) return row.address;
	const { origin, host, port } = readConfig(process.env);
	return origin ?? `http://${host}:${port}`;
}
