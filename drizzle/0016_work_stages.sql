-- The stages that every installation begins with; task operators and administrators may change them.
INSERT INTO task_stages (id, key, name, position, is_default, is_in_progress, is_done, is_active) VALUES
	(gen_random_uuid(), 'pending', 'Pending', 'a0', true, false, false, true),
	(gen_random_uuid(), 'in_progress', 'In progress', 'a1', false, true, false, true),
	(gen_random_uuid(), 'completed', 'Completed', 'a2', false, false, true, false),
	(gen_random_uuid(), 'postponed', 'Postponed', 'a3', false, false, false, true),
	(gen_random_uuid(), 'canceled', 'Canceled', 'a4', false, false, false, false);
--> statement-breakpoint
INSERT INTO project_stages (id, key, name, position, is_default, is_in_progress, is_done, is_active)
	SELECT gen_random_uuid(), key, name, position, is_default, is_in_progress, is_done, is_active FROM task_stages;
