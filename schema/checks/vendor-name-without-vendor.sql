-- A name that a security company coined says which company; other names do not.
-- table: entity_names
select name_id, case when used_by is null then 'say which company uses the name' else 'used_by belongs to vendor names only' end as message
from entity_names
where (name_type = 'vendor_name') <> (used_by is not null);
