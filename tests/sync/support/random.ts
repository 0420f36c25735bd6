/** A source of chance that says the same again for the same seed. */
export class Random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	/** In [0, 1): mulberry32. */
	next(): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let t = this.#state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	}

	below(limit: number): number {
		return Math.floor(this.next() * limit);
	}

	chance(probability: number): boolean {
		return this.next() < probability;
	}

	pick<Value>(values: readonly [Value, ...Value[]]): Value {
		return values[this.below(values.length)] ?? values[0];
	}

	/** A Yjs client id. */
	clientId(): number {
		return 1 + this.below(0x7ffffffe);
	}

	/** One of the values, each as likely as its weight. */
	weighted<Value extends string>(weights: Readonly<Record<Value, number>>): Value {
		// The keys of a record are those of its type.
		const entries = Object.entries(weights) as [Value, number][];
		let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
		for (const [value, weight] of entries) {
			left -= weight;
			if (left < 0) return value;
		}
		throw new Error('weights are positive');
	}
}
