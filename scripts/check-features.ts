import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What a feature folder may hold at its root: nothing else, so that everybody knows where to look. */
const ROOT_FILES =
	/^(schema|model|policy|events|scope|record)\.ts$|^(queries|commands|jobs|record|scope)\.server\.ts$|^state\.svelte\.ts$|^standard-[a-z-]+\.ts$|^[A-Z]\w+\.svelte$/;
const FOLDERS = ['components', 'commands', 'queries', 'model'];
const TEST = /(\.server|\.svelte)?\.test\.ts$/;
const VAGUE = /^(utils?|helpers?|service|manager|types|common|misc)(\.server)?\.(ts|js)$/;
const MOST_LINES = 400;
const MOST_LINES_OF_COMPONENT = 250;

/** Breaches of the rules about names and sizes that no linter knows. */
function faults(): string[] {
	return [...vocabulary(), ...vagueNames(), ...sizes(), ...barrels()];
}

function vocabulary(): string[] {
	return globSync('src/lib/features/*/**/*.{ts,svelte}').flatMap((file) => {
		const [, , , feature = '', first = '', second] = file.split(path.sep);
		if (second !== undefined) {
			return FOLDERS.includes(first) ? [] : [`${file}: a feature has no folder "${first}"`];
		}
		if (ROOT_FILES.test(first) || TEST.test(first)) return [];
		return [`${file}: "${first}" is no file of a feature; where does it belong in ${feature}?`];
	});
}

const vagueNames = () =>
	globSync('{src,worker,scripts,tests}/**/*.{ts,js}')
		.filter((file) => VAGUE.test(path.basename(file)))
		.map((file) => `${file}: name the thing, not the drawer`);

const sizes = () =>
	globSync('{src,worker,scripts}/**/*.{ts,js,svelte}').flatMap((file) => {
		if (file.includes(`${path.sep}messages${path.sep}`) || TEST.test(file)) return [];
		const limit = file.endsWith('.svelte') ? MOST_LINES_OF_COMPONENT : MOST_LINES;
		const lines = readFileSync(file, 'utf8').split('\n').length;
		const isCatalogueOfDemo = file.includes(path.join('features', 'demo'));
		return lines > limit && !isCatalogueOfDemo ? [`${file}: ${lines} lines, at most ${limit}`] : [];
	});

const barrels = () =>
	globSync('src/**/index.ts')
		.filter((file) => file !== path.join('src', 'lib', 'server', 'db', 'tables', 'index.ts'))
		.map((file) => `${file}: import the file that has it, not a barrel`);

const found = faults();
for (const fault of found) console.error(fault);
process.exitCode = found.length > 0 ? 1 : 0;
