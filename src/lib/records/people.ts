import { hueOf } from '#lib/shared/hue.ts';

/** A person as others see him at work: in avatars, field rings and carets. */
export interface Person {
	readonly id: string;
	readonly name: string;
	/** Hexadecimal, because editor carets take nothing else; the hue is that of the person's avatar. */
	readonly colour: string;
}

/** By hue, in the order of the palette. */
const COLOURS = [
	'#4338ca',
	'#0e7490',
	'#047857',
	'#4d7c0f',
	'#a16207',
	'#c2410c',
	'#b91c1c',
	'#be185d',
	'#a21caf',
	'#7e22ce'
] as const;

export const personOf = ({ id, name }: { readonly id: string; readonly name: string }): Person => ({
	id,
	name,
	colour: COLOURS[hueOf(id)] ?? COLOURS[0]
});
