import { m } from '#lib/messages/messages.js';
import type { FieldValue } from '#lib/records/values.ts';

/** What can go wrong, each with its HTTP status and what it is in general. */
export const PROBLEMS = {
	malformed: { status: 400, title: m.api_problem_malformed },
	bad_parameter: { status: 400, title: m.api_problem_bad_parameter },
	unauthorized: { status: 401, title: m.api_problem_unauthorized },
	forbidden: { status: 403, title: m.api_problem_forbidden },
	insufficient_scope: { status: 403, title: m.api_problem_insufficient_scope },
	foreign_origin: { status: 403, title: m.api_problem_foreign_origin },
	not_found: { status: 404, title: m.api_problem_not_found },
	method_not_allowed: { status: 405, title: m.api_problem_method_not_allowed },
	stale: { status: 409, title: m.api_problem_stale },
	precondition_failed: { status: 412, title: m.api_problem_precondition_failed },
	unsupported_media_type: { status: 415, title: m.api_problem_unsupported_media_type },
	invalid: { status: 422, title: m.api_problem_invalid },
	refused: { status: 422, title: m.api_problem_refused },
	key_reused: { status: 422, title: m.api_problem_key_reused },
	precondition_required: { status: 428, title: m.api_problem_precondition_required },
	too_many: { status: 429, title: m.api_problem_too_many },
	bug: { status: 500, title: m.api_problem_bug },
	unavailable: { status: 503, title: m.api_problem_unavailable }
} as const satisfies Readonly<Record<string, { status: number; title: () => string }>>;

export type ProblemCode = keyof typeof PROBLEMS;

/** What is wrong with one field or parameter. */
export interface FieldError {
	/** '' when it is about the request as a whole. */
	readonly field: string;
	readonly code: string;
	readonly detail: string;
	/** What the record holds, when somebody else was faster. */
	readonly current?: FieldValue;
}

interface Particulars {
	/** When the caller was promised another than the usual. */
	readonly status?: number;
	readonly detail?: string;
	readonly errors?: readonly FieldError[];
	readonly headers?: Readonly<Record<string, string>>;
}

/** Ends a request with an answer that says why. */
export class Problem extends Error {
	override readonly name = 'Problem';
	readonly code: ProblemCode;
	readonly particulars: Particulars;
	constructor(code: ProblemCode, particulars: Particulars = {}) {
		super(code);
		this.code = code;
		this.particulars = particulars;
	}
}

/** The answer of RFC 9457; the type's address leads to the page that explains it. */
export function problemResponse({ code, particulars }: Problem, url: URL): Response {
	const { title } = PROBLEMS[code];
	const { detail, errors, headers, status = PROBLEMS[code].status } = particulars;
	const body = {
		type: `${url.origin}/api#${code}`,
		title: title(),
		status,
		code,
		...(detail === undefined ? {} : { detail }),
		instance: url.pathname,
		...(errors === undefined ? {} : { errors })
	};
	return new Response(JSON.stringify(body), {
		status,
		headers: {
			'content-type': 'application/problem+json',
			'cache-control': 'private, no-store',
			...headers
		}
	});
}
