import { sentenceFor } from './sentence.ts';

/** Runs a forked script's work and hands its answer, or the sentence why it failed, to the parent. */
export async function tell(work: () => Promise<object>): Promise<void> {
	let answer: object;
	try {
		answer = await work();
	} catch (error) {
		const message = sentenceFor(error);
		if (message === null) throw error;
		answer = { type: 'failed', message };
		process.exitCode = 1;
	}
	if (!process.send) console.log(answer);
	// The channel would keep this process alive.
	else process.send(answer, () => process.disconnect());
}
