import { z } from 'zod';
import { newApiToken, type ApiScope } from '#lib/server/auth/api-key.ts';
import type { Api, Visit } from '#lib/server/api/serve.ts';
import type { Db } from '#lib/server/context.ts';
import { apiKeys } from '#lib/server/db/tables/index.ts';
import { newId } from '#lib/shared/ids.ts';
import { quietLog } from '#tests/sync/support/people.ts';
import { api } from '../../../src/routes/api/v1/api.ts';

export const ORIGIN = 'https://crm.example';

interface KeyWish {
	readonly scopes?: ApiScope[];
	readonly expiresAt?: Date | null;
}

/** A key of this person's. */
export async function aKey(
	db: Db,
	userId: string,
	{ scopes = ['read', 'write'], expiresAt = null }: KeyWish = {}
) {
	const { token, prefix, hash } = newApiToken();
	const id = newId();
	const row = { id, userId, name: 'Test', prefix, hash, scopes, createdAt: new Date(), expiresAt };
	await db.insert(apiKeys).values(row);
	return { id, token };
}

/** An answer as its caller sees it. */
export interface Told {
	readonly status: number;
	readonly headers: Headers;
	// Whatever it is, the tests look at what they expect of it, and the description has been held against it.
	// eslint-disable-next-line @typescript-eslint/no-explicit-any
	readonly body: any;
}

interface Sent {
	readonly body?: unknown;
	readonly headers?: Readonly<Record<string, string>>;
}

export type Call = (method: string, path: string, sent?: Sent) => Promise<Told>;

/** Calls the API with a key, and holds every answer against the description. */
export function callerWith(
	db: Db,
	token: string | null,
	rest: Partial<Visit> = {},
	of: Api = api
): Call {
	return async (method, path, { body, headers = {} } = {}) => {
		const request = new Request(`${ORIGIN}/api/v1${path}`, {
			method,
			headers: {
				...(token === null ? {} : { authorization: `Bearer ${token}` }),
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
				...headers
			},
			...(body === undefined
				? {}
				: { body: typeof body === 'string' ? body : JSON.stringify(body) })
		});
		const visit: Visit = {
			db,
			log: quietLog,
			now: new Date(),
			session: null,
			speak: (_, run) => run(),
			...rest
		};
		const response = await of.handle(request, visit);
		const text = await response.text();
		const told = {
			status: response.status,
			headers: response.headers,
			body: text === '' ? null : JSON.parse(text)
		};
		if (!path.startsWith('/openapi')) expectDescribed(of, method, path, told);
		return told;
	};
}

interface Described {
	readonly responses: Readonly<
		Record<
			string,
			{ readonly $ref?: string; readonly content?: Record<string, { schema: object }> }
		>
	>;
}

/** Fails when an answer is not one that the description announces. */
function expectDescribed(of: Api, method: string, path: string, { status, headers, body }: Told) {
	const description = of.description(ORIGIN);
	// Made by openApi, whose shape the tests of the description check.
	const paths = description.paths as unknown as Record<string, Record<string, Described>>;
	const template = Object.keys(paths).find((one) =>
		new RegExp(`^${one.replace('{id}', '[^/]+')}$`).test(path.split('?')[0] ?? '')
	);
	if (method === 'HEAD') {
		if (body !== null) throw new Error(`HEAD ${path} has a body`);
		return;
	}
	const operation = template && paths[template]?.[method.toLowerCase()];
	// Where there is no operation there is nothing to say but that.
	const response = operation ? operation.responses[String(status)] : { $ref: String(status) };
	if (!response) throw new Error(`${method} ${path} answered ${status}, which is not described`);
	const [type = '', content] = Object.entries(
		response.$ref
			? { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
			: (response.content ?? {})
	)[0] ?? ['', null];
	if (!content) {
		if (body !== null) throw new Error(`${method} ${path}: a body that is not described`);
		return;
	}
	if (headers.get('content-type') !== type) throw new Error(`not ${type}`);
	const read = schemaFor(of, content.schema).safeParse(body);
	if (!read.success) {
		throw new Error(
			`${method} ${path} ${status}: ${z.prettifyError(read.error)}\n${JSON.stringify(body)}`
		);
	}
}

const schemas = new Map<string, z.ZodType>();

/** A schema of the description as something that checks. */
function schemaFor(of: Api, schema: object): z.ZodType {
	const key = JSON.stringify(schema);
	const known = schemas.get(key);
	if (known) return known;
	const text = JSON.stringify({ ...schema, $defs: of.description(ORIGIN).components.schemas });
	const made = z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
	schemas.set(key, made);
	return made;
}
