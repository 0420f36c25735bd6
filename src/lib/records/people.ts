import { hueOf } from '#lib/shared/hue.ts';

/** A person as others see him at work: in avatars, field rings and carets. */
export interface Person {
	readonly id: string;
	readonly name: string;
	/** Hexadecimal, because editor carets take nothing else; the hue is that of the person's avatar. */
	readonly colour: string;
}

/** By hue: `--hue-solid` of the light scheme in ui/styles/tokens.css. */
const COLOURS = [
	'#9f4f2f',
	'#8f5d00',
	'#527626',
	'#0a7d51',
	'#007892',
	'#1a6fa5',
	'#5662aa',
	'#77579f',
	'#8a508d',
	'#a04a53'
] as const;

export const personOf = ({ id, name }: { readonly id: string; readonly name: string }): Person => ({
	id,
	name,
	colour: COLOURS[hueOf(id)] ?? COLOURS[0]
});
