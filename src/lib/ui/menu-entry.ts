import type { Component } from 'svelte';

/** One line of a Menu: an act, a link, a heading or a divider. */
export type MenuEntry =
	| {
			readonly label: string;
			readonly icon?: Component;
			readonly href?: string;
			readonly onselect?: () => void;
			/** Shown at the end of the line, such as "E". */
			readonly shortcut?: string;
			readonly checked?: boolean;
			readonly disabled?: boolean;
			readonly tone?: 'bad';
	  }
	| { readonly heading: string }
	| { readonly divider: true };
