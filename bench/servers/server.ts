// What every server process of the sync measurements has in common: it says where it listens, and
// what it holds when it is asked.
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';

/** Memory after garbage collection, and processor time since the start. */
export interface Held {
	readonly bytes: number;
	readonly cpuMs: number;
}

export function serve(server: Server): void {
	server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
		const address = server.address();
		process.send?.(typeof address === 'object' ? address?.port : null);
	});
	process.on('message', () => process.send?.(held()));
	process.on('disconnect', () => process.exit());
}

function held(): Held {
	for (let round = 0; round < 3; round++) global.gc?.();
	const { user, system } = process.cpuUsage();
	const pss = /^Pss:\s+(\d+) kB/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'))?.[1];
	return { bytes: Number(pss ?? 0) * 1024, cpuMs: (user + system) / 1000 };
}
