import * as Y from 'yjs';
import type { KindName } from '#lib/records/kind.ts';
import { personOf, type Person } from '#lib/records/people.ts';
import { CLOSE, LIMITS } from '#lib/records/wire.ts';
import type { Actor } from '#lib/shared/actor.ts';
import type { Log } from '../context.ts';
import { NotFound } from '../errors.ts';
import { Aside, inputOf, isMeant, isRepetition, wasShutOut, type UpdateWrite } from './aside.ts';
import { RoomAwareness } from './awareness.ts';
import {
	type Frame,
	markerFrame,
	noticeFrame,
	readFrame,
	step1Frame,
	step2Frame,
	updateFrame
} from './frames.ts';
import { Mailbox, type Letter, type Mail, type Write } from './mailbox.ts';
import type { SharedState } from './neighbour-words.ts';
import type { Peer } from './peer.ts';
import type { Access, RecordPort } from './port.ts';
import { farewellOf, Replicator } from './replicator.ts';
import { sameAudience } from './topics.ts';

export interface RoomSettings {
	readonly idleMs: number;
	readonly quietMs?: number;
	readonly awarenessMs: number;
	readonly retryMs: number;
}

export interface RoomDeps {
	readonly port: RecordPort;
	readonly log: Log;
	readonly settings: RoomSettings;
	/** Makes the actor of a socket anew; null when the session has ended. */
	actorOf(cookie: string | undefined): Promise<Actor | null>;
	onPeople(room: Room): void;
	/** People here have moved within the record. */
	onStates?(room: Room, states: readonly SharedState[]): void;
	onUnload(room: Room): void;
}

/**
 * Everybody who has one record open, and one mailbox: letters are handled one at a time, in order, so
 * that an answer can never show what is not committed. Updates that wait together commit together.
 */
export class Room {
	readonly kind: KindName;
	readonly id: string;
	readonly #deps: RoomDeps;
	readonly #replicator: Replicator;
	readonly #aside: Aside;
	readonly #awareness: RoomAwareness;
	readonly #peers = new Set<Peer>();
	/** Those who are being let in. */
	#arriving: readonly Peer[] = [];
	readonly #mailbox = new Mailbox({
		handle: (letter) =>
			this.#handle(letter).catch((error: unknown) => {
				if (error instanceof NotFound) return this.#end(letter);
				throw error;
			}),
		fail: (error) => this.#fail(error)
	});
	#idleTimer: NodeJS.Timeout | null = null;
	#topics: readonly string[] = [];
	#closed = false;

	constructor(kind: KindName, id: string, deps: RoomDeps) {
		this.kind = kind;
		this.id = id;
		this.#deps = deps;
		this.#replicator = new Replicator(deps.port, kind, id, deps.settings.retryMs);
		this.#aside = new Aside(deps.port, kind, id);
		this.#awareness = new RoomAwareness(
			{
				broadcast: (frame) => this.#toAll(frame, () => true),
				share: (states) => deps.onStates?.(this, states)
			},
			deps.settings.awarenessMs
		);
	}

	get rev(): number | null {
		return this.#replicator.rev;
	}

	get topics(): readonly string[] {
		return this.#topics;
	}

	/** Each person who lets himself be seen once, however many tabs he has. */
	get people(): readonly Person[] {
		const seen = [...this.#peers].filter(({ actor }) => !actor.viewsPrivately);
		return [...new Map(seen.map(({ actor }) => [actor.id, personOf(actor)])).values()];
	}

	get isOccupied(): boolean {
		return this.#peers.size > 0;
	}

	join(peer: Peer): void {
		this.#post({ type: 'join', peer });
	}

	leave(peer: Peer): void {
		peer.hungUp();
		this.#remove(peer);
		if (this.#peers.size === 0) this.#waitIdle();
	}

	/** Takes one frame of a client's socket. */
	receive(peer: Peer, bytes: Uint8Array): void {
		if (!peer.open) return;
		const frame = bytes.length > LIMITS.frameBytes ? 'too large' : readFrame(bytes);
		if (frame === 'too large') {
			peer.close(CLOSE.tooLarge, 'frame too large');
		} else if (frame === null) {
			peer.close(CLOSE.malformed, 'not of this protocol');
		} else if (frame.type === 'update') {
			this.#receiveUpdate(peer, frame);
		} else if (frame.type === 'marker' && !peer.introduced) {
			peer.heldMarker = frame.number;
		} else if (frame.type === 'awareness' && this.#peers.has(peer)) {
			this.#present(peer, frame.update);
		} else if (frame.type === 'seen') {
			peer.saw(frame.seen);
		} else if (frame.type === 'queryAwareness') {
			peer.send(this.#awareness.everybody());
		} else {
			this.#post({ ...frame, peer });
		}
	}

	/**
	 * A client that comes back sends what is typed at once, before it has answered which edits the hub
	 * lacks. Such an update may stand on edits that are still to come, and is in the answer again: it is
	 * dropped, and does not count, or who types while the hub is slow to let him in would be sent away.
	 */
	#receiveUpdate(peer: Peer, { update, mode }: Extract<Frame, { type: 'update' }>): void {
		if (mode === 'live' && update.length > LIMITS.updateBytes) {
			peer.close(CLOSE.tooLarge, 'update too large');
		} else if ((mode === 'replay' || peer.introduced) && peer.mayUpdate()) {
			this.#post({ type: 'update', peer, update, mode, ...peer.takeSeen() });
		}
		if (mode === 'live' || peer.introduced) return;
		peer.introduced = true;
		if (peer.heldMarker !== null) this.#post({ type: 'marker', peer, number: peer.heldMarker });
	}

	/** The record was committed; when others may have done it, the room looks. Topics say whom it concerns. */
	committed(topics: readonly string[] | null, revision: 'known' | 'unknown'): void {
		if (revision === 'unknown') this.#post({ type: 'catchUp' });
		if (topics && !sameAudience(topics, this.#topics)) this.recheck(null);
	}

	/** Asks again what these people may do here; null means everybody. */
	recheck(userId: string | null): void {
		this.#post({ type: 'recheck', userId });
	}

	/** Where people of another web process are in this record; null when they have left it. */
	hearStates(hub: string, states: readonly SharedState[] | null): void {
		if (states) this.#awareness.hear(hub, states);
		else this.#awareness.forget(hub);
	}

	/** Tells other web processes where everybody here is. */
	shareStates(): void {
		this.#deps.onStates?.(this, this.#awareness.shown());
	}

	/** Lets go of the document when it has not been needed for a while; the next who needs it loads it. */
	rest(): void {
		if (this.#mailbox.isEmpty) this.#post({ type: 'rest' });
	}

	keepAlive(frame: Uint8Array): void {
		this.#awareness.forgetSilent();
		this.#toAll(frame, () => true);
	}

	closeAll(code: number, reason: string): void {
		for (const peer of [...this.#peers, ...this.#arriving]) peer.close(code, reason);
		for (const peer of this.#mailbox.clear()) peer.close(code, reason);
		this.#peers.clear();
		this.#unload();
	}

	/** Resolves when every letter that has arrived is dealt with. */
	drained(): Promise<void> {
		return this.#mailbox.drained();
	}

	#post(letter: Mail): void {
		if (!this.#closed) this.#mailbox.post(letter);
		else if ('peer' in letter) letter.peer.close(CLOSE.resync, 'room closed');
	}

	async #handle(letter: Letter): Promise<void> {
		if ('peer' in letter && !letter.peer.open) return;
		switch (letter.type) {
			case 'writes':
				return this.#write(letter.writes);
			case 'joins':
				return this.#joinAll(letter.peers);
			case 'step1':
				return this.#answer(letter.peer, letter.stateVector);
			case 'awareness':
				return this.#present(letter.peer, letter.update);
			case 'catchUp':
				return this.#catchUp();
			case 'recheck':
				return this.#recheck(letter.userId);
			case 'idle':
				return this.#idle();
			case 'rest':
				return this.#replicator.rest(this.#deps.settings.quietMs);
		}
	}

	/** Asks for all of them at once, so that the record is read once. */
	async #joinAll(peers: readonly Peer[]): Promise<void> {
		this.#arriving = peers;
		const { port } = this.#deps;
		const accesses = peers.map(({ actor }) => port.access(this.kind, this.id, actor));
		const answers = await Promise.all(accesses);
		for (const [index, peer] of peers.entries()) await this.#join(peer, answers[index]);
		this.#arriving = [];
	}

	async #join(peer: Peer, access: Access | undefined): Promise<void> {
		if (!access || access.may === 'none' || access.may === 'gone') {
			return peer.close(CLOSE.gone, 'no such record');
		}
		const replica = await this.#replicator.current();
		if (peer.epoch !== null && peer.epoch !== replica.epoch) {
			peer.close(CLOSE.epoch, 'another document');
		} else if (peer.schemaVersion !== null && peer.schemaVersion < replica.schemaVersion - 1) {
			peer.close(CLOSE.clientTooOld, 'reload the page');
		} else if (peer.open) {
			peer.mayWrite = access.may === 'write';
			this.#topics = access.topics;
			this.#peers.add(peer);
			this.#flush();
			// The hub asks first: the client answers with its missing edits before its handshake ends.
			peer.send(step1Frame(Y.encodeStateVector(replica.doc)));
			peer.send(this.#awareness.everybody());
			peer.welcome(replica.epoch);
			this.#deps.onPeople(this);
		}
	}

	async #answer(peer: Peer, stateVector: Uint8Array): Promise<void> {
		const missing = await this.#replicator.missing(stateVector);
		if (!missing) {
			peer.close(CLOSE.malformed, 'not a state vector');
			return;
		}
		this.#flush();
		peer.send(step2Frame(missing));
		peer.synced = true;
	}

	#present(peer: Peer, update: Uint8Array): void {
		if (!this.#awareness.receive(peer, update)) peer.close(CLOSE.malformed, 'not awareness');
	}

	async #write(writes: readonly Write[]): Promise<void> {
		const updates = writes.filter((write) => write.type === 'update').filter(isMeant);
		const allowed = updates.filter(({ peer }) => peer.mayWrite && !peer.dismissed);
		await this.#refuse(updates.filter(({ peer }) => !peer.mayWrite && !peer.dismissed));
		await this.#aside.keep(updates.filter(wasShutOut), 'closed');
		if (allowed.length > 0) {
			const results = await this.#replicator.commit(allowed.map(inputOf));
			this.#flush();
			allowed.forEach(({ peer }, index) => {
				const result = results[index];
				if (result?.ok) for (const notice of result.notices) peer.send(noticeFrame(notice));
				else if (result) peer.close(result.close, result.reason);
			});
		}
		for (const write of writes) {
			if (write.type === 'marker' && !write.peer.ignoresWrites) {
				write.peer.send(markerFrame(write.number));
			}
		}
	}

	/** Kept first, so that nobody is told to throw away what only he has. */
	async #refuse(writes: readonly UpdateWrite[]): Promise<void> {
		if (writes.length === 0) return;
		const { doc } = await this.#replicator.current();
		const news = writes.filter(({ update }) => !isRepetition(update, doc));
		await this.#aside.keep(news, 'rejected');
		for (const { peer } of news) peer.ignoreWrites();
	}

	async #catchUp(): Promise<void> {
		if (await this.#replicator.catchUp()) this.#flush();
		else throw new NotFound(this.kind);
	}

	/** The record is gone: what is still on the way to it is kept for whoever sent it. */
	async #end(letter: Letter): Promise<void> {
		const waiting = [...(letter.type === 'writes' ? letter.writes : []), ...this.#mailbox.writes];
		const updates = waiting.filter((write) => write.type === 'update').filter(isMeant);
		await this.#aside.keep(
			updates.filter((write) => wasShutOut(write) || !write.peer.dismissed),
			'closed'
		);
		this.closeAll(CLOSE.gone, 'no such record');
	}

	async #recheck(userId: string | null): Promise<void> {
		for (const peer of this.#peers) {
			if (userId !== null && peer.actor.id !== userId) continue;
			try {
				await this.#recheckOne(peer);
			} catch (error) {
				// The database is away; it is asked again when the line is back, and every minute.
				this.#deps.log.warn('recheck failed', { kind: this.kind, id: this.id, error });
			}
		}
		if (this.#peers.size === 0) this.#waitIdle();
	}

	async #recheckOne(peer: Peer): Promise<void> {
		const actor = await this.#deps.actorOf(peer.cookie);
		if (!actor) return this.#dismiss(peer, CLOSE.signedOut, 'signed out');
		const { may, topics } = await this.#deps.port.access(this.kind, this.id, actor);
		if (may === 'gone') return this.#dismiss(peer, CLOSE.gone, 'no such record');
		if (may === 'none') return this.#dismiss(peer, CLOSE.noAccess, 'no access any more');
		const turned = peer.become(actor);
		if (turned) this.#awareness.turned(peer);
		if (peer.mayWrite !== (may === 'write')) {
			peer.mayWrite = may === 'write';
			peer.welcome((await this.#replicator.current()).epoch);
		}
		if (!turned && sameAudience(topics, this.#topics)) return;
		this.#topics = topics;
		this.#deps.onPeople(this);
	}

	#dismiss(peer: Peer, code: number, reason: string): void {
		peer.close(code, reason);
		this.#remove(peer);
	}

	#remove(peer: Peer): void {
		if (!this.#peers.delete(peer)) return;
		this.#awareness.leave(peer);
		this.#deps.onPeople(this);
	}

	/** Sends what is committed and not yet sent. Only clients that finished their handshake can use it. */
	#flush(): void {
		for (const update of this.#replicator.takeUpdates()) {
			this.#toAll(updateFrame(update), (peer) => peer.synced);
		}
	}

	#toAll(frame: Uint8Array, wanted: (peer: Peer) => boolean): void {
		for (const peer of this.#peers) if (wanted(peer)) peer.send(frame);
	}

	#waitIdle(): void {
		if (this.#idleTimer) clearTimeout(this.#idleTimer);
		this.#idleTimer = setTimeout(() => this.#post({ type: 'idle' }), this.#deps.settings.idleMs);
		this.#idleTimer.unref();
	}

	async #idle(): Promise<void> {
		if (this.#peers.size > 0 || !this.#mailbox.isEmpty) return;
		this.#unload();
		await this.#deps.port.compact(this.kind, this.id);
	}

	#fail(error: unknown): void {
		const { code, reason } = farewellOf(error);
		const facts = { kind: this.kind, id: this.id };
		if (code === CLOSE.unavailable) this.#deps.log.warn('room unavailable', facts);
		if (code === CLOSE.resync) this.#deps.log.error('room failed', { ...facts, error });
		this.closeAll(code, reason);
	}

	#unload(): void {
		if (this.#closed) return;
		this.#closed = true;
		if (this.#idleTimer) clearTimeout(this.#idleTimer);
		this.#awareness.close();
		this.#replicator.evict();
		this.#deps.onUnload(this);
	}
}
