import { createHmac, timingSafeEqual } from 'node:crypto';
import { ConfigError, readConfig } from '../config.ts';

/** The name that the sign-in library uses; over https the browser gets it with the `__Host-` prefix. */
export const SESSION_COOKIE = 'tandem.session_token';
export const SECURE_SESSION_COOKIE = `__Host-${SESSION_COOKIE}`;

let secret: string | null = null;

/** The installation's secret; the start script makes it, a process without one must not sign anything. */
export function authSecret(): string {
	secret ??= readConfig(process.env).secret;
	if (!secret) throw new ConfigError('SECRET is not set: start with `npm start`, or set it.');
	return secret;
}

/** Cookie value for a session token: the token and its signature, as the sign-in library writes it. */
export function signToken(token: string, secret: string): string {
	return `${token}.${signatureOf(token, secret).toString('base64')}`;
}

/** The session token in a Cookie header, or null when there is none or its signature is not ours. */
export function readSessionToken(cookieHeader: string | null, secret: string): string | null {
	if (!cookieHeader) return null;
	const cookies = parseCookies(cookieHeader);
	const signed = cookies.get(SECURE_SESSION_COOKIE) ?? cookies.get(SESSION_COOKIE);
	return signed ? verified(signed, secret) : null;
}

function verified(signed: string, secret: string): string | null {
	const dot = signed.lastIndexOf('.');
	if (dot < 1) return null;
	const token = signed.slice(0, dot);
	const given = Buffer.from(signed.slice(dot + 1), 'base64');
	const expected = signatureOf(token, secret);
	return given.length === expected.length && timingSafeEqual(given, expected) ? token : null;
}

const signatureOf = (token: string, secret: string) =>
	createHmac('sha256', secret).update(token).digest();

function parseCookies(header: string): Map<string, string> {
	const cookies = new Map<string, string>();
	for (const pair of header.split(';')) {
		const equals = pair.indexOf('=');
		const name = pair.slice(0, equals).trim();
		if (equals > 0 && !cookies.has(name)) cookies.set(name, decoded(pair.slice(equals + 1).trim()));
	}
	return cookies;
}

function decoded(value: string): string {
	try {
		return decodeURIComponent(value);
	} catch {
		return value;
	}
}
