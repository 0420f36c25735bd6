import { newId } from '#lib/shared/ids.ts';

/** Id of the form in SubjectForms that comments are sent with. */
export const COMMENT_FORM = 'comment-form';

/** What is being written about a record and not sent yet; it outlives every reload of the page's data. */
export class Draft {
	text = $state('');
	/** Of the comment that will be: pressing twice says it once. */
	id = $state(newId());
	busy = $state(false);
	/** Why it was not taken. */
	fault = $state<string | null>(null);

	/** The last one is said. */
	begin(): void {
		this.text = '';
		this.id = newId();
		this.fault = null;
	}
}
