import { webcrypto } from 'node:crypto';
import type { Random } from './random.ts';

// Yjs takes the client id of every document from here. Import this file before anything that imports
// Yjs: it keeps the function that it finds when it is loaded.

let source: Random | null = null;
const original = webcrypto.getRandomValues.bind(webcrypto);

Object.defineProperty(webcrypto, 'getRandomValues', {
	configurable: true,
	value: <Numbers extends Uint8Array | Uint32Array>(numbers: Numbers): Numbers => {
		if (!source || !(numbers instanceof Uint32Array) || numbers.length !== 1) {
			return original(numbers);
		}
		numbers[0] = source.clientId();
		return numbers;
	}
});

/** From now on the documents that servers make have ids of this source, too. */
export function seedClientIds(random: Random): void {
	source = random;
}
