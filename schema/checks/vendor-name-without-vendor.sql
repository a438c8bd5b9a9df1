-- A name that a security company coined says which company; other names do not.
-- table: entity_names
select name_id,
  case when used_by is null then 'a `vendor_name` needs the company that uses it, in `used_by`'
    else 'a name of type `' || name_type || '` has no `used_by`, only a `vendor_name` has' end as message
from entity_names
where (name_type = 'vendor_name') <> (used_by is not null);
