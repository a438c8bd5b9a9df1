-- A flood needs a report.
-- table: floods
select id, 'nobody reports it' as message from floods where id not in (select flood_id from reports)
