import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const undoings = new Set<() => void>();

process.on('exit', () => {
	for (const undo of [...undoings].reverse()) undo();
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => process.exit(130));
}

/** Undoes something even when the run is broken off; answers how to call that off. */
export function atExit(undo: () => void): () => void {
	undoings.add(undo);
	return () => undoings.delete(undo);
}

/** Ends a process that would outlive this one. */
export const endAtExit = (pid: number | undefined) =>
	atExit(() => {
		try {
			if (pid) process.kill(pid, 'SIGTERM');
		} catch {
			// It has ended.
		}
	});

/** On the disk where the system keeps such things, not in memory: durability must cost what it costs. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
	const folder = mkdtempSync(path.join(tmpdir(), 'tandem-bench-'));
	const remove = () => rmSync(folder, { recursive: true, force: true });
	const done = atExit(remove);
	return {
		path: folder,
		remove() {
			remove();
			done();
		}
	};
}
