CREATE TABLE "closing_reasons" (
	"id" uuid PRIMARY KEY NOT NULL,
	"department_id" uuid NOT NULL,
	"name" text COLLATE "und-x-icu" NOT NULL,
	"position" text COLLATE "C" NOT NULL,
	"outcome" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deal_closures" (
	"deal_id" uuid PRIMARY KEY NOT NULL,
	"outcome" text NOT NULL,
	"reason_id" uuid,
	"closed_by" uuid,
	"closed_at" timestamp with time zone NOT NULL,
	"from_stage_id" uuid NOT NULL,
	CONSTRAINT "deal_closures_reason" CHECK (("deal_closures"."outcome" = 'irrelevant') = ("deal_closures"."reason_id" is null))
);
--> statement-breakpoint
ALTER TABLE "closing_reasons" ADD CONSTRAINT "closing_reasons_department_id_departments_id_fk" FOREIGN KEY ("department_id") REFERENCES "public"."departments"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deal_closures" ADD CONSTRAINT "deal_closures_deal_id_deals_id_fk" FOREIGN KEY ("deal_id") REFERENCES "public"."deals"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deal_closures" ADD CONSTRAINT "deal_closures_reason_id_closing_reasons_id_fk" FOREIGN KEY ("reason_id") REFERENCES "public"."closing_reasons"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deal_closures" ADD CONSTRAINT "deal_closures_closed_by_users_id_fk" FOREIGN KEY ("closed_by") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deal_closures" ADD CONSTRAINT "deal_closures_from_stage_id_stages_id_fk" FOREIGN KEY ("from_stage_id") REFERENCES "public"."stages"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "closing_reasons_department_name" ON "closing_reasons" USING btree ("department_id",lower("name"));--> statement-breakpoint
CREATE UNIQUE INDEX "closing_reasons_one_success" ON "closing_reasons" USING btree ("department_id") WHERE "closing_reasons"."outcome" = 'won';--> statement-breakpoint
CREATE INDEX "deal_closures_by_day" ON "deal_closures" USING btree ("closed_at");--> statement-breakpoint
CREATE INDEX "deal_closures_by_reason" ON "deal_closures" USING btree ("reason_id");
--> statement-breakpoint
-- Departments that are there already get the standard reasons.
INSERT INTO closing_reasons (id, department_id, name, position, outcome)
SELECT gen_random_uuid(), d.id, r.name, r.position, r.outcome FROM departments d, (VALUES
	('Won', 'a0', 'won'), ('No response', 'a1', 'lost'), ('Does not fit their specification', 'a2', 'lost'),
	('Price', 'a3', 'lost'), ('Postponed', 'a4', 'lost')) AS r (name, position, outcome);
