import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { api } from '../../src/routes/api/v1/api.ts';

const ROOT = 'src/routes';

/**
 * Everything under src/routes that answers a request, by its place in the tree without groups:
 * "/deals" a page, "/deals?/restore" a form action, "/deals/options GET" an endpoint's method.
 */
export function listRoutes(): readonly string[] {
	const files = globSync(`${ROOT}/**/{+page.svelte,+page.ts,+page.server.ts,+server.ts}`);
	const routes = files.flatMap((file) => {
		const place = placeOf(file);
		if (path.basename(file) === '+server.ts') {
			const exported = exportsOf(file);
			if (exported.includes('fallback')) return operationsAt(place);
			return exported
				.filter((name) => name === name.toUpperCase())
				.map((method) => `${place} ${method}`);
		}
		const actions = file.endsWith('.server.ts') ? actionsOf(file) : [];
		return [place, ...actions.map((action) => `${place}?/${action}`)];
	});
	return [...new Set(routes)].sort();
}

/** What an endpoint answers that takes every method and every address below it. */
function operationsAt(place: string): readonly string[] {
	// Another one like this would stay untested.
	if (place !== '/api/v1/[...path]') throw new Error(`${place}: what does it answer?`);
	const operations = api.operations.map(
		({ method, path }) => `/api/v1${path.replace('{id}', '[id]')} ${method}`
	);
	return ['/api/v1/openapi.json GET', ...operations];
}

const placeOf = (file: string) =>
	`/${path
		.relative(ROOT, path.dirname(file))
		.split(path.sep)
		.filter((part) => part !== '' && !part.startsWith('('))
		.join('/')}`;

function declarationsOf(file: string): readonly ts.VariableDeclaration[] {
	const source = ts.createSourceFile(
		file,
		readFileSync(file, 'utf8'),
		ts.ScriptTarget.Latest,
		true
	);
	return source.statements
		.filter(ts.isVariableStatement)
		.filter(({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
		.flatMap(({ declarationList }) => [...declarationList.declarations]);
}

const exportsOf = (file: string) => declarationsOf(file).map(({ name }) => name.getText());

function actionsOf(file: string): readonly string[] {
	const actions = declarationsOf(file).find(({ name }) => name.getText() === 'actions');
	if (!actions?.initializer) return [];
	const object = ts.isSatisfiesExpression(actions.initializer)
		? actions.initializer.expression
		: actions.initializer;
	// An object that cannot be read here would leave its actions untested.
	if (!ts.isObjectLiteralExpression(object)) throw new Error(`${file}: actions are not an object`);
	return object.properties.map((property) => property.name?.getText() ?? '…');
}
