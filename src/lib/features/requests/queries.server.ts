export { type Candidates, findCandidates } from './queries/candidates.server.ts';
export {
	countViews,
	listRequests,
	listRequestsOf,
	listWaiting,
	requestListing,
	type RequestRow,
	waitingCount
} from './queries/list.server.ts';
export {
	findRequestOfDeal,
	getRequest,
	getTrashedRequest,
	type RequestPage
} from './queries/request.server.ts';
