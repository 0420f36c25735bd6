CREATE TABLE "banned_names" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text COLLATE "und-x-icu" NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stop_phrases" (
	"id" uuid PRIMARY KEY NOT NULL,
	"phrase" text COLLATE "und-x-icu" NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_hit_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "lead_sources" ADD COLUMN "token" text DEFAULT rtrim(translate(encode(uuid_send(gen_random_uuid()), 'base64'), '+/', '-_'), '=') NOT NULL;--> statement-breakpoint
ALTER TABLE "lead_sources" ADD COLUMN "email" text;--> statement-breakpoint
ALTER TABLE "lead_sources" ADD COLUMN "active" boolean DEFAULT true NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "banned_names_name" ON "banned_names" USING btree (lower("name"));--> statement-breakpoint
CREATE UNIQUE INDEX "stop_phrases_phrase" ON "stop_phrases" USING btree (lower("phrase"));--> statement-breakpoint
ALTER TABLE "lead_sources" ADD CONSTRAINT "lead_sources_token_unique" UNIQUE("token");