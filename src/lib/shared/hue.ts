const HUES = 10;

/** Picks one of the ten hues of the palette, always the same one for the same key. */
export function hueOf(key: string): number {
	let hash = 2166136261;
	for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 16777619);
	// The low bits of this hash are its weakest; fold the high ones in.
	return ((hash ^ (hash >>> 15)) >>> 0) % HUES;
}

/** First letters of the first and last word, as an avatar shows them. */
export function initialsOf(name: string): string {
	const words = name.trim().split(/\s+/).filter(Boolean);
	const first = Array.from(words[0] ?? '?')[0] ?? '?';
	const last = words.length > 1 ? (Array.from(words[words.length - 1] ?? '')[0] ?? '') : '';
	return (first + last).toLocaleUpperCase();
}
