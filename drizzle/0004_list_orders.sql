CREATE INDEX "companies_by_department_number" ON "companies" USING btree ("department_id","number","id") WHERE "companies"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "companies_by_department_created" ON "companies" USING btree ("department_id","created_at","id") WHERE "companies"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "companies_by_department_updated" ON "companies" USING btree ("department_id","updated_at","id") WHERE "companies"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "companies_by_department_city" ON "companies" USING btree ("department_id","city","id") WHERE "companies"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "companies_by_city" ON "companies" USING btree ("city","id") WHERE "companies"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "companies_by_owner_name" ON "companies" USING btree ("owner_id","name","id") WHERE "companies"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "companies_in_trash" ON "companies" USING btree ("deleted_at","id") WHERE "companies"."deleted_at" is not null;--> statement-breakpoint
CREATE INDEX "contacts_by_department_number" ON "contacts" USING btree ("department_id","number","id") WHERE "contacts"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "contacts_by_department_created" ON "contacts" USING btree ("department_id","created_at","id") WHERE "contacts"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "contacts_by_department_updated" ON "contacts" USING btree ("department_id","updated_at","id") WHERE "contacts"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "contacts_by_department_last_name" ON "contacts" USING btree ("department_id","last_name","id") WHERE "contacts"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "contacts_by_last_name" ON "contacts" USING btree ("last_name","id") WHERE "contacts"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "contacts_by_owner_name" ON "contacts" USING btree ("owner_id","full_name","id") WHERE "contacts"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "contacts_in_trash" ON "contacts" USING btree ("deleted_at","id") WHERE "contacts"."deleted_at" is not null;