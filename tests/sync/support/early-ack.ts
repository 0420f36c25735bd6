import * as Y from 'yjs';
import type { RecordPort } from '#lib/server/hub/port.ts';

/** How long COMMIT takes on a slow disk: the time in which a false word can be found out. */
const SLOW_MS = 20;

const pause = () => new Promise((resolve) => setTimeout(resolve, SLOW_MS));

/** The engine on a slow disk. */
export function onSlowDisk(port: RecordPort): RecordPort {
	return {
		...through(port),
		async commit(kind, id, replica, inputs) {
			await pause();
			return port.commit(kind, id, replica, inputs);
		}
	};
}

/** The mistake that the durability tests must be able to find: everything is "done" before it is. */
export function acknowledgingEarly(port: RecordPort): RecordPort {
	let queue: Promise<unknown> = Promise.resolve();
	return {
		...through(port),
		async commit(kind, id, replica, inputs) {
			queue = queue
				.then(pause)
				.then(() => port.commit(kind, id, replica, inputs))
				.catch(() => {});
			return {
				rev: replica.rev,
				update: Y.mergeUpdates(inputs.map(({ update }) => update)),
				results: inputs.map(() => ({ ok: true, notices: [] }))
			};
		}
	};
}

const through = (port: RecordPort): RecordPort => ({
	open: (...args) => port.open(...args),
	access: (...args) => port.access(...args),
	commit: (...args) => port.commit(...args),
	catchUp: (...args) => port.catchUp(...args),
	revisions: (...args) => port.revisions(...args),
	compact: (...args) => port.compact(...args),
	keepRefused: (...args) => port.keepRefused(...args),
	setAside: (...args) => port.setAside(...args)
});
