DROP INDEX "companies_name_trigrams";--> statement-breakpoint
DROP INDEX "contacts_name_trigrams";--> statement-breakpoint
DROP INDEX "leads_name_trigrams";--> statement-breakpoint
DROP INDEX "deals_name_trigrams";--> statement-breakpoint
DROP INDEX "requests_text_trigrams";--> statement-breakpoint
DROP INDEX "projects_name_trigrams";--> statement-breakpoint
DROP INDEX "tasks_name_trigrams";--> statement-breakpoint
DROP INDEX "products_name_trigrams";--> statement-breakpoint
CREATE INDEX "companies_by_type" ON "companies" USING btree ("type_id") WHERE "companies"."type_id" is not null;--> statement-breakpoint
CREATE INDEX "companies_by_source" ON "companies" USING btree ("source_id") WHERE "companies"."source_id" is not null;