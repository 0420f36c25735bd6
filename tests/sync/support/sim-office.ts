import type { Actor } from '#lib/shared/actor.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { PEOPLE } from './world.ts';

interface Version {
	readonly from: number;
	readonly actor: Actor;
}

/** Who is signed in and what everybody may do, now and a moment ago. */
export class Office {
	readonly #clock: VirtualClock;
	readonly #versions = new Map<string, Version[]>();
	readonly #sessions = new Map<string, { readonly userId: string; endedAt: number | null }>();
	#count = 0;

	constructor(clock: VirtualClock) {
		this.#clock = clock;
		for (const actor of Object.values(PEOPLE)) {
			this.#versions.set(actor.id, [{ from: -Infinity, actor }]);
		}
	}

	signIn(userId: string): string {
		const cookie = `session-${++this.#count}`;
		this.#sessions.set(cookie, { userId, endedAt: null });
		return cookie;
	}

	signOut(cookie: string): void {
		const session = this.#sessions.get(cookie);
		if (session) session.endedAt ??= this.#clock.now;
	}

	/** The actor of a session as the database now knows him. */
	actorOf(cookie: string | undefined): Actor | null {
		const session = this.#sessions.get(cookie ?? '');
		if (!session || session.endedAt !== null) return null;
		return this.#versions.get(session.userId)?.at(-1)?.actor ?? null;
	}

	/** Gives somebody other rights; null gives him back what he had in the beginning. */
	change(userId: string, change: ((actor: Actor) => Actor) | null): void {
		const versions = this.#versions.get(userId);
		const [first] = versions ?? [];
		if (!versions || !first) throw new Error('nobody of that id');
		const actor = change ? change(first.actor) : first.actor;
		versions.push({ from: this.#clock.now, actor });
	}

	/** As what he may have been taken at any moment of this last while. */
	versionsOfUser(userId: string, forMs: number): readonly Actor[] {
		const versions = this.#versions.get(userId) ?? [];
		const since = this.#clock.now - forMs;
		return versions
			.filter((_, index) => (versions[index + 1]?.from ?? Infinity) >= since)
			.map(({ actor }) => actor);
	}

	versionsOf(actor: Actor, forMs: number): readonly Actor[] {
		return actor.type === 'system' ? [actor] : this.versionsOfUser(actor.id, forMs);
	}

	wasSignedIn(cookie: string, forMs: number): boolean {
		const endedAt = this.#sessions.get(cookie)?.endedAt;
		return endedAt === null || (endedAt !== undefined && endedAt >= this.#clock.now - forMs);
	}
}
