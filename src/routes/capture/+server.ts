import type { RequestEvent, RequestHandler } from './$types.js';
import { captureInquiry } from '#lib/features/capture/commands.server.ts';
import { SourceToken } from '#lib/features/capture/schema.ts';
import { m } from '#lib/messages/messages.js';
import { Problem, problemResponse } from '#lib/server/api/problem.ts';
import { TooMany } from '#lib/server/errors.ts';
import { systemCtxOf } from '#lib/server/web/context.ts';
import { inquirySentence } from '../(public)/form/words.ts';

/** Any website may hand inquiries in: what counts is the token of the source, and no cookie is looked at. */
const CORS = {
	'access-control-allow-origin': '*',
	'access-control-allow-methods': 'POST, OPTIONS',
	'access-control-allow-headers': 'content-type, idempotency-key',
	'access-control-max-age': '86400'
};
const BODY_MAX = 64 * 1024;

export const OPTIONS: RequestHandler = () => new Response(null, { status: 204, headers: CORS });

export const POST: RequestHandler = async (event) => {
	const response = await answer(event).catch((thrown: unknown) =>
		problemResponse(problemOf(thrown), event.url)
	);
	for (const [name, value] of Object.entries(CORS)) response.headers.set(name, value);
	return response;
};

async function answer(event: RequestEvent): Promise<Response> {
	const { request } = event;
	const fields = await fieldsOf(request);
	const { sourceToken } = SourceToken.parse(fields);
	const taken = await captureInquiry(
		{ ...systemCtxOf(event), source: 'api' },
		{
			...{ token: sourceToken, fields, by: 'endpoint' },
			address: event.getClientAddress(),
			nonce: request.headers.get('idempotency-key')?.slice(0, 255) ?? null
		}
	);
	if (taken.ok) return thanks(request);
	if ('error' in taken) throw new Problem('unauthorized', { detail: m.capture_unknown_source() });
	throw new Problem('invalid', {
		status: 409,
		errors: taken.faults.map((fault) => ({ ...fault, detail: inquirySentence(fault.code) }))
	});
}

/** A browser that posted a form of its own shows the sentence; a program reads the status. */
function thanks({ headers }: Request): Response {
	const wantsText = headers.get('accept')?.includes('text/html') ?? false;
	return wantsText
		? new Response(m.capture_thanks(), { headers: { 'content-type': 'text/plain; charset=utf-8' } })
		: Response.json({ status: 'received' });
}

/** The fields as JSON or as a form; everything else about them is for the command to judge. */
async function fieldsOf(request: Request): Promise<Readonly<Record<string, unknown>>> {
	const type = request.headers.get('content-type') ?? '';
	if (Number(request.headers.get('content-length') ?? 0) > BODY_MAX) {
		throw new Problem('malformed', { detail: m.users_stop_too_large() });
	}
	if (/^application\/json\b/i.test(type)) return fromJson(await request.text());
	if (/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) {
		return Object.fromEntries(await request.formData());
	}
	throw new Problem('unsupported_media_type', { headers: { accept: 'application/json' } });
}

function fromJson(text: string): Readonly<Record<string, unknown>> {
	try {
		const parsed: unknown = JSON.parse(text);
		if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
			return { ...parsed };
		}
	} catch {
		// As below.
	}
	throw new Problem('malformed', { detail: m.api_fault_not_json() });
}

function problemOf(thrown: unknown): Problem {
	if (thrown instanceof Problem) return thrown;
	if (!(thrown instanceof TooMany)) throw thrown;
	return new Problem('too_many', { headers: { 'retry-after': String(thrown.retryAfterSeconds) } });
}
