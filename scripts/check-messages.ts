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
 * What is wrong with the message catalogue: a key that a language lacks, placeholders that differ, a key
 * in two files or in the wrong one, one that no code uses, one that code uses and nobody wrote.
 */
export function checkMessages(): string[] {
	const settings = Settings.parse(JSON.parse(readFileSync('project.inlang/settings.json', 'utf8')));
	const faults = unlistedFiles(settings['plugin.inlang.messageFormat'].pathPattern);
	const languages = new Map(
		settings.locales.map((locale) => [locale, read(locale, faults)] as const)
	);
	const base = languages.get(settings.baseLocale) ?? new Map<string, Message>();
	if (base.size === 0) faults.push(`${FOLDER}/${settings.baseLocale} has no messages at all`);
	for (const [locale, messages] of languages) faults.push(...compare(base, messages, locale));
	return [...faults, ...compareWithCode(base)];
}

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
const NOT_KEYS = new Set(['js', 'ts']);

/** Keys are used as `m.area_key(…)`, or picked from a family as m[`area_family_${name}`]. */
function compareWithCode(base: Map<string, Message>): string[] {
	const used = new Set<string>();
	const families: string[] = [];
	const faults: string[] = [];
	for (const file of SOURCES.flatMap((pattern) => globSync(pattern))) {
		if (file.startsWith(path.join('src', 'lib', 'messages'))) continue;
		const code = readFileSync(file, 'utf8');
		for (const [, key = ''] of code.matchAll(/\bm\.([a-z][a-z0-9_]*)\b/g)) {
			if (NOT_KEYS.has(key) || !code.includes('messages/messages.js')) continue;
			used.add(key);
			if (!base.has(key)) faults.push(`${file} uses ${key}, which is not in the catalogue`);
		}
		for (const [, family = ''] of code.matchAll(/[`'"]([a-z]+_[a-z0-9_]*_)\$\{/g)) {
			families.push(family);
		}
		for (const [, key = ''] of code.matchAll(/['"]([a-z]+(?:_[a-z0-9]+)+)['"]/g)) used.add(key);
	}
	for (const [key, { file }] of base) {
		if (used.has(key) || families.some((family) => key.startsWith(family))) continue;
		faults.push(`${file}: ${key} is used nowhere`);
	}
	return faults;
}

/** All text of a message, variants included. */
function textOf(value: unknown): string {
	return typeof value === 'string' ? value : JSON.stringify(value);
}

function placeholdersOf(value: unknown): string {
	const names = textOf(value).matchAll(/\{\s*([A-Za-z_]\w*)\s*\}/g);
	return [...new Set([...names].map(([, name]) => name))].sort().join(',');
}
