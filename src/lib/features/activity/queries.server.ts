export {
	auditLines,
	listAudit,
	listAuditChoices,
	type AuditEntry
} from './queries/audit.server.ts';
export {
	findCommented,
	getOwnComment,
	loadTimeline,
	suggestPeople,
	type Timeline
} from './queries/timeline.server.ts';
