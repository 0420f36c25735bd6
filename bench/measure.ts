import http from 'node:http';

/** Latencies in milliseconds, summarised. */
export interface Summary {
	readonly count: number;
	readonly p50: number;
	readonly p95: number;
	readonly p99: number;
	readonly max: number;
}

export function summarise(latencies: readonly number[]): Summary {
	const sorted = [...latencies].sort((a, b) => a - b);
	const at = (share: number) =>
		sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
	return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

export const median = (values: readonly number[]) => summarise(values).p50;

/** The median of one figure per round, with the smallest and the largest. */
export function spread(values: readonly number[], digits = 2): string {
	const [low, high] = [Math.min(...values), Math.max(...values)];
	return `${median(values).toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

export const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} ms`;

export const seconds = (value: number) => `${(value / 1000).toFixed(2)} s`;

/** A, B, B, A, A, B, B, … : whatever drifts during the run meets both sides alike. */
export async function alternating(
	rounds: number,
	sides: readonly (() => Promise<unknown>)[]
): Promise<void> {
	for (let round = 0; round < rounds; round++) {
		for (const side of round % 2 === 0 ? sides : [...sides].reverse()) await side();
	}
}

/** One GET over a kept connection; anything but 200 is an error, never a fast answer. */
export function get(url: string, cookie: string, agent: http.Agent): Promise<string> {
	return new Promise((resolve, reject) => {
		http
			.get(url, { agent, headers: { cookie, accept: 'text/html' } }, (response) => {
				const chunks: Buffer[] = [];
				response.on('data', (chunk: Buffer) => chunks.push(chunk));
				response.on('end', () =>
					response.statusCode === 200
						? resolve(Buffer.concat(chunks).toString('utf8'))
						: reject(new Error(`${url} answered ${response.statusCode}`))
				);
			})
			.on('error', reject);
	});
}

export interface Load {
	readonly seconds: number;
	readonly connections: number;
}

/** Asks as often as possible over `connections` connections for a while; answers every latency. */
export async function hammer(
	url: string,
	cookie: string,
	{ seconds, connections }: Load
): Promise<{ readonly latencies: readonly number[]; readonly perSecond: number }> {
	const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
	const latencies: number[] = [];
	const started = performance.now();
	const until = started + seconds * 1000;
	await Promise.all(
		Array.from({ length: connections }, async () => {
			while (performance.now() < until) {
				const asked = performance.now();
				await get(url, cookie, agent);
				latencies.push(performance.now() - asked);
			}
		})
	);
	const elapsed = (performance.now() - started) / 1000;
	agent.destroy();
	return { latencies, perSecond: latencies.length / elapsed };
}
