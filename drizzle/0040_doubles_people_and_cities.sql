CREATE TABLE "merges" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"kept_id" uuid NOT NULL,
	"gone_id" uuid NOT NULL,
	"moved" jsonb NOT NULL,
	"merged_by" uuid NOT NULL,
	"merged_at" timestamp with time zone NOT NULL,
	"undone_by" uuid,
	"undone_at" timestamp with time zone,
	CONSTRAINT "merges_two" CHECK ("merges"."kept_id" <> "merges"."gone_id"),
	CONSTRAINT "merges_undone_by" CHECK (("merges"."undone_at" is null) = ("merges"."undone_by" is null))
);
--> statement-breakpoint
CREATE TABLE "cities" (
	"id" uuid PRIMARY KEY NOT NULL,
	"country" text NOT NULL,
	"name" text COLLATE "und-x-icu" NOT NULL,
	CONSTRAINT "cities_of_country" UNIQUE("id","country")
);
--> statement-breakpoint
CREATE TABLE "city_names" (
	"city_id" uuid NOT NULL,
	"country" text NOT NULL,
	"position" integer NOT NULL,
	"name" text COLLATE "und-x-icu" NOT NULL,
	"key" text NOT NULL,
	CONSTRAINT "city_names_city_id_position_pk" PRIMARY KEY("city_id","position"),
	CONSTRAINT "city_names_key" CHECK ("city_names"."key" <> '' and "city_names"."position" >= 0)
);
--> statement-breakpoint
ALTER TABLE "companies" ADD COLUMN "last_contact_on" date;--> statement-breakpoint
ALTER TABLE "companies" ADD COLUMN "disqualified" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "companies" ADD COLUMN "unsubscribed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "sex" text;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "born_on" date;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "country" text;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "city" text COLLATE "und-x-icu";--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "region" text;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "district" text;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "address" text;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "source_id" uuid;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "last_contact_on" date;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "disqualified" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "unsubscribed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "leads" ADD COLUMN "unsubscribed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "leads" ADD COLUMN "sex" text;--> statement-breakpoint
ALTER TABLE "leads" ADD COLUMN "born_on" date;--> statement-breakpoint
ALTER TABLE "leads" ADD COLUMN "last_contact_on" date;--> statement-breakpoint
ALTER TABLE "cities" ADD CONSTRAINT "cities_country_countries_code_fk" FOREIGN KEY ("country") REFERENCES "public"."countries"("code") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "city_names" ADD CONSTRAINT "city_names_city" FOREIGN KEY ("city_id","country") REFERENCES "public"."cities"("id","country") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
CREATE UNIQUE INDEX "merges_one_open" ON "merges" USING btree ("kind","gone_id") WHERE "merges"."undone_at" is null;--> statement-breakpoint
CREATE INDEX "merges_of_kept" ON "merges" USING btree ("kind","kept_id") WHERE "merges"."undone_at" is null;--> statement-breakpoint
CREATE INDEX "cities_by_name" ON "cities" USING btree ("name","country","id");--> statement-breakpoint
CREATE INDEX "cities_by_country_name" ON "cities" USING btree ("country","name","id");--> statement-breakpoint
CREATE UNIQUE INDEX "city_names_one_city" ON "city_names" USING btree ("country","key");--> statement-breakpoint
CREATE INDEX "city_names_by_key" ON "city_names" USING gin ("key" gin_trgm_ops);--> statement-breakpoint
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_country_countries_code_fk" FOREIGN KEY ("country") REFERENCES "public"."countries"("code") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_source_id_lead_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."lead_sources"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contacts_by_source" ON "contacts" USING btree ("source_id");