export { getBoard, type BoardCard, type BoardColumn } from './queries/board.server.ts';
export { getDeal, type DealPage } from './queries/deal.server.ts';
export { dealListing, listDeals, listDealsOf, type DealRow } from './queries/list.server.ts';
export { listQualitySignals } from './queries/quality.server.ts';
export { listDealSteps } from './queries/steps.server.ts';
