/** Seeds that once failed, by what was wrong. Add to them; a change of the simulator may make them harmless. */
export const regressionSeeds: Readonly<Record<string, readonly number[]>> = {
	'earlier values of a key that the tab keeps for its undo came back as one item and were called malformed':
		[5, 10, 12, 14, 18, 28],
	'a room that had thrown its document away was left out when the hub looked for news': [20_649_907]
};
