import type { Actor } from '#lib/shared/actor.ts';
import { holderOfToken, noteKeyUse } from '../auth/api-key.ts';
import type { Db } from '../context.ts';
import { Problem } from './problem.ts';

/** Who calls, and on what terms. */
export interface Caller {
	readonly actor: Actor;
	/** Whose calls are counted together. */
	readonly subject: string;
	/** False for a key that may only read. */
	readonly mayWrite: boolean;
	/** True when a browser may have sent this on its own, with the cookie of whoever uses it. */
	readonly byCookie: boolean;
}

const CHALLENGE = 'Bearer realm="Tandem"';
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/**
 * Who sent this request: the owner of the key that it carries, else the person who is signed in. A key
 * that is not good is refused even beside a good session. Throws the Problem `unauthorized`.
 */
export async function callerOf(
	request: Request,
	{ db, now, session }: { readonly db: Db; readonly now: Date; readonly session: Actor | null }
): Promise<Caller> {
	const authorization = request.headers.get('authorization');
	if (authorization !== null) return callerByKey(db, authorization, now);
	if (!session) {
		throw new Problem('unauthorized', { headers: { 'www-authenticate': CHALLENGE } });
	}
	return { actor: session, subject: `user:${session.id}`, mayWrite: true, byCookie: true };
}

async function callerByKey(db: Db, authorization: string, now: Date): Promise<Caller> {
	const token = BEARER.exec(authorization)?.[1];
	const holder = token === undefined ? null : await holderOfToken(db, token, now);
	if (!holder) {
		const challenge = `${CHALLENGE}, error="invalid_token"`;
		throw new Problem('unauthorized', { headers: { 'www-authenticate': challenge } });
	}
	await noteKeyUse(db, holder, now);
	return {
		actor: holder.actor,
		subject: `key:${holder.keyId}`,
		mayWrite: holder.scopes.includes('write'),
		byCookie: false
	};
}

/** Refuses what a key may not do, and what a page of somebody else may have made a browser send. */
export function mayChange(caller: Caller, request: Request, url: URL): void {
	if (!caller.mayWrite) {
		const challenge = `${CHALLENGE}, error="insufficient_scope", scope="write"`;
		throw new Problem('insufficient_scope', { headers: { 'www-authenticate': challenge } });
	}
	// Browsers name the origin of whatever changes something, and no page can leave it away.
	if (caller.byCookie && request.headers.get('origin') !== url.origin) {
		throw new Problem('foreign_origin');
	}
}
