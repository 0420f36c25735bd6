/**
 * On the answer with a page's data when one of its loads failed for no fault of whoever asked: Kit sends
 * that with status 200, and the browser should ask again rather than show it.
 */
export const DATA_FAILED_HEADER = 'x-data-failed';
