interface Move {
	/** Ids of the stages. */
	readonly from: string | null;
	readonly to: string;
	readonly at: string | Date;
}

/** A deal's stay in one stage; until null it is still there. */
export interface Visit {
	readonly stageId: string;
	readonly since: Date;
	readonly until: Date | null;
}

/** Where a deal has been since it began, the latest stay first, from its moves in their order. */
export function visitsOf(
	{ stageId, createdAt }: { readonly stageId: string; readonly createdAt: Date },
	moves: readonly Move[]
): readonly Visit[] {
	const visits: Visit[] = [];
	let here = { stageId: moves[0]?.from ?? stageId, since: createdAt };
	for (const { to, at } of moves) {
		const until = new Date(at);
		visits.unshift({ ...here, until });
		here = { stageId: to, since: until };
	}
	return [{ ...here, until: null }, ...visits];
}
