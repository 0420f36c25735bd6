/** A name as names of cities are compared: in whatever letters, with one blank between words. */
export const cityKey = (name: string): string =>
	name.normalize('NFC').trim().replace(/\s+/gu, ' ').toLowerCase();

/** The names in a list as people write it, each once. */
export function namesIn(list: string): readonly string[] {
	const names = list
		.split(/[,;\n]/u)
		.map((name) => name.trim().replace(/\s+/gu, ' '))
		.filter((name) => name !== '');
	const byKey = new Map(names.toReversed().map((name) => [cityKey(name), name]));
	return [...byKey.values()].toReversed();
}

/** A city's own name and the others, none of them twice. */
export const allNames = (name: string, alternatives: readonly string[]): readonly string[] => [
	name,
	...alternatives.filter((other) => cityKey(other) !== cityKey(name))
];
