import { globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const FOLDER = 'messages';
const Settings = z.object({
	baseLocale: z.string(),
	locales: z.array(z.string()),
	'plugin.inlang.messageFormat': z.object({ pathPattern: z.array(z.string()) })
});
const Catalogue = z.record(z.string(), z.unknown());

interface Message {
	readonly file: string;
	readonly placeholders: string;
}

/**
 * What people would notice in the message catalogue: a key that a language lacks or code uses and
 * nobody wrote, placeholders that differ, a key in two files or the wrong one. The build stops at these.
 */
export function missingMessages(): string[] {
	const settings = readSettings();
	const faults = unlistedFiles(settings['plugin.inlang.messageFormat'].pathPattern);
	const languages = new Map(
		settings.locales.map((locale) => [locale, read(locale, faults)] as const)
	);
	const base = languages.get(settings.baseLocale) ?? new Map<string, Message>();
	if (base.size === 0) faults.push(`${FOLDER}/${settings.baseLocale} has no messages at all`);
	for (const [locale, messages] of languages) faults.push(...compare(base, messages, locale));
	const { keys } = usesInCode();
	for (const [key, file] of keys) {
		if (!base.has(key)) faults.push(`${file} uses ${key}, which is not in the catalogue`);
	}
	return faults;
}

/** Keys that no code mentions, by themselves or as one of a family. */
export function unusedMessages(): string[] {
	const { baseLocale } = readSettings();
	const { keys, families, quoted } = usesInCode();
	return [...read(baseLocale, [])]
		.filter(([key]) => !keys.has(key) && !quoted.has(key))
		.filter(([key]) => !families.some((family) => key.startsWith(family)))
		.map(([key, { file }]) => `${file}: ${key} is used nowhere`);
}

const readSettings = () =>
	Settings.parse(JSON.parse(readFileSync('project.inlang/settings.json', 'utf8')));

/** The compiler reads only listed files and says nothing about others. */
function unlistedFiles(patterns: string[]): string[] {
	const listed = new Set(patterns.map((pattern) => path.basename(pattern)));
	return globSync(`${FOLDER}/*/*.json`)
		.filter((file) => !listed.has(path.basename(file)))
		.map((file) => `${file} is not listed in project.inlang/settings.json`);
}

function read(locale: string, faults: string[]): Map<string, Message> {
	const messages = new Map<string, Message>();
	for (const name of readdirSync(path.join(FOLDER, locale))) {
		const file = path.join(FOLDER, locale, name);
		const area = path.basename(name, '.json');
		for (const [key, value] of Object.entries(
			Catalogue.parse(JSON.parse(readFileSync(file, 'utf8')))
		)) {
			if (key === '$schema') continue;
			if (!key.startsWith(`${area}_`)) faults.push(`${file}: ${key} does not begin with ${area}_`);
			if (messages.has(key)) faults.push(`${file}: ${key} is in another file too`);
			if (textOf(value).trim() === '') faults.push(`${file}: ${key} is empty`);
			messages.set(key, { file, placeholders: placeholdersOf(value) });
		}
	}
	return messages;
}

function compare(
	base: Map<string, Message>,
	other: Map<string, Message>,
	locale: string
): string[] {
	const faults: string[] = [];
	for (const [key, { file, placeholders }] of base) {
		const twin = other.get(key);
		if (!twin) faults.push(`${file}: ${key} has no text in "${locale}"`);
		else if (twin.placeholders !== placeholders) {
			faults.push(`${twin.file}: ${key} has other placeholders than ${file}`);
		}
	}
	for (const [key, { file }] of other) {
		if (!base.has(key)) faults.push(`${file}: ${key} is not in the base language`);
	}
	return faults;
}

const SOURCES = ['src/**/*.{ts,svelte}', 'worker/**/*.ts'];

/** Keys are used as `m.area_key(…)`, picked from a family as m[`area_family_${name}`], or from a table. */
function usesInCode() {
	const keys = new Map<string, string>();
	const families: string[] = [];
	const quoted = new Set<string>();
	for (const file of SOURCES.flatMap((pattern) => globSync(pattern))) {
		if (file.startsWith(path.join('src', 'lib', 'messages'))) continue;
		const code = readFileSync(file, 'utf8');
		if (code.includes('messages/messages.js')) {
			for (const [, key = ''] of code.matchAll(/(?<![\w.])m\.([a-z]\w*_\w+)\b/g))
				keys.set(key, file);
		}
		for (const [, family = ''] of code.matchAll(/`([a-z]+_\w*)\$\{/g)) families.push(family);
		for (const [, key = ''] of code.matchAll(/['"]([a-z]+_\w+)['"]/g)) quoted.add(key);
	}
	return { keys, families, quoted };
}

/** All text of a message, variants included. */
function textOf(value: unknown): string {
	return typeof value === 'string' ? value : JSON.stringify(value);
}

function placeholdersOf(value: unknown): string {
	const names = textOf(value).matchAll(/\{\s*([A-Za-z_]\w*)\s*\}/g);
	return [...new Set([...names].map(([, name]) => name))].sort().join(',');
}

if (import.meta.main) {
	const faults = [...missingMessages(), ...unusedMessages()];
	for (const fault of faults) console.error(fault);
	process.exitCode = faults.length > 0 ? 1 : 0;
}
