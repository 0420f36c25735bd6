import * as Y from 'yjs';
import type { Json } from '#lib/shared/json.ts';
import { isSame } from '#lib/shared/same.ts';
import type { Parsed } from './kind.ts';
import {
	caught,
	childRule,
	element,
	finished,
	joined,
	nodeAttributes,
	NODES,
	RichTextFault,
	textNode,
	type NodeRule
} from './rich-text.ts';
import type { RichText } from './values.ts';

// A Y.XmlFragment in the form that the editor's Yjs binding reads and writes: an element per node, a
// Y.XmlText per run of text with marks as formats { <mark>: attributes }.

/** Reads the fragment in stored form; refused when it holds what the grammar does not allow. */
export function readFragment(fragment: Y.XmlFragment, maxBytes: number): Parsed<RichText | null> {
	return caught(() => finished(readChildren(fragment, rootRule(), 0), maxBytes));
}

/** Makes the fragment say this, leaving blocks at both ends that are the same already as they are. */
export function writeFragment(fragment: Y.XmlFragment, document: RichText | null): void {
	const wanted = document?.content ?? [];
	const present = fragment.toArray().map((child) => blockOf(child));
	let head = 0;
	while (head < Math.min(wanted.length, present.length) && isSame(wanted[head], present[head]))
		head++;
	let tail = 0;
	while (
		tail < Math.min(wanted.length, present.length) - head &&
		isSame(wanted.at(-1 - tail), present.at(-1 - tail))
	) {
		tail++;
	}
	const surplus = present.length - head - tail;
	if (surplus > 0) fragment.delete(head, surplus);
	const fresh = wanted.slice(head, wanted.length - tail);
	if (fresh.length > 0)
		fragment.insert(
			head,
			fresh.map((block) => elementOf(block))
		);
}

function rootRule(): NodeRule {
	const rule = NODES.doc;
	if (!rule) throw new Error('the grammar has no document');
	return rule;
}

/** One block in stored form; undefined when it is not allowed, so that it is equal to nothing. */
function blockOf(child: unknown): Json | undefined {
	const read = caught(() => readChild(child, rootRule(), 1));
	return read.ok ? read.value[0] : undefined;
}

function readChildren(parent: Y.XmlFragment, rule: NodeRule, depth: number): readonly Json[] {
	return joined(parent.toArray().flatMap((child) => readChild(child, rule, depth + 1)));
}

function readChild(child: unknown, parent: NodeRule, depth: number): readonly Json[] {
	if (child instanceof Y.XmlText) return readRun(child, parent);
	if (!(child instanceof Y.XmlElement)) throw new RichTextFault('not_rich_text');
	const rule = childRule(parent, child.nodeName, depth);
	const attrs = nodeAttributes(rule, child.getAttributes());
	if (!attrs) throw new RichTextFault('not_rich_text');
	return [element(child.nodeName, attrs, readChildren(child, rule, depth))];
}

function readRun(run: Y.XmlText, parent: NodeRule): readonly Json[] {
	if (Object.keys(run.getAttributes()).length > 0) throw new RichTextFault('not_rich_text');
	// An empty run may stand anywhere: it says nothing.
	return delta(run).map(({ insert, attributes = {} }) => {
		if (typeof insert !== 'string') throw new RichTextFault('not_rich_text');
		return textNode(insert, Object.entries(attributes), parent);
	});
}

interface Piece {
	readonly insert: unknown;
	readonly attributes?: Readonly<Record<string, unknown>>;
}

// Yjs types the delta as any.
const delta = (run: Y.XmlText) => run.toDelta() as readonly Piece[];

interface StoredNode {
	readonly type: string;
	readonly text?: string;
	readonly attrs?: Readonly<Record<string, Json>>;
	readonly marks?: readonly StoredNode[];
	readonly content?: readonly Json[];
}

function elementOf(block: Json): Y.XmlElement {
	// Stored documents went through the grammar.
	const { type, attrs = {}, content = [] } = block as unknown as StoredNode;
	const made = new Y.XmlElement(type);
	// Attributes of other types than string are what the editor's binding itself writes.
	for (const [key, value] of Object.entries(attrs)) made.setAttribute(key, value as string);
	made.insert(0, childrenOf(content));
	return made;
}

function childrenOf(content: readonly Json[]): (Y.XmlElement | Y.XmlText)[] {
	const made: (Y.XmlElement | Y.XmlText)[] = [];
	let run: Y.XmlText | null = null;
	let at = 0;
	for (const child of content as unknown as readonly StoredNode[]) {
		if (child.text === undefined) {
			run = null;
			made.push(elementOf(child as unknown as Json));
			continue;
		}
		if (!run) {
			run = new Y.XmlText();
			at = 0;
			made.push(run);
		}
		const marks = Object.fromEntries(
			(child.marks ?? []).map(({ type, attrs }) => [type, attrs ?? {}])
		);
		run.insert(at, child.text, marks);
		at += child.text.length;
	}
	return made;
}
