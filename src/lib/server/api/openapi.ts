import { m } from '#lib/messages/messages.js';
import type { ListShape } from '#lib/shared/list-query.ts';
import { refTo, VALUE_SCHEMAS, type Schema } from './field-schemas.ts';
import { LIMIT_DEFAULT, LIMIT_MAX } from './list.ts';
import { changesSomething, type Operation, type OperationName } from './operations.ts';
import { jsonSchema, schemasOf } from './offered-schemas.ts';
import { PROBLEMS, type ProblemCode } from './problem.ts';
import { isRecords, nounOf, type Offered, pathOf } from './resource.ts';

// The description is made from what answers the requests: the operations, the kinds' declarations and
// the commands' zod schemas. A test holds real answers against it.

export interface OpenApi {
	readonly [key: string]: Schema[string];
	readonly paths: { readonly [path: string]: { readonly [method: string]: Schema } };
	readonly components: { readonly [part: string]: { readonly [name: string]: Schema } };
}

/** The API as OpenAPI 3.1, in the language of the moment. */
export function openApi(operations: readonly Operation[], origin: string): OpenApi {
	const resources = [...new Set(operations.map(({ resource }) => resource))];
	return {
		openapi: '3.1.0',
		info: { title: m.api_title(), version: '1', description: m.api_lead() },
		servers: [{ url: `${origin}/api/v1` }],
		security: [{ key: [] }, { session: [] }],
		tags: resources.map((resource) => ({
			name: pathOf(resource),
			description: resource.title()
		})),
		paths: pathsOf(operations),
		components: {
			securitySchemes: {
				key: { type: 'http', scheme: 'bearer', description: m.api_by_key() },
				session: {
					...{ type: 'apiKey', in: 'cookie', name: 'tandem.session_token' },
					description: m.api_by_session()
				}
			},
			parameters: PARAMETERS(),
			responses: responsesOf(),
			schemas: {
				...VALUE_SCHEMAS,
				...Object.assign({}, ...resources.map(schemasOf)),
				Problem: PROBLEM
			}
		}
	};
}

function pathsOf(operations: readonly Operation[]): OpenApi['paths'] {
	const paths: Record<string, Record<string, Schema>> = {};
	for (const operation of operations) {
		const methods = (paths[operation.path] ??= {});
		methods[operation.method.toLowerCase()] = describe(operation);
	}
	return paths;
}

function describe(operation: Operation): Schema {
	const { name, command, resource, path } = operation;
	const parameters: Schema[] = [];
	if (path.includes('{id}')) parameters.push(parameter('id'));
	if (name === 'list') parameters.push(...listParameters(resource));
	if (name === 'get') parameters.push(parameter('If-None-Match'));
	if (changesSomething(operation)) parameters.push(parameter('Idempotency-Key'));
	if (changesSomething(operation) && name !== 'create') parameters.push(parameter('If-Match'));
	const body = bodyOf(operation);
	return {
		operationId: `${command ?? name}${nounOf(resource)}`,
		tags: [pathOf(resource)],
		summary: summaryOf(operation),
		parameters,
		...(body ? { requestBody: { required: true, content: jsonContent(body) } } : {}),
		responses: { ...successOf(operation), ...problemsOf(operation) }
	};
}

const parameter = (name: string): Schema => ({ $ref: `#/components/parameters/${name}` });
const jsonContent = (schema: Schema): Schema => ({ 'application/json': { schema } });

const SUMMARIES: Readonly<Record<Exclude<OperationName, 'command'>, () => string>> = {
	remove: m.api_does_remove,
	list: m.api_does_list,
	create: m.api_does_create,
	get: m.api_does_get,
	change: m.api_does_change,
	trash: m.api_does_trash,
	restore: m.api_does_restore
};

function summaryOf({ name, command, resource }: Operation): string {
	if (name !== 'command') return SUMMARIES[name]();
	return commandOf(resource, command)?.summary() ?? '';
}

/** Only kinds of record have commands beside their fields. */
const commandOf = (resource: Offered, name: string | undefined) =>
	isRecords(resource) ? resource.commands[name ?? ''] : undefined;

function bodyOf({ name, command, resource }: Operation): Schema | null {
	if (name === 'create') return refTo(`New${nounOf(resource)}`);
	if (name === 'change') return refTo(`${nounOf(resource)}Change`);
	const input = commandOf(resource, command)?.input;
	const schema = input ? jsonSchema(input) : null;
	return Object.keys(schema?.properties ?? {}).length > 0 ? schema : null;
}

function successOf({ name, command, resource }: Operation): Schema {
	const record = {
		description: m.api_gives_record(),
		headers: { ETag: { schema: { type: 'string' }, description: m.api_etag() } },
		content: jsonContent(refTo(nounOf(resource)))
	};
	switch (name) {
		case 'list':
			return {
				200: {
					description: m.api_gives_page(),
					headers: { Link: { schema: { type: 'string' }, description: m.api_link() } },
					content: jsonContent(refTo(`${nounOf(resource)}Page`))
				}
			};
		case 'get':
			return { 200: record, 304: { description: m.api_gives_nothing_new() } };
		case 'create':
			return {
				201: {
					...record,
					headers: { ...record.headers, Location: { schema: { type: 'string', format: 'uri' } } }
				}
			};
		case 'trash':
		case 'remove':
			return { 204: { description: m.api_gives_nothing() } };
		default:
			return command ? { 200: record, 204: { description: m.api_gives_gone() } } : { 200: record };
	}
}

function problemsOf(operation: Operation): Schema {
	const codes = new Set(['401', '403', '404', '429']);
	if (operation.name === 'list') codes.add('400');
	if (changesSomething(operation)) {
		for (const code of ['400', '412', '415', '422']) codes.add(code);
	}
	if (operation.name === 'create') codes.delete('412');
	if (operation.name === 'change') for (const code of ['409', '428']) codes.add(code);
	return Object.fromEntries(
		[...codes].sort().map((code) => [code, { $ref: `#/components/responses/${code}` }])
	);
}

/** Problems by their status, with the codes that tell them apart. */
function responsesOf(): Record<string, Schema> {
	const all = Object.entries(PROBLEMS);
	const byStatus = Map.groupBy(all, ([, { status }]) => String(status));
	return Object.fromEntries(
		[...byStatus].map(([status, problems]) => [
			status,
			{
				description: problems.map(([code, { title }]) => `${code}: ${title()}`).join('\n'),
				content: { 'application/problem+json': { schema: refTo('Problem') } }
			}
		])
	);
}

function listParameters(resource: Offered): Schema[] {
	const shape: ListShape = isRecords(resource) ? resource.listing.shape : resource.shape;
	const query = (name: string, schema: Schema, description: string): Schema => ({
		...{ name, in: 'query', schema, description }
	});
	const sorts = shape.sorts.flatMap((sort) => [sort, `-${sort}`]);
	return [
		query('q', { type: 'string', maxLength: 200 }, m.api_parameter_q()),
		query(
			'sort',
			{ type: 'string', enum: sorts, default: shape.defaultSort },
			m.api_parameter_sort()
		),
		query(
			'limit',
			{ type: 'integer', minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT },
			m.api_parameter_limit()
		),
		query('after', { type: 'string' }, m.api_parameter_after()),
		query('before', { type: 'string' }, m.api_parameter_before()),
		...(isRecords(resource)
			? [query('trash', { type: 'boolean', default: false }, m.api_parameter_trash())]
			: []),
		...shape.filters.map((name) => query(name, { type: 'string' }, m.api_parameter_filter()))
	];
}

const PARAMETERS = (): Record<string, Schema> => ({
	id: {
		...{ name: 'id', in: 'path', required: true },
		schema: { type: 'string', format: 'uuid' }
	},
	'If-Match': header('If-Match', m.api_header_if_match()),
	'If-None-Match': header('If-None-Match', m.api_header_if_none_match()),
	'Idempotency-Key': header('Idempotency-Key', m.api_header_idempotency_key())
});

const header = (name: string, description: string): Schema => ({
	...{ name, in: 'header', schema: { type: 'string' }, description }
});

const CODES: readonly ProblemCode[] = Object.keys(PROBLEMS) as ProblemCode[]; // its own keys

const PROBLEM: Schema = {
	type: 'object',
	properties: {
		type: { type: 'string', format: 'uri' },
		title: { type: 'string' },
		status: { type: 'integer' },
		code: { type: 'string', enum: CODES },
		detail: { type: 'string' },
		instance: { type: 'string' },
		errors: {
			type: 'array',
			items: {
				type: 'object',
				properties: {
					field: { type: 'string' },
					code: { type: 'string' },
					detail: { type: 'string' },
					current: {}
				},
				required: ['field', 'code', 'detail'],
				additionalProperties: false
			}
		}
	},
	required: ['type', 'title', 'status', 'code', 'instance'],
	additionalProperties: false
};
