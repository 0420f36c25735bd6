import { openBlob, blobFile } from './blobs.ts';

interface Wanted {
	/** Neither side is longer than so many pixels. */
	readonly within: number;
	readonly as: 'webp' | 'png';
}

interface Made {
	readonly bytes: Buffer;
	readonly width: number;
	readonly height: number;
}

/** What is larger is not decoded at all. */
const MOST_PIXELS = 100_000_000;

/** A small picture of a stored one: upright, without what the camera wrote into it, the first of moving ones. */
export async function pictureOf(
	sha256: string,
	wanted: Wanted
): Promise<Made | 'missing' | 'unreadable'> {
	const file = await openBlob(sha256);
	if (!file) return 'missing';
	await file.close();
	return scaled(blobFile(sha256), wanted);
}

/** The same of a file that has just arrived. */
export async function scaled(path: string, { within, as }: Wanted): Promise<Made | 'unreadable'> {
	// Only here: the library is large, and most processes never see a picture.
	const { default: sharp } = await import('sharp');
	try {
		const small = sharp(path, { limitInputPixels: MOST_PIXELS, failOn: 'error' })
			.rotate()
			.resize(within, within, { fit: 'inside', withoutEnlargement: true });
		const encoded = as === 'webp' ? small.webp({ quality: 80 }) : small.png();
		const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
		return { bytes: data, width: info.width, height: info.height };
	} catch {
		return 'unreadable';
	}
}
