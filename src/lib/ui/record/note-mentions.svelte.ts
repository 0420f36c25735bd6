import type { Editor } from '@tiptap/core';
import { mentionHref } from '#lib/records/mentions.ts';
import { newId } from '#lib/shared/ids.ts';
import { mentionBefore, type Mentionable, suggestedPeople } from '../mentions.ts';

interface Place {
	/** Of the line that is being written, in the editor's box. */
	readonly left: number;
	readonly bottom: number;
}

/** Colleagues who are offered behind an @ in the notes, and the one that is chosen. */
export class NoteMentions {
	#people = $state.raw<readonly Mentionable[]>([]);
	chosen = $state(0);
	#place = $state.raw<Place>({ left: 0, bottom: 0 });
	/** What stands behind the @ at the cursor; null when there is none. */
	#wanted: string | null = null;
	readonly #about: () => { readonly kind: string; readonly id: string };

	constructor(about: () => { readonly kind: string; readonly id: string }) {
		this.#about = about;
	}

	get people(): readonly Mentionable[] {
		return this.#people;
	}

	get place(): Place {
		return this.#place;
	}

	/** Looks at what is before the cursor; called with every change of the text or the selection. */
	look(editor: Editor): void {
		const wanted = editor.isFocused ? wantedIn(editor) : null;
		if (wanted === this.#wanted) return;
		this.#wanted = wanted;
		if (wanted === null) this.#people = [];
		else void this.#ask(editor, wanted);
	}

	close(): void {
		this.#people = [];
		this.chosen = 0;
	}

	/** Arrows, Enter, Tab and Escape while people are offered; true when the key is used up. */
	press(editor: Editor, { key }: KeyboardEvent): boolean {
		const count = this.#people.length;
		if (count === 0) return false;
		const step = { ArrowDown: 1, ArrowUp: -1 }[key];
		if (step) this.chosen = (this.chosen + step + count) % count;
		else if (key === 'Enter' || key === 'Tab') this.choose(editor, this.chosen);
		else if (key === 'Escape') this.close();
		else return false;
		return true;
	}

	/** Puts the name in the place of what was typed, as a mention with an id of its own. */
	choose(editor: Editor, index: number): void {
		const person = this.#people[index];
		if (!person || this.#wanted === null) return;
		const to = editor.state.selection.from;
		const from = to - this.#wanted.length - 1;
		const href = mentionHref({ userId: person.id, id: newId() });
		this.close();
		this.#wanted = null;
		editor
			.chain()
			.focus()
			.insertContentAt({ from, to }, [
				{ type: 'text', text: `@${person.name}`, marks: [{ type: 'link', attrs: { href } }] },
				{ type: 'text', text: ' ' }
			])
			.run();
	}

	async #ask(editor: Editor, wanted: string): Promise<void> {
		const found = await suggestedPeople(wanted, this.#about());
		if (this.#wanted !== wanted || editor.isDestroyed) return;
		const { left, bottom } = editor.view.coordsAtPos(editor.state.selection.from);
		const box = editor.view.dom.getBoundingClientRect();
		this.#place = { left: left - box.left, bottom: bottom - box.top };
		this.#people = found;
		this.chosen = 0;
	}
}

/** What stands behind the @ before the cursor; nothing inside a mention, a link or code. */
function wantedIn(editor: Editor): string | null {
	const { selection } = editor.state;
	const isActive = (name: string) => editor.isActive(name);
	if (!selection.empty || isActive('link') || isActive('code') || isActive('codeBlock'))
		return null;
	const { parent, parentOffset } = selection.$from;
	if (!parent.isTextblock) return null;
	let before = '';
	parent.forEach((node, offset) => {
		const isPlain = node.isText && !node.marks.some(({ type }) => type.name === 'link');
		// A name that is a mention already is not asked for again; other signs count by their size.
		const text = isPlain ? (node.text ?? '') : '\n'.repeat(node.nodeSize);
		before += text.slice(0, Math.max(0, parentOffset - offset));
	});
	return mentionBefore(before, before.length);
}
