-- table: floods
select 'wet' as message from floods
