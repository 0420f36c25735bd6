import type { OpenApi } from '#lib/server/api/openapi.ts';
import type { Json } from '#lib/shared/json.ts';

// The description for programs, made readable for people. What it is made of is known: openApi made it.

type Node = Readonly<Record<string, Json>>;

export interface ReadableField {
	readonly name: string;
	/** In the notation of programmers: `string ≤ 250`, `uuid → user`. */
	readonly type: string;
	/** Must be given when a record is created. */
	readonly isRequired: boolean;
	/** False: only commands change it. */
	readonly isPatched: boolean;
}

export interface ReadableOperation {
	readonly method: string;
	readonly path: string;
	readonly summary: string;
	/** The body in one line; '' when there is none. */
	readonly body: string;
	/** What may stand behind the question mark. */
	readonly query: readonly string[];
}

export interface ReadableResource {
	readonly name: string;
	readonly title: string;
	readonly operations: readonly ReadableOperation[];
	readonly fields: readonly ReadableField[];
}

/** The parts of the description that people read, resource by resource. */
export function readable(description: OpenApi): readonly ReadableResource[] {
	const tags = description.tags as unknown as readonly { name: string; description: string }[];
	return tags.map(({ name, description: title }) => {
		const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
			Object.entries(methods)
				.filter(([, operation]) => (operation.tags as readonly string[]).includes(name))
				.map(([method, operation]) => readOperation(description, path, method, operation))
		);
		return { name, title, operations, fields: fieldsOf(description, name) };
	});
}

function readOperation(
	{ components }: OpenApi,
	path: string,
	method: string,
	operation: Node
): ReadableOperation {
	const parameters = operation.parameters as readonly Node[];
	const query = parameters.filter((parameter) => parameter.in === 'query');
	const body = at(operation, 'requestBody', 'content', 'application/json', 'schema');
	return {
		method: method.toUpperCase(),
		path: `/api/v1${path}`,
		summary: String(operation.summary),
		body: body ? bodyIn(resolved(body, components.schemas), components.schemas) : '',
		query: query.map((parameter) => String(parameter.name))
	};
}

/** Bodies of a kind only name their parts: what their fields are, the table says. */
function bodyIn(schema: Node, schemas: Schemas): string {
	const parts = Object.entries(at(schema, 'properties') ?? {});
	if (!parts.some(([name]) => name === 'fields')) return typeOf(schema, schemas);
	const required = (schema.required ?? []) as readonly string[];
	const named = parts.map(([name]) => (required.includes(name) ? name : `${name}?`));
	return `{ ${named.join(', ')} }`;
}

/** The values that have parts, each in one line. */
export function readableValues({ components: { schemas } }: OpenApi) {
	const names = ['Money', 'Place', 'EmailEntry', 'PhoneEntry', 'RichText'];
	return names.map((name) => ({ name, type: typeOf(schemas?.[name] ?? {}, schemas) }));
}

function fieldsOf({ paths, components }: OpenApi, resource: string): readonly ReadableField[] {
	const { schemas } = components;
	const bodyOf = (path: string, method: string) => {
		const operation = paths[path]?.[method];
		const schema =
			operation && at(operation, 'requestBody', 'content', 'application/json', 'schema');
		return at(resolved(schema ?? {}, schemas), 'properties', 'fields') ?? {};
	};
	const fresh = bodyOf(`/${resource}`, 'post');
	const patched = at(bodyOf(`/${resource}/{id}`, 'patch'), 'properties') ?? {};
	const required = (fresh.required ?? []) as readonly string[];
	return Object.entries(at(fresh, 'properties') ?? {}).map(([name, schema]) => ({
		name,
		type: typeOf(schema as Node, schemas),
		isRequired: required.includes(name),
		isPatched: name in patched
	}));
}

type Schemas = OpenApi['components'][string] | undefined;

/** A schema in one line. */
function typeOf(schema: Node, schemas: Schemas): string {
	const { $ref, anyOf, type, format, maxLength } = schema;
	if (typeof $ref === 'string') return $ref.split('/').at(-1) ?? '';
	if (Array.isArray(anyOf)) return anyOf.map((one) => typeOf(one as Node, schemas)).join(' | ');
	if (Array.isArray(schema.enum)) return schema.enum.map((one) => `'${String(one)}'`).join(' | ');
	const target = schema['x-refers-to'];
	const name = typeof format === 'string' ? format : String(type);
	if (type === 'array') return `${typeOf((schema.items ?? {}) as Node, schemas)}[]`;
	if (type === 'object') return objectType(schema, schemas);
	if (typeof target === 'string') return `${name} → ${target}`;
	return typeof maxLength === 'number' ? `${name} ≤ ${maxLength}` : name;
}

function objectType(schema: Node, schemas: Schemas): string {
	const entries = schema.additionalProperties;
	if (typeof entries === 'object' && entries !== null) {
		return `{ [id]: ${typeOf(entries as Node, schemas)} }`;
	}
	const required = (schema.required ?? []) as readonly string[];
	const parts = Object.entries(at(schema, 'properties') ?? {}).map(
		([name, part]) =>
			`${name}${required.includes(name) ? '' : '?'}: ${typeOf(part as Node, schemas)}`
	);
	return `{ ${parts.join(', ')} }`;
}

const resolved = (schema: Node, schemas: Schemas): Node =>
	typeof schema.$ref === 'string' ? (schemas?.[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema;

function at(node: Node, ...path: readonly string[]): Node | null {
	let found: Json | undefined = node;
	for (const step of path) {
		if (typeof found !== 'object' || found === null || Array.isArray(found)) return null;
		found = (found as Node)[step];
	}
	return typeof found === 'object' && found !== null ? (found as Node) : null;
}
