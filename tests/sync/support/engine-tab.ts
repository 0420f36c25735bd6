import * as Y from 'yjs';
import { writeEdit } from '#lib/records/document.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { Edit } from '#lib/records/values.ts';
import type { RecordPort } from '#lib/server/hub/port.ts';
import { Replicator } from '#lib/server/hub/replicator.ts';
import type { Actor } from '#lib/shared/actor.ts';

let clientId = 1;

/** A tab of somebody's without a socket: edits of its own copy, as updates that a room would commit. */
export class EngineTab {
	readonly doc = new Y.Doc();
	readonly replicator: Replicator;
	readonly #kind: RecordKind;
	readonly #actor: Actor;

	private constructor(port: RecordPort, kind: RecordKind, id: string, actor: Actor) {
		this.#kind = kind;
		this.#actor = actor;
		this.doc.clientID = ++clientId;
		this.replicator = new Replicator(port, kind.name, id, 1);
	}

	static async open(port: RecordPort, kind: RecordKind, id: string, actor: Actor) {
		const tab = new EngineTab(port, kind, id, actor);
		await tab.refresh();
		return tab;
	}

	/** Sees what is committed. */
	async refresh(): Promise<void> {
		this.replicator.evict();
		const { doc } = await this.replicator.current();
		Y.applyUpdate(this.doc, Y.encodeStateAsUpdate(doc));
	}

	write(edit: Edit, mode: 'live' | 'replay' = 'live') {
		const before = Y.encodeStateVector(this.doc);
		this.doc.transact(() => writeEdit(this.doc, this.#kind, edit));
		return { update: Y.encodeStateAsUpdate(this.doc, before), mode, actor: this.#actor };
	}

	async commit(edit: Edit, mode: 'live' | 'replay' = 'live') {
		const [result] = await this.replicator.commit([this.write(edit, mode)]);
		if (!result?.ok) throw new Error(`not taken: ${JSON.stringify(result)}`);
		return result.notices.filter((notice) => 'field' in notice);
	}
}
