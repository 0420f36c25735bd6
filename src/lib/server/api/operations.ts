import { m } from '#lib/messages/messages.js';
import type { RecordKind } from '#lib/records/kind.ts';
import type { Fault, RecordValues } from '#lib/records/values.ts';
import type { Json } from '#lib/shared/json.ts';
import type { Ctx } from '../context.ts';
import { NotFound } from '../errors.ts';
import { edit } from '../records/commit.ts';
import { ReusedKey } from '../records/idempotency.ts';
import { loadRecord } from '../records/load.ts';
import { readBody, readChange, readNew } from './body.ts';
import { isKnown, onCondition } from './condition.ts';
import { listOf } from './list.ts';
import { etagOf, presentRecord } from './present.ts';
import { type FieldError, Problem } from './problem.ts';
import {
	type Offered,
	type Outcome,
	pathOf,
	type Resource,
	type ResourceCommand
} from './resource.ts';

export interface ApiRequest {
	readonly url: URL;
	/** The record that the address names; '' where it names none. */
	readonly id: string;
	header(name: string): string | null;
	/** JSON, already read; undefined when there was no body. */
	readonly body: unknown;
}

/** Plain data, so that it can be stored and given again. */
export interface Answer {
	readonly status: number;
	readonly body?: Json;
	readonly headers?: Readonly<Record<string, string>>;
}

export type OperationName =
	'list' | 'create' | 'get' | 'change' | 'trash' | 'restore' | 'remove' | 'command';

export interface Operation {
	readonly name: OperationName;
	readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
	/** Below /api/v1, as OpenAPI writes it. */
	readonly path: string;
	readonly resource: Offered;
	/** The command that it runs, by its name in the address. */
	readonly command?: string;
	run(ctx: Ctx, request: ApiRequest): Promise<Answer>;
}

export const changesSomething = ({ method }: Operation): boolean => method !== 'GET';

/** Everything that can be done with a kind of record. */
export function operationsOf(resource: Resource): readonly Operation[] {
	const all = `/${pathOf(resource)}`;
	const one = `${all}/{id}`;
	const commands = Object.entries(resource.commands).map(([name, command]): Operation => ({
		...{ name: 'command', method: 'POST', path: `${one}/${name}`, resource, command: name },
		run: (ctx, request) => runCommand(ctx, resource, command, request)
	}));
	return [
		{
			...{ name: 'list', method: 'GET', path: all, resource },
			run: (ctx, request) => listOf(ctx, resource, request.url)
		},
		{
			...{ name: 'create', method: 'POST', path: all, resource },
			run: (ctx, request) => createOne(ctx, resource, request)
		},
		{
			...{ name: 'get', method: 'GET', path: one, resource },
			run: (ctx, request) => getOne(ctx, resource, request)
		},
		{
			...{ name: 'change', method: 'PATCH', path: one, resource },
			run: (ctx, request) => changeOne(ctx, resource, request)
		},
		{
			...{ name: 'trash', method: 'DELETE', path: one, resource },
			run: (ctx, request) => trashOne(ctx, resource, request)
		},
		{
			...{ name: 'restore', method: 'POST', path: `${one}/restore`, resource },
			run: (ctx, request) => restoreOne(ctx, resource, request)
		},
		...commands
	];
}

async function getOne(ctx: Ctx, resource: Resource, request: ApiRequest): Promise<Answer> {
	const { serverKind } = resource;
	const loaded = await loadRecord(ctx, serverKind, request.id);
	if (!loaded) throw new NotFound(serverKind.kind.name);
	const headers = { etag: etagOf(loaded.row.rev), 'cache-control': 'private, no-cache' };
	if (isKnown(request.header('if-none-match'), loaded.row.rev)) return { status: 304, headers };
	return { status: 200, headers, body: jsonOf(presentRecord(serverKind.kind, loaded)) };
}

async function createOne(ctx: Ctx, resource: Resource, request: ApiRequest): Promise<Answer> {
	const { kind } = resource.serverKind;
	const { id, values } = readNew(kind, request.body);
	const faults = [...decidedIn(resource, values), ...unreadableIn(kind, values)];
	if (faults.length > 0) throw invalid(resource, faults);
	const wish = id === undefined ? { values } : { id, values };
	const made = await resource.create(ctx, wish).catch((thrown: unknown) => {
		// An id that is taken is refused like one that is none, so that nobody can probe for records.
		if (thrown instanceof ReusedKey && thrown.key === id) return TAKEN_ID;
		throw thrown;
	});
	// Every command that creates a record answers its id.
	const { id: born } = doneOr(resource, made, resource.refusedFields ?? {}) as {
		readonly id: string;
	};
	const location = `${request.url.origin}/api/v1/${pathOf(resource)}/${born}`;
	const answer = await answerWith(ctx, resource, born, 201);
	return { ...answer, headers: { ...answer.headers, location } };
}

const decidedIn = ({ decided = [] }: Resource, values: RecordValues): readonly Fault[] =>
	decided
		.filter((field) => Object.hasOwn(values, field))
		.map((field) => ({ field, code: 'not_writable' }));

/** References that are none: commands look for what they refer to before the engine judges them. */
const unreadableIn = ({ fields }: RecordKind, values: RecordValues): readonly Fault[] =>
	Object.entries(values).flatMap(([name, value]) => {
		const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
		const parsed = field && 'target' in field ? field.parse(value) : null;
		return !parsed || parsed.ok || parsed.code === 'required'
			? []
			: [{ field: name, code: parsed.code }];
	});

const TAKEN_ID: Outcome = { ok: false, faults: [{ field: 'id', code: 'not_a_reference' }] };

async function changeOne(ctx: Ctx, resource: Resource, request: ApiRequest): Promise<Answer> {
	const { serverKind } = resource;
	const ifMatch = request.header('if-match');
	const { edits, faults, blind } = readChange(serverKind.kind, request.body, ifMatch !== null);
	// A foreign record is not found, whatever was asked of it.
	if (faults.length + blind.length > 0 && !(await loadRecord(ctx, serverKind, request.id))) {
		throw new NotFound(serverKind.kind.name);
	}
	if (faults.length > 0) throw invalid(resource, faults);
	if (blind.length > 0) {
		const errors = blind.map((field) => ({
			...{ field, code: 'base_required', detail: m.api_fault_base_required() }
		}));
		throw new Problem('precondition_required', { errors });
	}
	await onCondition(ctx, serverKind, { id: request.id, ifMatch }, async (ctx) => {
		const edited = await edit(ctx, serverKind, request.id, edits);
		if (!edited.ok) throw refusalOf(resource, edited.faults, edited.current);
	});
	return answerWith(ctx, resource, request.id, 200);
}

async function trashOne(ctx: Ctx, resource: Resource, request: ApiRequest): Promise<Answer> {
	await actOn(ctx, resource, request, (ctx, id) => resource.trash(ctx, id));
	return { status: 204 };
}

async function restoreOne(ctx: Ctx, resource: Resource, request: ApiRequest): Promise<Answer> {
	await actOn(ctx, resource, request, (ctx, id) => resource.restore(ctx, id));
	return answerWith(ctx, resource, request.id, 200);
}

/** Runs a command of the record itself, under the caller's condition; a refusal takes everything back. */
function actOn(
	ctx: Ctx,
	resource: Resource,
	{ id, header }: ApiRequest,
	act: (ctx: Ctx, id: string) => Promise<Outcome>,
	fields: Readonly<Record<string, string>> = {}
): Promise<unknown> {
	const ifMatch = header('if-match');
	return onCondition(ctx, resource.serverKind, { id, ifMatch }, async (ctx) =>
		doneOr(resource, await act(ctx, id), fields)
	);
}

async function runCommand(
	ctx: Ctx,
	resource: Resource,
	command: ResourceCommand,
	request: ApiRequest
): Promise<Answer> {
	const input = readBody(command.input, request.body ?? {});
	if (request.header('if-match') !== null) await command.lockFirst?.(ctx, input);
	const run = (ctx: Ctx, id: string) => command.run(ctx, id, input);
	await actOn(ctx, resource, request, run, command.fields);
	return answerWith(ctx, resource, request.id, 200);
}

/** The record as it is now; nothing when the caller may not see it any more. */
async function answerWith(
	ctx: Ctx,
	{ serverKind }: Resource,
	id: string,
	status: number
): Promise<Answer> {
	const loaded = await loadRecord(ctx, serverKind, id);
	if (!loaded) return { status: 204 };
	const headers = { etag: etagOf(loaded.row.rev) };
	return { status, headers, body: jsonOf(presentRecord(serverKind.kind, loaded)) };
}

// Only strings, numbers, booleans, null and plain collections of these.
const jsonOf = (presented: object) => presented as unknown as Json;

function doneOr(
	resource: Resource,
	outcome: Outcome,
	fields: Readonly<Record<string, string>>
): unknown {
	if (outcome.ok) return outcome.value;
	if (outcome.faults) throw refusalOf(resource, outcome.faults, {});
	if (!('error' in outcome)) throw new Error('a refusal has a reason');
	const { error: code } = outcome;
	const error = { field: fields[code] ?? '', code, detail: resource.phrase({ code }) };
	throw new Problem('refused', { errors: [error] });
}

const invalid = (resource: Resource, faults: readonly Fault[]) =>
	new Problem('invalid', { errors: faults.map((fault) => errorOf(resource, fault)) });

const errorOf = (resource: Resource, fault: Fault): FieldError => ({
	field: fault.field,
	code: fault.code,
	detail: resource.phrase(fault)
});

/** Somebody was faster, the caller may not, or what he sent is wrong; in this order only if nothing else is amiss. */
function refusalOf(resource: Resource, faults: readonly Fault[], current: RecordValues): Problem {
	const areAll = (code: Fault['code']) => faults.every((fault) => fault.code === code);
	if (areAll('not_writable')) {
		return new Problem('forbidden', { errors: faults.map((fault) => errorOf(resource, fault)) });
	}
	const errors = faults.map((fault) => ({
		...errorOf(resource, fault),
		...(fault.code === 'stale' ? { current: current[fault.field] ?? null } : {})
	}));
	return new Problem(areAll('stale') ? 'stale' : 'invalid', { errors });
}
