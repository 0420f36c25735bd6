CREATE TABLE "kept_edits" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"record_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"reason" text NOT NULL,
	"field" text,
	"value" jsonb,
	"current" jsonb,
	"fault" jsonb,
	"update" "bytea",
	"other_id" uuid,
	"other_dismissed_at" timestamp with time zone,
	"settled_at" timestamp with time zone,
	"settled_how" text
);
--> statement-breakpoint
CREATE INDEX "kept_edits_user_id_at_index" ON "kept_edits" USING btree ("user_id","at");--> statement-breakpoint
CREATE INDEX "kept_edits_kind_record_id_index" ON "kept_edits" USING btree ("kind","record_id") WHERE "kept_edits"."settled_at" is null;
--> statement-breakpoint
INSERT INTO "kept_edits" ("id", "user_id", "kind", "record_id", "at", "reason", "value", "update")
SELECT "id", "actor_id", "kind", "record_id", "at", 'unreadable', "values", "update" FROM "rejected_updates";
