/** What the form of a new record gives to its fields. */
export interface NewFields {
	/** What to show in an input: what was typed, else the proposal. */
	readonly typed: (name: string, proposal?: string) => string;
	/** The same for an input that takes several; undefined when nothing was refused. */
	readonly typedAll: (name: string) => readonly string[] | undefined;
	/** What is wrong with a field; of a field with several inputs only what this one can mend. */
	readonly errorOf: (name: string, mends?: (code: string) => boolean) => string | null;
}
