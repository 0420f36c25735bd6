import { m } from '#lib/messages/messages.js';
import type { Actor } from '#lib/shared/actor.ts';
import { countTry } from '../auth/rate-limit.ts';
import { inTransaction, type Ctx, type Db, type Log } from '../context.ts';
import { isUnavailable } from '../db/unavailable.ts';
import { Forbidden, NotFound, Stale, TooMany } from '../errors.ts';
import { once, ReusedKey } from '../records/idempotency.ts';
import { retrying } from '../records/retry.ts';
import { callerOf, mayChange, type Caller } from './caller.ts';
import { openApi } from './openapi.ts';
import {
	changesSomething,
	operationsOf,
	type Answer,
	type ApiRequest,
	type Operation
} from './operations.ts';
import { Problem, problemResponse } from './problem.ts';
import { isRecords, type Offered } from './resource.ts';
import { rowOperationsOf } from './row-operations.ts';

export const API_PATH = '/api/v1';
const DESCRIPTION_PATH = '/openapi.json';

/** What a request comes with beside itself. */
export interface Visit {
	readonly db: Db;
	readonly log: Log;
	readonly now: Date;
	/** Whoever is signed in with the cookie of this request. */
	readonly session: Actor | null;
	/** Runs something with its messages in this language. */
	speak<Value>(language: Actor['language'], run: () => Value): Value;
}

interface Limits {
	/** Calls of one key, or one person, in a window. */
	readonly calls: number;
	readonly windowMs: number;
}

const LIMITS: Limits = { calls: 600, windowMs: 60_000 };

export interface Api {
	readonly operations: readonly Operation[];
	handle(request: Request, visit: Visit): Promise<Response>;
	/** Its description as OpenAPI 3.1, for a server at this origin. */
	description(origin: string): ReturnType<typeof openApi>;
}

/** The REST API over these kinds of record and rows. */
export function createApi(offered: readonly Offered[], limits: Limits = LIMITS): Api {
	const operations = offered.flatMap((one) =>
		isRecords(one) ? operationsOf(one) : rowOperationsOf(one)
	);
	const description = (origin: string) => openApi(operations, origin);
	return {
		operations,
		description,
		async handle(request, visit) {
			const url = new URL(request.url);
			const path = url.pathname.slice(API_PATH.length).replace(/\/$/, '');
			if (path === DESCRIPTION_PATH && isReading(request)) {
				return send(request, { status: 200, body: description(url.origin) });
			}
			const work = () => answerTo(operations, { request, url, path }, visit, limits);
			return work().catch((thrown: unknown) => problemOf(thrown, url, visit));
		}
	};
}

const isReading = ({ method }: Request) => method === 'GET' || method === 'HEAD';

interface Incoming {
	readonly request: Request;
	readonly url: URL;
	/** Below /api/v1. */
	readonly path: string;
}

async function answerTo(
	operations: readonly Operation[],
	incoming: Incoming,
	visit: Visit,
	limits: Limits
): Promise<Response> {
	const { request, url } = incoming;
	const { operation, id } = find(operations, incoming);
	const caller = await callerOf(request, visit);
	return visit.speak(caller.actor.language, async () => {
		try {
			const limit = { name: 'api', subject: caller.subject, tries: limits.calls };
			await countTry(visit.db, { ...limit, windowMs: limits.windowMs }, visit.now);
			if (changesSomething(operation)) mayChange(caller, request, url);
			const body = await bodyOf(request);
			const header = (name: string) => request.headers.get(name);
			const answer = await perform(operation, { url, id, header, body }, contextOf(caller, visit));
			return send(request, answer);
		} catch (thrown) {
			return problemOf(thrown, url, visit);
		}
	});
}

const contextOf = ({ actor }: Caller, { db, now, log }: Visit): Ctx => ({
	...{ db, now, log, actor },
	source: 'api'
});

/** The operation for this method and address, and the record that the address names. */
function find(operations: readonly Operation[], { request, path }: Incoming) {
	const parts = path.split('/');
	const matching = operations.filter((operation) => {
		const wanted = operation.path.split('/');
		return (
			wanted.length === parts.length &&
			wanted.every((part, at) => part === '{id}' || part === parts[at])
		);
	});
	if (matching.length === 0) throw new Problem('not_found');
	const method = request.method === 'HEAD' ? 'GET' : request.method;
	const operation = matching.find((one) => one.method === method);
	if (!operation) {
		const allow = matching.flatMap((one) =>
			one.method === 'GET' ? ['GET', 'HEAD'] : [one.method]
		);
		throw new Problem('method_not_allowed', { headers: { allow: allow.join(', ') } });
	}
	return { operation, id: parts[2] ?? '' };
}

const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;

/** The JSON that was sent, or undefined when nothing was. */
async function bodyOf(request: Request): Promise<unknown> {
	if (isReading(request)) return undefined;
	const text = await request.text();
	if (text === '') return undefined;
	if (!JSON_TYPE.test(request.headers.get('content-type') ?? '')) {
		throw new Problem('unsupported_media_type', { headers: { accept: 'application/json' } });
	}
	try {
		return JSON.parse(text);
	} catch {
		throw new Problem('malformed', { detail: m.api_fault_not_json() });
	}
}

/** Runs the operation; under an Idempotency-Key its effect and its answer are one, and repetitions get that answer. */
function perform(operation: Operation, request: ApiRequest, ctx: Ctx): Promise<Answer> {
	const key = changesSomething(operation) ? keyOf(request) : null;
	if (key === null) return retrying(ctx, () => operation.run(ctx, request));
	const { method } = operation;
	const asked = [method, request.url.pathname, request.header('if-match'), request.body ?? null];
	return retrying(ctx, () =>
		inTransaction(ctx, (ctx) =>
			once(ctx, key, asked, async () => ({ answer: await operation.run(ctx, request), keep: true }))
		)
	).catch((thrown: unknown) => {
		const isOurs = thrown instanceof ReusedKey && thrown.key === key;
		throw isOurs ? new Problem('key_reused') : thrown;
	});
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/** The key in the form of the draft, a quoted string, or bare as most clients send it. */
function keyOf(request: ApiRequest): string | null {
	const header = request.header('idempotency-key');
	if (header === null) return null;
	const bare = header.trim().replace(/^"(.*)"$/, '$1');
	if (KEY.test(bare)) return `api:${bare}`;
	throw new Problem('malformed', { detail: m.api_fault_idempotency_key() });
}

function send(request: Request, { status, body, headers }: Answer): Response {
	const hasBody = body !== undefined && status !== 204 && status !== 304;
	const text = hasBody && request.method !== 'HEAD' ? JSON.stringify(body) : null;
	return new Response(text, {
		status,
		headers: {
			'cache-control': 'private, no-store',
			'cross-origin-resource-policy': 'same-origin',
			...(hasBody ? { 'content-type': 'application/json' } : {}),
			...headers
		}
	});
}

function problemOf(thrown: unknown, url: URL, { log }: Visit): Response {
	const problem = asProblem(thrown);
	if (problem.code === 'bug') {
		log.error('request.failed', { route: API_PATH, path: url.pathname, error: thrown });
	}
	return problemResponse(problem, url);
}

/** What a thrown stop means over http. */
function asProblem(thrown: unknown): Problem {
	if (thrown instanceof Problem) return thrown;
	if (thrown instanceof NotFound) return new Problem('not_found');
	if (thrown instanceof Forbidden) return new Problem('forbidden');
	if (thrown instanceof Stale) return new Problem('stale');
	if (thrown instanceof TooMany) {
		return new Problem('too_many', {
			headers: { 'retry-after': String(thrown.retryAfterSeconds) }
		});
	}
	if (isUnavailable(thrown)) return new Problem('unavailable', { headers: { 'retry-after': '1' } });
	return new Problem('bug');
}
