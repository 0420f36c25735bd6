import { encode } from 'uqr';

/** A text as a picture that a phone reads: how many squares wide, and the dark ones as an SVG path. */
export function qrOf(text: string) {
	const { data, size } = encode(text, { ecc: 'M', border: 2 });
	const path = data.flatMap((row, y) =>
		row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))
	);
	return { size, path: path.join('') };
}
