export { findTrashed, type WorkTable, workSelection } from './queries/conditions.server.ts';
export {
	findTrashedProject,
	listOpenProjects,
	listProjects,
	projectListing
} from './queries/list.server.ts';
export { listWorkStages, listWorkTags, type WorkStage } from './queries/lists.server.ts';
export { listWorkChoices, type Named, type WorkChoices } from './queries/people.server.ts';
export { getProject, ownValues } from './queries/project.server.ts';
