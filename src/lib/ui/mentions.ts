import { z } from 'zod';

/** Somebody who can be mentioned. */
export interface Mentionable {
	readonly id: string;
	readonly name: string;
}

/** What is being typed behind the last @ before the cursor, or null: names may have two words and more. */
export function mentionBefore(text: string, cursor: number): string | null {
	const [, wanted] =
		/(?:^|[\s(])@([\p{L}\p{N}.'-]*(?: [\p{L}\p{N}.'-]*)?)$/u.exec(text.slice(0, cursor)) ?? [];
	return wanted ?? null;
}

const People = z.array(z.object({ id: z.string(), name: z.string() }));

/**
 * Colleagues whose names begin so, and who may see the record when one is named; none when nobody answers.
 */
export async function suggestedPeople(
	text: string,
	about: { readonly kind?: string; readonly id?: string } = {}
): Promise<readonly Mentionable[]> {
	const params = new URLSearchParams({ q: text, ...about });
	try {
		const answer = await fetch(`/comments/people?${params}`);
		return answer.ok ? People.parse(await answer.json()) : [];
	} catch {
		return [];
	}
}
