import { Editor } from '@tiptap/core';
import Collaboration from '@tiptap/extension-collaboration';
import CollaborationCaret from '@tiptap/extension-collaboration-caret';
import StarterKit from '@tiptap/starter-kit';
import { yUndoPluginKey } from '@tiptap/y-tiptap';
import type { Awareness } from 'y-protocols/awareness';
import type { UndoManager, XmlFragment } from 'yjs';
import { mentionIn } from '#lib/records/mentions.ts';

interface Wanted {
	readonly element: HTMLElement;
	readonly fragment: XmlFragment;
	readonly awareness: Awareness;
	readonly editable: boolean;
	/** Names the editor for screen readers. */
	readonly label: string;
	onchange(): void;
	/** Told of each key before the editor is; true when it is used up. */
	onkey(event: KeyboardEvent): boolean;
}

/** Opens the shared notes in an element; a module of its own because it is loaded only on pages with notes. */
export function openNotes({
	element,
	fragment,
	awareness,
	editable,
	label,
	onchange,
	onkey
}: Wanted): Editor {
	return new Editor({
		element,
		editable,
		// The page's own sheets have these rules; the content policy allows no <style> element.
		injectCSS: false,
		// The document decides; a fresh editor must not write its own empty paragraph into it.
		enableContentCheck: false,
		editorProps: {
			attributes: {
				class: 'rich-text',
				role: 'textbox',
				'aria-multiline': 'true',
				'aria-label': label,
				...(editable ? { 'aria-autocomplete': 'list' } : { 'aria-readonly': 'true' })
			},
			handleKeyDown: (_view, event) => onkey(event),
			// A mention leads nowhere.
			handleClick: (_view, _pos, { target }) => isMention(target),
			handleDOMEvents: {
				click: (_view, event) => {
					if (isMention(event.target)) event.preventDefault();
					return false;
				}
			}
		},
		extensions: [
			StarterKit.configure({
				// Yjs undoes only what this person did.
				undoRedo: false,
				heading: { levels: [1, 2, 3] },
				link: {
					openOnClick: !editable,
					protocols: ['mailto', 'tel'],
					defaultProtocol: 'https',
					isAllowedUri: (href, { defaultValidate }) =>
						mentionIn(href) !== null || defaultValidate(href)
				},
				trailingNode: false
			}),
			Collaboration.configure({ fragment }),
			CollaborationCaret.configure({
				provider: { awareness },
				// The server stamps the real name; this only makes the caret appear at once.
				user: awareness.getLocalState()?.['user'] ?? {},
				render: caret
			})
		],
		onTransaction: onchange,
		onSelectionUpdate: onchange
	});
}

/** What this person wrote in the notes, step by step. */
export const undoOf = (editor: Editor): UndoManager =>
	// The Collaboration extension always has this plugin.
	(yUndoPluginKey.getState(editor.state) as { readonly undoManager: UndoManager }).undoManager;

const isMention = (target: EventTarget | null) =>
	target instanceof Element && mentionIn(target.closest('a')?.getAttribute('href')) !== null;

function caret(user: Record<string, unknown>): HTMLElement {
	const line = document.createElement('span');
	line.className = 'caret';
	const colour = user['color'];
	if (typeof colour === 'string' && /^#[0-9a-f]{6}$/i.test(colour)) {
		line.style.setProperty('--caret', colour);
	}
	const name = document.createElement('span');
	name.className = 'caret-name';
	name.textContent = typeof user['name'] === 'string' ? user['name'] : '';
	line.append(name);
	return line;
}
