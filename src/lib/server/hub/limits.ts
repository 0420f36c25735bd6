/** A token bucket: `perSecond` in the long run, `burst` at once. */
export class Bucket {
	readonly #perSecond: number;
	readonly #burst: number;
	#tokens: number;
	#at: number;

	constructor(perSecond: number, burst: number, now = Date.now()) {
		this.#perSecond = perSecond;
		this.#burst = burst;
		this.#tokens = burst;
		this.#at = now;
	}

	/** Takes one token; false when there is none. */
	take(now = Date.now()): boolean {
		const earned = ((now - this.#at) / 1000) * this.#perSecond;
		this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, earned));
		this.#at = now;
		if (this.#tokens < 1) return false;
		this.#tokens -= 1;
		return true;
	}
}
