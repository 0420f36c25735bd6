CREATE TABLE "erasures" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"record_id" uuid NOT NULL,
	"asked_by" uuid NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"done_at" timestamp with time zone,
	"counts" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "person_exports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"record_id" uuid NOT NULL,
	"asked_by" uuid NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"ready_at" timestamp with time zone,
	"stored_as" text,
	"size_bytes" bigint,
	CONSTRAINT "person_exports_ready" CHECK (("person_exports"."ready_at" is null) = ("person_exports"."stored_as" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX "erasures_once" ON "erasures" USING btree ("kind","record_id");--> statement-breakpoint
CREATE INDEX "erasures_waiting" ON "erasures" USING btree ("asked_at") WHERE "erasures"."done_at" is null;--> statement-breakpoint
CREATE INDEX "person_exports_kind_record_id_index" ON "person_exports" USING btree ("kind","record_id");