export { type Candidates, findCandidates } from './queries/candidates.server.ts';
export {
	countViews,
	countWaiting,
	listRequests,
	listRequestsOf,
	listWaiting,
	requestListing,
	type RequestRow
} from './queries/list.server.ts';
export {
	findRequestOfDeal,
	getRequest,
	getTrashedRequest,
	type RequestPage
} from './queries/request.server.ts';
