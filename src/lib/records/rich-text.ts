import type { Json } from '#lib/shared/json.ts';
import type { Parsed } from './kind.ts';
import { mentionIn } from './mentions.ts';
import type { FaultCode, RichText } from './values.ts';

// The grammar of formatted text, for the document, the editor and the renderer alike. The Tiptap
// editor must be configured to exactly these nodes, marks and attributes.

type AttributeRule = (value: unknown) => boolean;

export interface NodeRule {
	/** Names of the nodes that it may hold, in any number; the editor mends empty ones itself. */
	readonly content: readonly string[];
	readonly attributes: Readonly<Record<string, AttributeRule>>;
	/** False where text carries no marks. */
	readonly marks: boolean;
}

const INLINE = ['text', 'hardBreak'];
const BLOCKS = [
	'paragraph',
	'heading',
	'bulletList',
	'orderedList',
	'blockquote',
	'codeBlock',
	'horizontalRule'
];

const isNullish: AttributeRule = (value) => value === null || value === undefined;

const node = (
	content: readonly string[],
	attributes: NodeRule['attributes'] = {},
	marks = true
): NodeRule => ({ content, attributes, marks });

export const NODES: Readonly<Record<string, NodeRule>> = {
	doc: node(BLOCKS),
	paragraph: node(INLINE),
	heading: node(INLINE, { level: (level) => level === 1 || level === 2 || level === 3 }),
	bulletList: node(['listItem']),
	orderedList: node(['listItem'], {
		start: (start) => Number.isInteger(start) && Number(start) >= 0 && Number(start) < 1_000_000,
		type: (type) => isNullish(type) || (typeof type === 'string' && /^[1aAiI]$/.test(type))
	}),
	listItem: node(BLOCKS),
	blockquote: node(BLOCKS),
	codeBlock: node(
		['text'],
		{
			language: (name) =>
				isNullish(name) || (typeof name === 'string' && /^[\w+#.-]{1,40}$/.test(name))
		},
		false
	),
	hardBreak: node([]),
	horizontalRule: node([])
};

/** Schemes that a link may have; everything else (javascript, data, file …) is refused. */
export const LINK_SCHEMES = ['http', 'https', 'mailto', 'tel'] as const;

const HREF_MAX = 2000;

/** True when a link may point there: an absolute address of one of the known schemes, or a colleague mentioned. */
export function isLinkTarget(href: unknown): href is string {
	if (typeof href !== 'string' || href.length > HREF_MAX || /[\s\0]/.test(href)) return false;
	if (mentionIn(href)) return true;
	const scheme = URL.parse(href)?.protocol.slice(0, -1);
	return LINK_SCHEMES.some((known) => known === scheme);
}

/** The editor writes these beside `href`; they say how a browser opens it and are not kept. */
const LINK_EXTRAS: Readonly<Record<string, AttributeRule>> = {
	target: (value) => isNullish(value) || value === '_blank',
	rel: (value) => isNullish(value) || (typeof value === 'string' && /^[a-z ]{0,60}$/.test(value)),
	class: isNullish,
	title: isNullish
};

/** In the order in which they stand on a text. */
export const MARKS: readonly string[] = ['link', 'bold', 'italic', 'strike', 'underline', 'code'];

/** The stored attributes of a mark, or null when the mark is not allowed as it is. */
export function markAttributes(
	name: string,
	given: unknown
): Readonly<Record<string, Json>> | null {
	if (!MARKS.includes(name)) return null;
	const attributes = typeof given === 'object' && given !== null ? Object.entries(given) : [];
	if (name !== 'link') return attributes.length === 0 ? {} : null;
	const { href } = Object.fromEntries(attributes);
	const isFine = attributes.every(([key, value]) => key === 'href' || LINK_EXTRAS[key]?.(value));
	return isFine && isLinkTarget(href) ? { href } : null;
}

/** The stored attributes of a node, or null when one of them is not allowed. */
export function nodeAttributes(
	rule: NodeRule,
	given: Readonly<Record<string, unknown>>
): Readonly<Record<string, Json>> | null {
	const kept: Record<string, Json> = {};
	for (const [key, value] of Object.entries(given)) {
		if (!rule.attributes[key]?.(value)) return null;
		// The rules let only strings, numbers and null through.
		if (!isNullish(value)) kept[key] = value as Json;
	}
	return kept;
}

const DEPTH_MAX = 24;

/** Thrown inside the readers of this grammar and caught at their edge. */
export class RichTextFault extends Error {
	override readonly name = 'RichTextFault';
	readonly code: FaultCode;
	constructor(code: FaultCode) {
		super(code);
		this.code = code;
	}
}

export function childRule(parent: NodeRule, name: string, depth: number): NodeRule {
	const rule = NODES[name];
	if (!rule || !parent.content.includes(name) || depth > DEPTH_MAX) {
		throw new RichTextFault('not_rich_text');
	}
	return rule;
}

/** Puts a document into its stored form: null when it says nothing, refused when it is too large. */
export function finished(content: readonly Json[], maxBytes: number): RichText | null {
	if (content.every((block) => isSilent(block))) return null;
	const document: RichText = { type: 'doc', content };
	if (new TextEncoder().encode(JSON.stringify(document)).length > maxBytes) {
		throw new RichTextFault('too_long');
	}
	return document;
}

/** An empty paragraph, which an editor leaves behind when everything was deleted. */
const isSilent = (block: Json) =>
	isNode(block) && block.type === 'paragraph' && !block.content?.length;

interface Node {
	readonly [key: string]: Json;
	readonly type: string;
}

const isNode = (value: unknown): value is Node & { readonly content?: readonly Json[] } =>
	typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** Reads ProseMirror JSON from a form, an import or another untrusted hand. */
export function parseRichText(input: unknown, maxBytes: number): Parsed<RichText | null> {
	if (input === null || input === undefined || input === '') return { ok: true, value: null };
	const doc = NODES.doc;
	if (!doc || !isNode(input) || input.type !== 'doc') return { ok: false, code: 'not_rich_text' };
	return caught(() => finished(readContent(input.content, doc, 0), maxBytes));
}

/** Turns a RichTextFault into the refusal it stands for. */
export function caught<Value>(read: () => Value): Parsed<Value> {
	try {
		return { ok: true, value: read() };
	} catch (error) {
		if (error instanceof RichTextFault) return { ok: false, code: error.code };
		throw error;
	}
}

function readContent(content: unknown, parent: NodeRule, depth: number): readonly Json[] {
	if (content === undefined) return [];
	if (!Array.isArray(content)) throw new RichTextFault('not_rich_text');
	return joined(content.map((child) => readNode(child, parent, depth + 1)));
}

function readNode(input: unknown, parent: NodeRule, depth: number): Json {
	if (!isNode(input)) throw new RichTextFault('not_rich_text');
	if (input.type === 'text') return readText(input, parent);
	const rule = childRule(parent, input.type, depth);
	const attrs = nodeAttributes(rule, isRecord(input.attrs) ? input.attrs : {});
	if (!attrs) throw new RichTextFault('not_rich_text');
	return element(input.type, attrs, readContent(input.content, rule, depth));
}

function readText(input: Node, parent: NodeRule): Json {
	const { text, marks = [] } = input;
	if (typeof text !== 'string' || !Array.isArray(marks)) throw new RichTextFault('not_rich_text');
	return textNode(
		text,
		marks.map((mark) => [isNode(mark) ? mark.type : '', isNode(mark) ? mark.attrs : null] as const),
		parent
	);
}

/** An element in its stored form: no empty attributes, no empty content. */
export function element(
	type: string,
	attrs: Readonly<Record<string, Json>>,
	content: readonly Json[]
): Json {
	return {
		type,
		...(Object.keys(attrs).length > 0 ? { attrs } : {}),
		...(content.length > 0 ? { content } : {})
	};
}

/** A text in its stored form; throws when it may not stand there or carries a mark that it may not. */
export function textNode(
	text: string,
	marks: readonly (readonly [name: string, attributes: unknown])[],
	parent: NodeRule
): Json {
	if (!parent.content.includes('text')) throw new RichTextFault('not_rich_text');
	if (text.includes('\0')) throw new RichTextFault('has_nul');
	if (marks.length > 0 && !parent.marks) throw new RichTextFault('not_rich_text');
	const kept = marks.map(([type, given]) => {
		const attrs = markAttributes(type, given);
		if (!attrs) throw new RichTextFault('not_rich_text');
		return { type, ...(Object.keys(attrs).length > 0 ? { attrs } : {}) };
	});
	kept.sort((a, b) => MARKS.indexOf(a.type) - MARKS.indexOf(b.type));
	return { type: 'text', text: text.toWellFormed(), ...(kept.length > 0 ? { marks: kept } : {}) };
}

/** Joins neighbouring texts with the same marks and drops empty ones, as ProseMirror does. */
export function joined(content: readonly Json[]): readonly Json[] {
	const result: Json[] = [];
	for (const child of content) {
		const last = result.at(-1);
		if (!isText(child)) result.push(child);
		else if (child.text === '') continue;
		else if (isText(last) && JSON.stringify(last.marks) === JSON.stringify(child.marks)) {
			result[result.length - 1] = { ...last, text: last.text + child.text };
		} else result.push(child);
	}
	return result;
}

const isText = (value: Json | undefined): value is Node & { readonly text: string } =>
	isNode(value) && value.type === 'text';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** A plain text as formatted text: one paragraph a line. */
export const richTextOf = (text: string): RichText => ({
	type: 'doc',
	content: text
		.split(/\r\n|\n|\r/)
		.map((line) =>
			line === ''
				? { type: 'paragraph' }
				: { type: 'paragraph', content: [{ type: 'text', text: line }] }
		)
});

/** The words alone, a line per block, for search and previews. */
export function plainTextOf(document: RichText | null): string | null {
	if (!document) return null;
	const lines = (document.content ?? []).flatMap((block) => linesOf(block));
	return lines.join('\n').trim() || null;
}

function linesOf(block: Json): readonly string[] {
	if (!isNode(block)) return [];
	const rule = NODES[block.type];
	const content = block.content ?? [];
	if (!rule?.content.includes('text')) return content.flatMap((child) => linesOf(child));
	return [content.map((child) => (isText(child) ? child.text : '\n')).join('')];
}
